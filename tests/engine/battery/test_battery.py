"""The battery: a new task or method is tested on every family the moment it exists.

For each allowed combination: what is frozen keeps its bytes, what is called trainable gets a gradient
and moves, the loss falls, and the saved model says the same in another process, with Thaw and without.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from engine.contracts import Asked, BaseModel, Batch, Method, Network, Task, TaskModel
from engine.errors import EngineError
from engine.evaluation.evidence import read_evidence, write_evidence
from engine.models.change import hash_tensors, trainable_names
from engine.models.facts import AUTO_CLASSES
from engine.models.layers import read_stack, set_modes
from engine.models.load import load_base
from engine.models.prepare import build
from engine.models.structure import pretrained_parameters, times_used
from engine.models.weights import load_model, save_model
from engine.models.writing import WritingModel
from engine.protocol.catalog import MethodGroup
from engine.registry import all_methods, all_tasks, fill_settings
from engine.training.judging import judge
from engine.training.recomputing import compute_again
from engine.training.rows import EncodedPart
from tests.another_process import AnotherProcess
from tests.engine.battery.toys import LONGEST, TOYS, toy_rows
from tests.engine.models.families import EVERY, small_network
from tests.small_models import make_small_translator

ENCODERS = (
    "bert",
    "roberta",
    "xlm-roberta",
    "distilbert",
    "electra",
    "albert",
    "deberta-v2",
    "modernbert",
)
DECODERS = ("gpt2", "llama", "qwen3")
TRANSLATORS = ("t5", "bart", "marian")
FAMILIES = (*ENCODERS, *DECODERS, *TRANSLATORS)
ROWS, STEPS = 8, 4

READS = {"text_classification", "token_classification", "question_answering"}
DOES = {
    **{family: READS | {"masked_language_modelling"} for family in ENCODERS},
    **{family: READS | {"causal_language_modelling"} for family in DECODERS},
    **{family: {"sequence_to_sequence"} for family in TRANSLATORS},
}
"""Family → the tasks that it can do."""

REFUSED = {
    *(("prefix_tuning", family) for family in ("distilbert", "albert", "deberta-v2", "modernbert")),
    *(("bitfit", family) for family in ("modernbert", "llama", "qwen3", "t5")),  # made without biases
    ("prompt_tuning", "marian"),  # it multiplies the vectors of words, but not given ones
}
"""Method and family that cannot go together, whatever the task."""


@pytest.fixture(scope="session")
def folders(
    small_bert: Path, small_writer: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Family → a folder with a random model of it, of width 32, and a tokenizer of its kind."""
    parent = tmp_path_factory.mktemp("families")
    for family in FAMILIES:
        if family in TRANSLATORS:
            make_small_translator(parent / family, family)
            continue
        kind, tokens = (
            (Network.CAUSAL_LM, small_writer) if family in DECODERS else (Network.MASKED_LM, small_bert)
        )
        tokenizer = AutoTokenizer.from_pretrained(tokens)
        special = {"bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id}
        config = CONFIG_MAPPING[family](
            **{**EVERY[family], **special, "vocab_size": len(tokenizer), "initializer_range": 0.1}
        )
        small_network(AUTO_CLASSES[kind], config).save_pretrained(parent / family)
        tokenizer.save_pretrained(parent / family)
    return {family: parent / family for family in FAMILIES}


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Adds numbers up in the order of the processes that read the models: two threads round otherwise."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("task", all_tasks().values(), ids=lambda task: task.id)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_method_keeps_what_is_frozen_learns_and_comes_back_the_same(
    family: str,
    task: Task,
    folders: dict[str, Path],
    with_thaw: AnotherProcess,
    without_thaw: AnotherProcess,
    tmp_path: Path,
) -> None:
    try:
        base = load_base(str(folders[family]), kind=task.network)
        reason = task.supports(base.facts)
        asked = toy_rows(task.id, tmp_path, base, ROWS)
    except EngineError as error:
        reason = error.problem.reason
    assert (reason == "") == (task.id in DOES[family]), reason
    if reason:
        assert reason.endswith("."), reason
        return
    part = EncodedPart(task, asked, torch.device("cpu"))
    windows = [number for row in part.windows for number in row]
    batch, lengths = part.batch(windows), [part.lengths[number] for number in windows]
    question = {name: tensor for name, tensor in batch.items() if name in {"input_ids", "attention_mask"}}
    if task.network is Network.SEQUENCE_TO_SEQUENCE:
        question["labels"] = batch["labels"]  # its decoder reads them
    elif task.network is not Network.ENCODER:
        question["places"] = batch["attention_mask"].bool()
    else:
        question = {name: tensor for name, tensor in batch.items() if name != "labels"}
    saved = {}
    for chosen in all_methods().values():
        reason = chosen.supports(task, base.facts)
        writes = chosen.id == "feature_based" and task.network is not Network.ENCODER  # no new head for words
        assert bool(reason) == (writes or (chosen.id, family) in REFUSED), reason
        if reason:
            assert reason.endswith("."), reason
            continue
        try:
            model = learnt(base, task, chosen, asked, batch)
        except AssertionError as error:
            raise AssertionError(f"{chosen.id}: {error}") from error
        if not saved:
            evidence_gives_the_scores(model, task, part, tmp_path / "evidence.safetensors")
        save_model(model, base, tmp_path / chosen.id, asked.classes, LONGEST)
        with torch.no_grad():
            saved[chosen.id] = model(question).logits
        if isinstance(model, WritingModel) and task.network is not Network.MASKED_LM:
            again = load_model(tmp_path / chosen.id)
            assert isinstance(again, WritingModel)
            assert again.facts == model.facts
            written = [one.generate(batch, max_new_tokens=4) for one in (model, again)]
            assert torch.equal(*written), chosen.id
        assert computing_again_learns_the_same(model, batch), chosen.id
    ask = TOYS[task.id].ask
    questions = None if ask is None else [ask(row) for row in asked.rows]
    for method_id in saved:
        for other in (with_thaw, without_thaw):
            other.ask(tmp_path / method_id, question, questions)
    far = {}
    for method_id, logits in saved.items():
        for name, other in {"with Thaw": with_thaw, "without Thaw": without_thaw}.items():
            far[method_id, name] = furthest(other.answer(tmp_path / method_id), logits, lengths)
    assert {key: off for key, off in far.items() if not off <= 1e-6} == {}  # also what is no number


def learnt(base: BaseModel, task: Task, chosen: Method, asked: Asked, batch: Batch) -> TaskModel:
    """Returns a model that has learnt for a few steps, after a look at what moved."""
    filled, problems = fill_settings(chosen, task.id, TOYS[task.id].settings, base.facts)
    assert problems == []
    model = build(base, task, chosen, filled, asked.classes, seed=0)
    task.begin(model, asked)
    learning = {name: parameter for name, parameter in model.named_parameters() if parameter.requires_grad}
    start = {name: parameter.detach().clone() for name, parameter in learning.items()}
    stack = read_stack(model, base, asked.classes)
    assert stack.trainable_parameters == sum(parameter.numel() for parameter in learning.values())
    assert stack.total_parameters == sum(layer.parameters + layer.new_parameters for layer in stack.layers)
    own = [parameter.requires_grad for parameter in pretrained_parameters(model).values()]
    # Nor does a head that came with the model learn, where small parts are put in.
    assert chosen.group is MethodGroup.WEIGHTS or not any(own)
    assert chosen.id not in {"full_fine_tuning", "gradual_unfreezing"} or all(own)
    before, names = hash_tensors(model), trainable_names(model)
    at_first = loss_at_rest(model, batch)
    rate = 1e-2 / times_used(model.backbone) ** 0.5  # a shared block moves with every pass
    optimizer = torch.optim.Adam(learning.values(), lr=rate)
    torch.manual_seed(0)
    set_modes(model)
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = model(batch).loss
        assert loss is not None
        loss.backward()
        optimizer.step()
    assert [name for name, parameter in learning.items() if parameter.grad is None] == []
    assert [name for name, parameter in learning.items() if torch.equal(parameter, start[name])] == []
    after = hash_tensors(model)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= names, "frozen, and changed"
    assert names <= changed, "trainable, and the same"
    at_last = loss_at_rest(model, batch)
    assert at_last < at_first, "the loss has not fallen"
    return model


def computing_again_learns_the_same(model: TaskModel, batch: Batch) -> bool:
    """Returns whether loss and gradients are equal in every bit where blocks are computed a second time."""
    found = []
    for again in (False, True):
        if again:
            compute_again(model, "fp32", torch.device("cpu"))
        model.zero_grad()
        set_modes(model)
        torch.manual_seed(5)
        loss = model(batch).loss
        assert loss is not None
        loss.backward()
        found.append([loss.detach(), *(one.grad for one in model.parameters() if one.grad is not None)])
    one, other = found
    return len(one) == len(other) > 1 and all(map(torch.equal, one, other))


def evidence_gives_the_scores(model: TaskModel, task: Task, part: EncodedPart, path: Path) -> None:
    """Looks whether what each row adds, written and read again, gives the measures of the result."""
    said = judge(model, task, part).said
    write_evidence(path, task.evidence(part.asked, said))
    rows = read_evidence(path)
    assert rows is not None
    assert len(rows) == len(part.asked.rows)
    measures, whole = task.measures(part.asked.settings), np.ones((1, len(rows)))
    for metric, score in task.result(part.asked, said, ()).scores.items():
        assert float(measures.of[metric](rows, whole)[0]) == pytest.approx(score.value), metric


def loss_at_rest(model: TaskModel, batch: Batch) -> float:
    """Returns the loss without dropout."""
    model.eval()
    with torch.no_grad():
        loss = model(batch).loss
    assert loss is not None
    return float(loss)


def furthest(said: torch.Tensor, logits: torch.Tensor, lengths: list[int]) -> float:
    """Returns the largest difference; word pieces that pad a row do not count.

    Args:
        said: ``(rows, …)`` or ``(windows, tokens, …)``.
        logits: The same, perhaps padded further.
        lengths: Word pieces of each window.
    """
    if said.dim() < 3:
        assert said.shape == logits.shape
        return float((said - logits).abs().max())
    rows = zip(said, logits, lengths, strict=True)
    return float(torch.stack([(one[:size] - other[:size]).abs().max() for one, other, size in rows]).max())


def test_every_task_and_family_is_in_the_battery() -> None:
    assert set(TOYS) == set(all_tasks())
    # Built like Qwen 3, like GPT-2 and like T5: tests/engine/models takes them apart, matrix by matrix.
    assert set(EVERY) - set(FAMILIES) == {"qwen2", "opt", "mt5"}
