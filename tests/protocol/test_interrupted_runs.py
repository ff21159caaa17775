"""A run that nobody saw end: whether memory was the reason, and the ways on."""

from __future__ import annotations

import msgspec
import pytest

from engine.protocol.events import CheckpointSaved, StepPoint, StepsEnded, TrainingStarted
from engine.protocol.interrupted_runs import LastWords, run_interrupted
from engine.protocol.run_files import BEST_FOLDER, LAST_FOLDER
from engine.protocol.smaller_batches import Batches, BatchesHalved
from tests.gui.recorded_events import recorded_run
from tests.gui.sample_facts import run_config

FREE = 5_000_000_000


@pytest.fixture
def started() -> TrainingStarted:
    """The first event of a run in batches of 32 on a computer with 5 GB of free memory."""
    run = run_config(settings={"batch_size": 32, "gradient_accumulation_steps": 2, "max_length": 128})
    told = next(event for event in recorded_run(run=run) if isinstance(event, TrainingStarted))
    return msgspec.structs.replace(told, memory_within_reach=FREE)


def words_of(*events: object) -> LastWords:
    words = LastWords()
    for event in events:
        words.take(event)  # type: ignore[arg-type]  # all are events
    return words


def steps(epoch: float, memory: int) -> StepsEnded:
    point = StepPoint(step=9, epoch=epoch, loss=1.0, learning_rate=1e-3, gradient_norm=1.0)
    return StepsEnded(points=(point,), rows_per_second=1.0, seconds_left=1.0, memory=memory)


SAVED = CheckpointSaved(step=8, epoch=1.0, path=LAST_FOLDER)


def test_where_it_cannot_be_known_both_ways_are_offered(started: TrainingStarted) -> None:
    words = words_of(started, steps(1.3, FREE // 2), SAVED)
    problem = run_interrupted("runs/one", words)

    assert not words.memory_was_full
    assert problem.title == "This run was interrupted"
    assert problem.reason == (
        "Thaw or the computer stopped at epoch 1.3 of this run. "
        "If memory had run out, smaller batches need less of it."
    )
    assert [(action.id, action.label, action.arguments) for action in problem.actions] == [
        ("resume", "Resume from epoch 1", {"folder": "runs/one"}),
        ("resume", "Continue with 4 batches of 16", {"folder": "runs/one", "smaller_batches": "yes"}),
    ]
    assert problem.safe == "The checkpoint of epoch 1 is saved."


def test_where_it_held_nearly_all_memory_smaller_batches_come_first(started: TrainingStarted) -> None:
    halved = BatchesHalved(step=4, epoch=0.5, batches=Batches(size=16, rows=64))
    problem = run_interrupted("runs/one", words_of(started, SAVED, halved, steps(1.3, 4_600_000_000)))

    assert problem.title == "This run was interrupted, probably because memory ran out"
    assert "held 4.6 GB when it was last heard of; there were 5.0 GB for it when it began" in problem.reason
    assert [action.label for action in problem.actions] == [
        "Continue with 8 batches of 8",
        "Resume from epoch 1",
    ]


def test_a_run_that_goes_on_begins_anew(started: TrainingStarted) -> None:
    before = (started, steps(1.3, 4_900_000_000))
    again = msgspec.structs.replace(started, resumed_from=8)

    assert words_of(*before).memory_was_full
    assert not words_of(*before, again).memory_was_full
    on_a_card = msgspec.structs.replace(started, memory_within_reach=0)
    assert not words_of(on_a_card, steps(1.3, 4_900_000_000)).memory_was_full


def test_without_a_checkpoint_it_begins_again_in_the_same_run(started: TrainingStarted) -> None:
    best = CheckpointSaved(step=8, epoch=1.0, path=BEST_FOLDER)
    problem = run_interrupted("runs/one", words_of(started, best))

    assert "before the first step" in problem.reason
    assert [action.label for action in problem.actions] == ["Start again", "Start again with 4 batches of 16"]
    assert {action.id for action in problem.actions} == {"resume"}


@pytest.mark.parametrize("memory", [1_000_000_000, 4_900_000_000])
def test_single_rows_are_not_halved(started: TrainingStarted, memory: int) -> None:
    single = BatchesHalved(step=4, epoch=0.5, batches=Batches(size=1, rows=64))
    problem = run_interrupted("runs/one", words_of(started, SAVED, single, steps(1.3, memory)))

    (action,) = problem.actions
    assert action.label == "Resume from epoch 1"
    assert "smaller batches" not in problem.reason + problem.fix
