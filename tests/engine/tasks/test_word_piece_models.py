"""Models that answer for each word piece: kept features, weighted layers, saved and read by others."""

from __future__ import annotations

import random
import runpy
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from datasets import Dataset
from transformers import PreTrainedTokenizerBase

from engine import registry
from engine.contracts import Asked, BaseModel, HeadOptions, Objective, TaskModel
from engine.data.prepare import prepare
from engine.data.read_files import read_table
from engine.evaluation.answer_spans import Candidates
from engine.head_facts import FeatureLayers, HeadShape
from engine.models.heads import LayerMix
from engine.models.load import load_base
from engine.models.prepare import build
from engine.models.token_heads import TokenHead
from engine.models.weights import save_model
from engine.protocol.config import DataConfig
from engine.tasks import token_classification
from engine.tasks.token_classification import WordTags
from engine.training.judging import judge
from engine.training.prefix_cache import is_frozen_below_head, keep_features
from engine.training.rows import EncodedPart
from tests.another_process import AnotherProcess
from tests.engine.models.families import small_base, small_batch
from tests.engine.tasks.reading_models import save_decoder, write_places, write_questions
from tests.small_models import GLAD_WORDS, PLAIN_WORDS, SAD_WORDS

TASKS = ("token_classification", "question_answering")
COLUMNS = {
    "token_classification": {"tokens": "tokens", "tags": "tags"},
    "question_answering": {"question": "question", "context": "context", "answers": "answers"},
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Task → a file with a pattern."""
    folder = tmp_path_factory.mktemp("tables")
    return {
        "token_classification": write_places(folder / "places.conll", 40),
        "question_answering": write_questions(folder / "questions.jsonl", 40, longest=60),
    }


@pytest.fixture(scope="module")
def decoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random model that reads from left to right."""
    return save_decoder(tmp_path_factory.mktemp("models") / "decoder")


def rows_of(files: dict[str, Path], task_id: str, base: BaseModel) -> Asked:
    """Returns the training rows as they are put to a model; long ones are cut into windows."""
    task = registry.task(task_id)
    matched = task.match(read_table(files[task_id]).dataset, COLUMNS[task_id], {})
    _, split = prepare(matched, DataConfig(path=""))
    assert split is not None
    settings = {"max_length": 40, "stride": 8}
    asked = Asked(split.train, matched.classes, settings, base.tokenizer)
    return replace(asked, encoded=task.encode(asked))


def part_of(asked: Asked, task_id: str) -> EncodedPart:
    return EncodedPart(registry.task(task_id), asked, torch.device("cpu"))


def _numbers(said: Sequence[WordTags | Candidates]) -> list[float]:
    """Returns how sure a model was of each word, or of each answer that it found."""
    return [one for row in said for one in (row.shares if isinstance(row, WordTags) else row.scores)]


@pytest.mark.parametrize(
    ("layers", "head"),
    [
        (FeatureLayers.LAST, HeadShape.LINEAR),
        (FeatureLayers.CONCAT_LAST_FOUR, HeadShape.MLP),
        (FeatureLayers.WEIGHTED_SUM_ALL, HeadShape.LINEAR),
        (FeatureLayers.WEIGHTED_SUM_LAST_FOUR, HeadShape.BILSTM),
    ],
)
@pytest.mark.parametrize("task_id", TASKS)
def test_kept_features_give_the_same_answers(
    task_id: str, layers: FeatureLayers, head: HeadShape, files: dict[str, Path], small_bert: Path
) -> None:
    base = load_base(str(small_bert))
    asked = rows_of(files, task_id, base)
    method = registry.method("feature_based")
    wishes = {"features": layers.value, "head": head.value}
    settings, problems = registry.fill_settings(method, task_id, wishes, base.facts)
    assert problems == []
    model = build(base, registry.task(task_id), method, settings, asked.classes)
    assert is_frozen_below_head(model)
    for mix in (module for module in model.modules() if isinstance(module, LayerMix)):
        torch.nn.init.normal_(mix.weights)
    part = part_of(asked, task_id).of_rows(range(6))
    live = judge(model, registry.task(task_id), part)
    keep_features(model, part, lambda _: None)
    assert part.features is not None
    assert all(len(one) == length for one, length in zip(part.features, part.lengths, strict=True))
    kept = judge(model, registry.task(task_id), part)
    # Read without padding, and so the same but for rounding.
    assert _numbers(kept.said) == pytest.approx(_numbers(live.said), abs=1e-5)
    assert kept.loss == pytest.approx(live.loss, abs=1e-5)
    assert part.of_rows([3, 1]).features is not None
    some = judge(model, registry.task(task_id), part.of_rows(range(6)))
    assert some.said == kept.said


@pytest.mark.parametrize("layers", [FeatureLayers.WEIGHTED_SUM_ALL, FeatureLayers.WEIGHTED_SUM_LAST_FOUR])
def test_a_weighted_sum_is_one_of_layers_that_learns(layers: FeatureLayers, small_bert: Path) -> None:
    base = load_base(str(small_bert))
    model = registry.task("token_classification").build(base, ("O", "B-X"), HeadOptions(layers=layers), {})
    assert isinstance(model.head, TokenHead)
    mix = model.head.mix
    assert mix is not None
    batch = {
        "input_ids": torch.tensor([[2, 50, 60, 3]]),
        "attention_mask": torch.ones(1, 4, dtype=torch.long),
    }
    with torch.no_grad():
        mix.weights.copy_(torch.arange(len(mix.weights), dtype=torch.float32))
        states = model.eval().backbone(**batch, output_hidden_states=True).hidden_states
        states = states[-len(mix.weights) :]
        expected = sum(share * state for share, state in zip(mix.weights.softmax(0), states, strict=True))
        said = model(batch).logits
        assert torch.allclose(said, model.head.last(expected), atol=1e-6)
    assert len(mix.weights) == (3 if layers is FeatureLayers.WEIGHTED_SUM_ALL else 2)


@pytest.mark.parametrize("family", ["gpt2", "distilbert", "roberta"])
def test_kinds_of_texts_are_left_out_where_a_model_has_none(
    family: str, small_tokenizer: PreTrainedTokenizerBase
) -> None:
    base = small_base(family, small_tokenizer, type_vocab_size=1)
    model = registry.task("question_answering").build(base, (), HeadOptions(), {}).eval()
    batch = small_batch(labels=False)
    with torch.no_grad():
        kinds = {**batch, "token_type_ids": torch.ones_like(batch["input_ids"])}
        assert torch.equal(model(batch).logits, model(kinds).logits)


TEXTS = ["happy the day was cold", "my zoo"]
PAIRS = [("was it", "happy the day was cold"), ("the very day", "my zoo")]
LOADED: dict[str, tuple[str, str, HeadOptions]] = {
    "tags": ("token_classification", "bert", HeadOptions()),
    "tags, letters": ("token_classification", "decoder", HeadOptions()),
    "tags, lstm": (
        "token_classification",
        "bert",
        HeadOptions(FeatureLayers.WEIGHTED_SUM_LAST_FOUR, shape=HeadShape.BILSTM),
    ),
    "answers": ("question_answering", "bert", HeadOptions()),
    "answers, letters": ("question_answering", "decoder", HeadOptions(shape=HeadShape.MLP)),
}


def _asked(task_id: str, base: BaseModel) -> Asked:
    """Returns what is typed, for a model of a task."""
    from engine.training.watching import typed_rows

    task = registry.task(task_id)
    typed = (
        TEXTS
        if task_id == "token_classification"
        else [{"question": question, "context": passage} for question, passage in PAIRS]
    )
    asked = Asked(
        typed_rows(task, typed), ("O", "B-X", "I-X"), {"max_length": 64, "stride": 8}, base.tokenizer
    )
    return replace(asked, encoded=task.encode(asked))


def _logits(model: TaskModel, task_id: str, base: BaseModel) -> tuple[torch.Tensor, list[int]]:
    """Returns what a model says of what is typed, and how many word pieces that has."""
    asked = _asked(task_id, base)
    with torch.no_grad():
        logits = model.eval()(part_of(asked, task_id).batch(range(2))).logits
    return logits, [len(row["input_ids"]) for row in asked.encoded]


def test_saved_models_load_without_thaw_in_another_process(
    small_bert: Path, decoder: Path, without_thaw: AnotherProcess, tmp_path: Path
) -> None:
    for name, (task_id, kind, options) in LOADED.items():
        base = load_base(str(small_bert if kind == "bert" else decoder))
        classes = ("O", "B-X", "I-X") if task_id == "token_classification" else ()
        torch.manual_seed(1)
        model = registry.task(task_id).build(base, classes, options, {})
        for value in model.head.parameters():
            torch.nn.init.normal_(value, std=0.3)
        if model.facts.objective is Objective.SPAN:
            model.head.get_buffer("null_threshold").fill_(-1e6)  # always silent
        save_model(model, base, tmp_path / name, classes, 64)
        expected, lengths = _logits(model, task_id, base)
        texts: list[Any] = PAIRS if task_id == "question_answering" else TEXTS
        without_thaw.ask(tmp_path / name, asked=texts)
        said = without_thaw.answer(tmp_path / name)
        for row, length in enumerate(lengths):
            assert (said[row, :length] - expected[row, :length]).abs().max().item() <= 1e-6, name
        words = PAIRS[0] if task_id == "question_answering" else TEXTS[:1]
        printed = without_thaw.printed(tmp_path / name, *words)
        assert ("no answer" in printed) == (task_id == "question_answering"), printed


@pytest.mark.parametrize("kind", ["bert", "decoder"])
def test_without_thaw_each_word_of_a_long_text_gets_its_tag(
    kind: str, small_bert: Path, decoder: Path, without_thaw: AnotherProcess, tmp_path: Path
) -> None:
    task, base = (
        registry.task("token_classification"),
        load_base(str(small_bert if kind == "bert" else decoder)),
    )
    classes = ("O", "B-X", "I-X")
    model = task.build(base, classes, HeadOptions(), {}).eval()
    chance = torch.Generator().manual_seed(1)
    with torch.no_grad():  # larger numbers, so that answers differ
        for value in model.parameters():
            value += (value.dim() > 1) * torch.randn(value.shape, generator=chance)
    words = random.Random(0).choices([*GLAD_WORDS, *SAD_WORDS, "zebra", "Quince"], k=60)
    rows = Dataset.from_dict({"tokens": [str(words)], "row": [0]})
    asked = Asked(rows, classes, {"max_length": 40}, base.tokenizer)
    part = part_of(replace(asked, encoded=task.encode(asked)), task.id)
    assert len(part.windows[0]) >= 2
    said = judge(model, task, part).said
    save_model(model, base, tmp_path / "model", classes, 40)
    told = [line.split() for line in without_thaw.printed(tmp_path / "model", " ".join(words)).splitlines()]
    assert [word for word, _ in told] == words
    tags = [tag for _, tag in told]
    assert len(set(tags)) > 1
    ((expected, _),) = token_classification._tags_said(part.asked, said)
    assert tags == list(expected)


@pytest.mark.parametrize("kind", ["bert", "decoder"])
def test_without_thaw_long_passages_get_the_same_answers(
    kind: str,
    small_bert: Path,
    decoder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    task, base = (
        registry.task("question_answering"),
        load_base(str(small_bert if kind == "bert" else decoder)),
    )
    settings = {"max_length": 40, "stride": 8}
    torch.manual_seed(1)  # where the answers lie depends on the new head
    model = task.build(base, (), HeadOptions(), settings)
    chance = torch.Generator().manual_seed(1)
    with torch.no_grad():  # larger numbers, so that answers differ
        for value in model.parameters():
            value += 0.3 * torch.randn(value.shape, generator=chance)
    words = [*GLAD_WORDS, *SAD_WORDS, *PLAIN_WORDS]
    passages = [" ".join(random.Random(seed).choices(words, k=60)).upper() for seed in range(6)]
    rows = {"question": ["was it"] * 6, "context": passages, "answers": ["[]"] * 6, "row": list(range(6))}
    asked = Asked(Dataset.from_dict(rows), (), settings, base.tokenizer)
    part = part_of(replace(asked, encoded=task.encode(asked)), task.id)
    assert min(len(windows) for windows in part.windows) >= 2
    task.begin(model, part.asked)
    said = task.answers(part.asked, judge(model, task, part).said)
    save_model(model, base, tmp_path / "model", (), 40)
    told = []
    for passage in passages:
        monkeypatch.setattr(sys, "argv", ["x", "was it", passage])
        runpy.run_path(str(tmp_path / "model" / "load_model.py"), run_name="__main__")
        told.append(capsys.readouterr().out.strip())
    assert told == [one.said for one in said]
    assert any(one.spans and one.spans[0].start > 150 for one in said)  # behind the first window


def test_features_of_whole_texts_in_several_layers_are_kept_too(small_bert: Path) -> None:
    base = load_base(str(small_bert))
    task, method = registry.task("text_classification"), registry.method("feature_based")
    wishes = {"features": FeatureLayers.WEIGHTED_SUM_ALL.value}
    settings, _ = registry.fill_settings(method, task.id, wishes, base.facts)
    model = build(base, task, method, settings, ("a", "b"))
    from engine.training.watching import typed_rows

    asked = Asked(typed_rows(task, ["happy day", "the cold train is"]), ("a", "b"), settings, base.tokenizer)
    part = part_of(replace(asked, encoded=task.encode(asked)), task.id)
    live = judge(model, task, part)
    keep_features(model, part, lambda _: None)
    kept = judge(model, task, part)
    assert all(torch.equal(one, other) for one, other in zip(live.said, kept.said, strict=True))
