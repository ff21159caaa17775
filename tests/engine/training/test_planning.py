"""A run is cut to the time that a person has: as little as can be, and what costs least first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
import torch

import engine
from engine.errors import EngineError
from engine.protocol.commands import PlanRun
from engine.protocol.config import DataConfig, RunConfig
from engine.protocol.events import EvaluationEnded, JobSucceeded, ResultWritten, WarningRaised
from engine.protocol.planning import RunPlanned, cuts, in_words
from engine.training.calibration import Calibration
from engine.training.checking import Checker
from engine.training.planning import Bounds, Choice, plan
from engine.training.run_planning import RunPlanner
from engine.training.workbench import Workbench
from tests.engine.recorded_session import moods_run, open_session, start
from tests.engine.training.test_estimate import SPEED, TimedMachine

WHOLE = Choice(rows=2479, max_length=128, epochs=3)
BOUNDS = Bounds(lengths=[20] * 2400 + [128] * 79, fewest_rows=2)


def seconds(choice: Choice) -> float:
    """A machine that reads a row of 20 word pieces in 0.1 s."""
    pieces = choice.rows * (0.97 * min(20, choice.max_length) + 0.03 * min(128, choice.max_length))
    return 10.0 + choice.epochs * pieces * 0.005


def test_what_fits_stays_whole() -> None:
    made = plan(WHOLE, BOUNDS, 20, seconds)

    assert not made.is_cut
    assert made.fits
    assert in_words(made) == "All of it fits into 20 minutes: about 15 minutes."


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (12, "2 of 3 epochs"),
        (9.5, "2 of 3 epochs, texts of at most 24 instead of 128 word pieces (79 texts are cut)"),
        (5, "1,200 of 2,479 rows, 2 of 3 epochs, texts of at most 24 instead of 128 word pieces"),
    ],
)
def test_what_costs_least_is_cut_first(minutes: float, expected: str) -> None:
    made = plan(WHOLE, BOUNDS, minutes, seconds)

    assert cuts(made).startswith(expected)
    assert made.fits
    assert 0.75 * 60 * minutes < made.seconds <= 0.9 * 60 * minutes


@pytest.mark.parametrize("minutes", [0.5, 1, 2, 3, 5, 8, 13, 20])
def test_a_plan_is_never_longer_than_the_time(minutes: float) -> None:
    made = plan(WHOLE, BOUNDS, minutes, seconds)

    assert made.fits
    assert made.seconds <= 60 * minutes
    assert made.rows >= 2


def test_more_time_never_means_less() -> None:
    made = [plan(WHOLE, BOUNDS, minutes, seconds) for minutes in range(1, 20)]
    read = [one.rows * one.epochs for one in made]

    assert read == sorted(read)


def test_an_epoch_that_costs_nothing_is_not_cut() -> None:
    def once(choice: Choice) -> float:
        return choice.rows * 1.0 + choice.epochs * 0.5

    made = plan(replace(WHOLE, epochs=10), Bounds([20] * 2479), 20, once)

    assert made.epochs == 10
    assert made.rows == 1000


def test_what_cannot_fit_is_said() -> None:
    made = plan(WHOLE, BOUNDS, 0.1, seconds)

    assert not made.fits
    assert (made.rows, made.epochs, made.max_length) == (2, 1, 16)
    assert in_words(made).startswith("Even with 2 of 2,479 rows, 1 of 3 epochs")
    assert "It will end after 6 s with what is best by then" in in_words(made)


def test_a_single_text_is_cut() -> None:
    made = plan(WHOLE, Bounds([20] * 2478 + [128], fewest_rows=2), 9.5, seconds)

    assert "(1 text is cut)" in cuts(made)


def test_windows_are_not_cut() -> None:
    made = plan(WHOLE, replace(BOUNDS, cuts_texts=False), 3, seconds)

    assert made.max_length == 128
    assert made.fits


@pytest.fixture
def planner(tmp_path: Path) -> RunPlanner:
    bench, machine = Workbench(), TimedMachine(torch.device("cpu"), tmp_path / "calibration.json")
    return RunPlanner(bench, Checker(bench, machine), machine)


def test_a_run_is_cut_with_the_figures_of_its_estimate(
    planner: RunPlanner, small_bert: Path, moods_csv: Path
) -> None:
    run = moods_run(moods_csv, small_bert, "full_fine_tuning", epochs=1000)
    planned = planner.plan(run, 0.03)

    assert planned.plan.fits
    assert planned.plan.measured
    assert planned.plan.of_rows == 48
    assert 2 <= planned.plan.epochs < 1000
    assert planned.run.settings["epochs"] == planned.plan.epochs
    assert planned.run.settings["time_limit_minutes"] == 0.03
    checked = Checker(Workbench(), planner._estimator).check(planned.run)
    assert not checked.errors
    assert checked.estimate is not None
    assert checked.estimate.seconds == pytest.approx(planned.plan.seconds, rel=0.5)  # rows are timed anew


SLOW = msgspec.structs.replace(SPEED, run=1e-4, through=2e-4, learn=3e-4)
"""Beside this it does not count how long rows really take to be put into batches."""


class SlowMachine(TimedMachine):
    """One on which the small models take seconds."""

    def calibration(self, *_: object) -> Calibration | None:
        return SLOW


def test_layers_thaw_sooner_in_a_shorter_run(small_bert: Path, moods_csv: Path, tmp_path: Path) -> None:
    bench, machine = Workbench(), SlowMachine(torch.device("cpu"), tmp_path / "none.json")
    checker = Checker(bench, machine)
    run = moods_run(moods_csv, small_bert, "gradual_unfreezing", epochs=600, stage_epochs=100)
    planned = RunPlanner(bench, checker, machine).plan(run, 0.5)
    estimate = checker.check(planned.run).estimate

    assert 2 <= planned.plan.epochs < 300
    assert estimate is not None
    assert planned.plan.seconds == pytest.approx(estimate.seconds, rel=0.05)


def test_all_folds_share_the_time(small_bert: Path, moods_csv: Path, tmp_path: Path) -> None:
    bench, machine = Workbench(), SlowMachine(torch.device("cpu"), tmp_path / "none.json")
    run, planner = (
        moods_run(moods_csv, small_bert, epochs=600),
        RunPlanner(bench, Checker(bench, machine), machine),
    )
    one, shared = planner.plan(run, 0.25), planner.plan(run, 1.25, runs=5)

    assert shared.run == one.run
    assert shared.run.settings["time_limit_minutes"] == 0.25
    assert shared.plan == msgspec.structs.replace(one.plan, runs=5)
    assert in_words(shared.plan) == f"For each of 5 folds: {in_words(one.plan)}"
    assert planner.plan(run, 1, runs=7).run.settings["time_limit_minutes"] == 0.14


class MachineOfLongTexts(SlowMachine):
    """One that timed texts of more than 40 word pieces, and guesses the rest, badly."""

    def calibration(self, _model: str, length: int) -> Calibration | None:
        return SLOW if length > 40 else None


def test_what_was_timed_serves_for_shorter_texts(small_bert: Path, tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    texts = [f"{'very ' * 40}{'happy' if row % 2 else 'sad'} day {row}" for row in range(60)]
    file.write_text("\n".join(["text,label", *(f"{text},{row % 2}" for row, text in enumerate(texts))]))
    machine = MachineOfLongTexts(torch.device("cpu"), tmp_path / "none.json", speed=lambda *_: 1e6)
    bench = Workbench()
    run = moods_run(file, small_bert, "full_fine_tuning", epochs=1, max_length=64, batch_size=4)
    planned = RunPlanner(bench, Checker(bench, machine), machine).plan(run, 0.025)

    assert planned.plan.max_length <= 40
    assert planned.plan.seconds < planned.plan.of_seconds < 60  # the guess would be hours


@pytest.mark.parametrize("task", ["question_answering", "masked_language_modelling"])
def test_a_run_is_never_cut_to_one_that_cannot_begin(tmp_path: Path, task: str) -> None:
    samples = Path(engine.__file__).parents[1] / "resources" / "samples"
    name = {"question_answering": "people.squad.json", "masked_language_modelling": "pride_and_prejudice.txt"}
    bench, machine = Workbench(), TimedMachine(torch.device("cpu"), tmp_path / "none.json")
    checker = Checker(bench, machine)
    run = RunConfig(
        data=DataConfig(path=str(samples / name[task])),
        task=task,
        method="full_fine_tuning",
        model="minilm",
        settings={"batch_size": 8},
    )
    planned = RunPlanner(bench, checker, machine).plan(run, 0.01)

    assert (planned.plan.rows, planned.plan.fits) == (8, False)
    assert not checker.check(planned.run).errors


def test_what_stands_in_the_way_is_said(planner: RunPlanner, small_bert: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineError):
        planner.plan(moods_run(tmp_path / "nowhere.csv", small_bert, "full_fine_tuning"), 12)


def test_the_session_answers_and_a_run_ends_in_time_with_its_best_state(
    small_bert: Path, moods_csv: Path, tmp_path: Path
) -> None:
    opened = open_session(calibration_file=tmp_path / "calibration.json")
    run = moods_run(moods_csv, small_bert, "full_fine_tuning", epochs=900, evaluations_per_epoch=1)
    events = opened.do(PlanRun(job_id="plan", run=run, minutes=10_000))
    (planned,) = [event for event in events if isinstance(event, RunPlanned)]
    assert not planned.plan.is_cut

    short = moods_run(moods_csv, small_bert, "full_fine_tuning", epochs=900, time_limit_minutes=0.001)
    events = opened.do(start(short, tmp_path / "run"))
    opened.session.close()

    assert isinstance(events[-1], JobSucceeded)
    told = [event.problem for event in events if isinstance(event, WarningRaised)]
    assert "time_is_up" in [problem.code for problem in told]
    judged = [event.split for event in events if isinstance(event, EvaluationEnded)]
    assert judged == ["validation", "validation", "test"]  # before the first step, after it, at the end
    (result,) = [event.result for event in events if isinstance(event, ResultWritten)]
    assert result.rows == 16
    assert (tmp_path / "run" / "model").is_dir()
