"""The verdict of every task with every kind of checkpoint and every method, from the models themselves."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.contracts import BaseModel
from engine.models.layers import read_stack
from engine.models.load import load_base
from engine.models.prepare import build
from engine.models.verdict import judge, taught
from engine.protocol.catalog import MethodGroup
from engine.protocol.stack import Answer
from engine.registry import all_methods, all_tasks, fill_settings, task
from tests.small_models import make_small_bert, make_small_writer

CLASSES = ("glad", "sad")
READING = ("text_classification", "token_classification", "question_answering")
BLANKS, GOING_ON, REWRITING = (
    "masked_language_modelling",
    "causal_language_modelling",
    "sequence_to_sequence",
)
EMBEDDER, FILLER, SILENT, GPT2, INSTRUCT = "embedder", "filler", "silent", "gpt2", "instruct"

LEARNED = {
    EMBEDDER: "It learned to place sentences of like meaning near each other.",
    FILLER: "It learned to fill in blanks.",
    GPT2: "It learned to continue text.",
    INSTRUCT: "It learned to continue text.",
}
"""Checkpoint → what it says of itself; one says nothing."""

SAME = {
    (FILLER, BLANKS): "Same task, new language: it goes on filling in blanks.",
    (GPT2, GOING_ON): "Same task, new texts: it goes on continuing text.",
    (INSTRUCT, GOING_ON): "Same task, new texts: it goes on continuing text.",
}
"""Where the task stays."""

REFUSED = {
    **{(model, GOING_ON): "it sees the words that follow" for model in (EMBEDDER, FILLER, SILENT)},
    **{(model, BLANKS): "cannot fill in blanks" for model in (GPT2, INSTRUCT)},
    **{(model, REWRITING): "" for model in (EMBEDDER, FILLER, SILENT, GPT2, INSTRUCT)},
}
"""Where a model cannot do the task, and what is said of it."""


@pytest.fixture(scope="module")
def folders(
    small_bert: Path, small_filler: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    parent = tmp_path_factory.mktemp("checkpoints")
    silent = make_small_bert(parent / SILENT, pooling="")
    return {
        EMBEDDER: Path(shutil.copytree(small_bert, parent / EMBEDDER)),
        FILLER: Path(shutil.copytree(small_filler, parent / FILLER)),
        SILENT: silent,
        GPT2: make_small_writer(parent / GPT2, family="gpt2"),
        INSTRUCT: make_small_writer(parent / INSTRUCT, template="{{ messages[0]['content'] }}"),
    }


def test_every_task_is_in_the_table() -> None:
    assert set(all_tasks()) <= {*READING, BLANKS, GOING_ON, REWRITING}


@pytest.mark.parametrize("task_id", all_tasks())
@pytest.mark.parametrize("model", [EMBEDDER, FILLER, SILENT, GPT2, INSTRUCT])
def test_whether_the_task_changes_is_read_from_the_checkpoint(
    model: str, task_id: str, folders: dict[str, Path]
) -> None:
    chosen = task(task_id)
    reason = chosen.supports(load_base(str(folders[model]), on_meta=True).facts)
    assert bool(reason) == ((model, task_id) in REFUSED)
    if reason:
        assert REFUSED[model, task_id] in reason
        return
    base = load_base(str(folders[model]), on_meta=True, kind=chosen.network)
    for method in all_methods().values():
        if method.supports(chosen, base.facts):
            continue
        settings, _ = fill_settings(method, task_id, {}, base.facts)
        built = build(base, chosen, method, settings, CLASSES)
        stack = read_stack(built, base, CLASSES)
        verdict = judge(base.facts, chosen, built, stack, settings)
        if model == SILENT:
            expected = Answer.UNKNOWN, "The model does not say what it was trained for."
        elif (model, task_id) in SAME:
            expected = Answer.NO, SAME[model, task_id]
        else:
            expected = Answer.YES, f"{LEARNED[model]} You teach it {taught(chosen, settings)}."
        assert (verdict.task_changes, verdict.transfer_sentence) == expected, method.id
        changes = method.group is MethodGroup.WEIGHTS
        assert (verdict.weights_change is Answer.YES) == changes, method.id
        if method.group is MethodGroup.INSERTS:
            same = "Same task, same weights: plain adaptation with small parts."
            other = "Its own weights stay. Only the inserts and the new head learn."
            assert verdict.fine_tuning_sentence == (same if (model, task_id) in SAME else other), method.id
        is_new = (model, task_id) not in SAME
        assert stack.layers[-1].is_new == is_new
        if is_new:  # a new head learns, whatever else does
            assert stack.layers[-1].trainable_parameters == stack.layers[-1].parameters > 0, method.id


@pytest.mark.parametrize(
    ("method_id", "settings", "sentence"),
    [
        ("full_fine_tuning", {}, "All of the model's own weights will change."),
        ("freeze_layers", {"frozen_layers": 1}, "Block 2 and the head of the model will change."),
        ("freeze_layers", {"frozen_layers": 2}, "The head of the model will change."),
        ("bitfit", {}, "A few of its own weights change: the biases, 3.3 %."),
    ],
)
def test_a_head_that_came_with_the_model_is_one_of_its_weights(
    method_id: str, settings: dict[str, int], sentence: str, small_filler: Path
) -> None:
    chosen, method = task(BLANKS), all_methods()[method_id]
    base: BaseModel = load_base(str(small_filler), on_meta=True, kind=chosen.network)
    filled, problems = fill_settings(method, BLANKS, settings, base.facts)
    assert problems == []
    model = build(base, chosen, method, filled, ())
    verdict = judge(base.facts, chosen, model, read_stack(model, base, ()), filled)
    assert (verdict.task_changes, verdict.weights_change) == (Answer.NO, Answer.YES)
    assert verdict.fine_tuning_sentence == sentence


def test_a_head_that_came_with_the_model_is_frozen_by_hand_and_a_new_one_is_not(
    small_filler: Path, small_bert: Path
) -> None:
    chosen, method = task(BLANKS), all_methods()["full_fine_tuning"]
    for folder, learns in ((small_filler, False), (small_bert, True)):
        base = load_base(str(folder), on_meta=True, kind=chosen.network)
        settings, _ = fill_settings(method, BLANKS, {}, base.facts)
        model = build(base, chosen, method, settings, (), {"head": False})
        head = read_stack(model, base, (), by_hand=True).layers[-1]
        assert (head.trainable_parameters > 0, head.can_change) == (learns, not learns)
