"""Memory runs out in the midst of a run: nothing is lost, and it goes on as if nothing had happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.protocol.commands import ResumeTraining
from engine.protocol.events import (
    CheckpointSaved,
    EvaluationEnded,
    JobFailed,
    JobSucceeded,
    ResultWritten,
    TrainingStarted,
    WarningRaised,
)
from engine.protocol.run_files import LAST_FOLDER, read_events, read_run
from engine.protocol.smaller_batches import Batches, BatchesHalved
from engine.training import keeping
from engine.training.rows import EncodedPart
from engine.training.steps import StepTaker
from tests.engine.recorded_session import moods_run, open_session, points, start

RunOut = Callable[..., list[tuple[bool, int]]]


@pytest.fixture(scope="module")
def plain(steady_bert: Path, moods_csv: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """The events of a run that has memory enough."""
    return train(tmp_path_factory.mktemp("plain") / "run", steady_bert, moods_csv)


@pytest.fixture
def run_out(monkeypatch: pytest.MonkeyPatch) -> RunOut:
    """Lets memory run out, with torch's own error, for batches that learn or are judged above a size."""

    def patch(*, learning: int = 1000, judging: int = 1000, after: int = 0) -> list[tuple[bool, int]]:
        real, seen = EncodedPart.forward, []

        def forward(part: EncodedPart, model: Any, numbers: Sequence[int], batch: Any) -> Any:
            learns = torch.is_grad_enabled()
            seen.append((learns, len(numbers)))
            steps = sum(one for one, _ in seen)
            if len(numbers) > (learning if learns and steps > after else 1000 if learns else judging):
                torch.empty(10**15)
            return real(part, model, numbers, batch)

        monkeypatch.setattr(EncodedPart, "forward", forward)
        return seen

    return patch


def train(folder: Path, model: Path, data: Path, **settings: Any) -> list[Any]:
    opened = open_session(calibration_file=folder.parent / "calibration.json")
    events = opened.do(start(moods_run(data, model, **settings), folder))
    opened.session.close()
    return events


def resume(folder: Path, *, smaller: bool) -> list[Any]:
    opened = open_session(calibration_file=folder.parent / "calibration.json")
    command = ResumeTraining(job_id="rest", folder=str(folder), smaller_batches=smaller)
    events = opened.do(command)
    opened.session.close()
    return events


def of(kind: type, events: list[Any]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def assert_equal(events: list[Any], plain: list[Any]) -> None:
    assert [point.step for point in points(events)] == [point.step for point in points(plain)]
    for name in ("loss", "gradient_norm", "learning_rate"):
        one, other = ([getattr(point, name) for point in points(told)] for told in (events, plain))
        assert one == pytest.approx(other, abs=1e-5)
    judged, expected = (
        [(event.step, event.loss) for event in of(EvaluationEnded, told)] for told in (events, plain)
    )
    assert [step for step, _ in judged] == [step for step, _ in expected]
    assert [loss for _, loss in judged] == pytest.approx([loss for _, loss in expected], abs=1e-5)


def test_it_goes_on_by_itself_and_learns_the_same(
    steady_bert: Path, moods_csv: Path, tmp_path: Path, plain: list[Any], run_out: RunOut
) -> None:
    seen = run_out(learning=4, after=5)
    events = train(tmp_path / "run", steady_bert, moods_csv)

    assert isinstance(events[-1], JobSucceeded)
    assert_equal(events, plain)
    (halving,) = of(BatchesHalved, events)
    assert (halving.step, halving.batches, halving.asked) == (5, Batches(size=4, rows=8), False)
    assert halving.words == "Memory ran out; from here 2 batches of 4"
    (warning,) = [event.problem for event in of(WarningRaised, events)]
    assert warning.title == "Memory ran out after step 5: from here 2 batches of 4"
    assert [size for learns, size in seen if learns] == [8] * 6 + [4] * 2 * 7
    saved = [(event.step, event.path) for event in of(CheckpointSaved, events)]
    assert (5, LAST_FOLDER) in saved
    assert read_run(tmp_path / "run").settings["batch_size"] == 8  # what was chosen stays what was chosen


def test_it_is_halved_as_often_as_it_has_to_be(
    steady_bert: Path, moods_csv: Path, tmp_path: Path, plain: list[Any], run_out: RunOut
) -> None:
    run_out(learning=1)
    events = train(tmp_path / "run", steady_bert, moods_csv)

    assert_equal(events, plain)
    assert [event.batches.size for event in of(BatchesHalved, events)] == [4, 2, 1]
    assert {event.step for event in of(BatchesHalved, events)} == {0}


def test_where_it_shall_ask_nothing_is_lost_and_the_rest_is_the_same(
    steady_bert: Path, moods_csv: Path, tmp_path: Path, plain: list[Any], run_out: RunOut
) -> None:
    run_out(learning=4, after=7)
    events = train(tmp_path / "run", steady_bert, moods_csv, smaller_batches_when_full=False)

    end = events[-1]
    assert isinstance(end, JobFailed)
    assert end.problem.code == "out_of_memory"
    assert "at step 8" in end.problem.reason
    assert end.problem.safe == "Nothing is lost: step 7 is saved."
    assert end.problem.actions[0].label == "Continue with 2 batches of 4"
    assert points(events)[-1].step == 7  # the curve is whole up to there

    rest = resume(tmp_path / "run", smaller=True)

    assert isinstance(rest[-1], JobSucceeded)
    assert of(TrainingStarted, rest)[0].resumed_from == 7
    (halving,) = of(BatchesHalved, rest)
    assert (halving.step, halving.batches, halving.asked) == (7, Batches(size=4, rows=8), True)
    assert not of(WarningRaised, rest)  # the person knows
    assert_equal(list(read_events(tmp_path / "run")), plain)


def test_the_failed_step_draws_no_random_numbers(
    small_bert: Path, moods_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {
        "gradient_accumulation_steps": 2,
        "evaluations_per_epoch": 1,  # nothing is saved before
        "smaller_batches_when_full": False,
    }
    whole = train(tmp_path / "whole", small_bert, moods_csv, **settings)  # with dropout
    real, left = EncodedPart.forward, [5]

    def forward(part: EncodedPart, model: Any, numbers: Sequence[int], batch: Any) -> Any:
        output = real(part, model, numbers, batch)
        left[0] -= torch.is_grad_enabled()
        if left == [0]:  # the first of two batches of step 3 has drawn its numbers
            torch.empty(10**15)
        return output

    with monkeypatch.context() as patch:
        patch.setattr(EncodedPart, "forward", forward)
        events = train(tmp_path / "run", small_bert, moods_csv, **settings)
    assert events[-1].problem.safe == "Nothing is lost: step 2 is saved."
    resume(tmp_path / "run", smaller=False)
    assert points(list(read_events(tmp_path / "run"))) == points(whole)  # bit for bit


def test_smaller_batches_hold_for_all_that_follows(
    steady_bert: Path,
    moods_csv: Path,
    tmp_path: Path,
    plain: list[Any],
    run_out: RunOut,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "run"
    monkeypatch.setattr(keeping, "SOONEST", 0.0)  # a slow run: step 3 is saved before memory runs out
    run_out(learning=4, after=3)
    ask = {"smaller_batches_when_full": False}
    train(folder, steady_bert, moods_csv, **ask)
    run_out(learning=2, after=4)  # two more steps of two batches each
    half = resume(folder, smaller=True)
    assert half[-1].problem.actions[0].label == "Continue with 4 batches of 2"
    again = resume(folder, smaller=False)
    assert again[-1].problem.code == "out_of_memory"
    assert not of(BatchesHalved, again)
    rest = resume(folder, smaller=True)

    assert [event.batches.size for event in of(BatchesHalved, list(read_events(folder)))] == [4, 2]
    assert isinstance(rest[-1], JobSucceeded)
    assert_equal(list(read_events(folder)), plain)


def test_single_rows_cannot_be_halved_and_that_is_said(
    steady_bert: Path, moods_csv: Path, tmp_path: Path, run_out: RunOut
) -> None:
    run_out(learning=0, after=8)
    settings = {"batch_size": 1, "gradient_accumulation_steps": 8, "max_length": 64}
    events = train(tmp_path / "run", steady_bert, moods_csv, **settings)

    problem = events[-1].problem
    assert problem.code == "out_of_memory"
    assert "cannot be smaller" in problem.reason
    assert problem.safe == "Nothing is lost: step 1 is saved."
    assert [action.id for action in problem.actions][:1] == ["set_settings"]
    refused = resume(tmp_path / "run", smaller=True)[-1].problem
    assert refused.code == "smallest_batches"
    assert refused.title == "Batches cannot be smaller than a single row"


def test_what_broke_while_weights_changed_is_not_saved(
    steady_bert: Path, moods_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, changes = StepTaker.change, []

    def change(taker: StepTaker) -> None:
        changes.append(taker)
        real(taker)
        if len(changes) == 5:  # perhaps half of the weights
            torch.empty(10**15)

    monkeypatch.setattr(StepTaker, "change", change)
    events = train(tmp_path / "run", steady_bert, moods_csv)

    assert events[-1].problem.code == "out_of_memory"
    assert not [event for event in of(CheckpointSaved, events) if event.step >= 4]


def test_rows_are_judged_in_smaller_batches_by_itself(
    steady_bert: Path, moods_csv: Path, tmp_path: Path, plain: list[Any], run_out: RunOut
) -> None:
    seen = run_out(judging=3)
    events = train(tmp_path / "run", steady_bert, moods_csv)

    assert isinstance(events[-1], JobSucceeded)
    assert max(size for learns, size in seen if not learns) == 16  # the first that was tried
    assert_equal(events, plain)
    scores, expected = (of(ResultWritten, told)[0].result.scores for told in (events, plain))
    assert scores == expected
    assert not of(BatchesHalved, events)
