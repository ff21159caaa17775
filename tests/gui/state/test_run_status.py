"""One run from its events: the same whether they come live or from a file."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from engine.protocol.events import (
    CheckpointSaved,
    JobStopped,
    StepPoint,
    TrainingPaused,
    TrainingStarted,
    WarningRaised,
)
from engine.protocol.problems import Problem
from gui.state.loss_curve import LossCurve
from gui.state.project_file import RunNotes
from gui.state.run_status import RunState, RunStatus
from tests.gui.recorded_events import recorded_run
from tests.gui.sample_facts import run_config


@pytest.fixture
def run(qapp: QApplication) -> RunStatus:
    """A run that has not begun."""
    return RunStatus(Path("runs/one"), run_config(), RunNotes(color=1))


def test_signals_follow_the_states(run: RunStatus) -> None:
    states: list[str] = []
    run.state_changed.connect(lambda: states.append(run.state))
    for event in recorded_run(epochs=1):
        run.apply(event)
    assert states == ["preparing", "running", "finished"]


def test_progress_never_goes_backwards(run: RunStatus) -> None:
    progress: list[float] = []
    run.steps_ended.connect(lambda: progress.append(run.progress))
    for event in recorded_run(epochs=2):
        run.apply(event)
    assert progress == sorted(progress)
    assert progress[-1] == 1.0
    assert run.seconds_left is None  # it has ended


def test_a_wish_to_stop_is_not_undone_by_what_was_said_before(run: RunStatus) -> None:
    events = recorded_run(epochs=1, until_step=20)
    for event in events[:8]:
        run.apply(event)
    run.ask_to_stop()
    for event in events[8:]:
        run.apply(event)
    states = [run.state]
    run.apply(JobStopped(time=events[-1].time + 1))
    assert [*states, run.state] == [RunState.STOPPING, RunState.STOPPED]


def test_pauses_do_not_count_as_time(run: RunStatus) -> None:
    events = recorded_run(epochs=1, until_step=20)
    for event in events:
        run.apply(event)
    run.apply(TrainingPaused(step=20, epoch=0.3, time=events[-1].time + 1))
    trained = run.seconds
    run.apply(JobStopped(time=events[-1].time + 600))
    assert run.seconds == trained


def test_a_warning_is_kept_once(run: RunStatus) -> None:
    problem = Problem(code="rising", title="Validation loss has risen", reason="since 2.5", fix="Stop.")
    for _ in range(3):
        run.apply(WarningRaised(problem=problem))
    assert run.warnings == [problem]


def test_a_run_stopped_by_the_window_can_go_on(run: RunStatus) -> None:
    for event in recorded_run(epochs=1, until_step=50):
        run.apply(event)
    run.apply(JobStopped(reason="window_closed"))
    assert run.state is RunState.STOPPED
    assert run.can_resume


def _points(first: int, last: int) -> list[StepPoint]:
    return [
        StepPoint(step=step, epoch=step / 10, loss=1 / step, learning_rate=1e-4, gradient_norm=1.0)
        for step in range(first, last + 1)
    ]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 900)), min_size=1, max_size=8))
def test_a_curve_has_every_step_once_whatever_is_repeated(chunks: list[tuple[int, int]]) -> None:
    curve, end = LossCurve(), 0
    for back, count in chunks:
        first = max(1, end + 1 - back)
        end = first + count - 1
        curve.append(_points(first, end))
    losses = curve.losses()
    assert losses.step.tolist() == list(range(1, end + 1))
    assert losses.loss.tolist() == [1 / step for step in range(1, end + 1)]
    assert len(curve) == end


def test_a_curve_can_be_cut() -> None:
    curve = LossCurve()
    curve.append(_points(1, 30))
    curve.append([])
    curve.cut_after(12)
    assert curve.losses().step.tolist() == list(range(1, 13))


def test_the_best_checkpoint_alone_is_nothing_to_go_on_from(run: RunStatus) -> None:
    for event in recorded_run(epochs=1, until_step=20):
        run.apply(event)
    run.apply(CheckpointSaved(step=20, epoch=0.3, path="checkpoints/best", is_best=True))
    run.close_file()
    assert run.state is RunState.INTERRUPTED
    assert not run.can_resume
    assert run.problem is not None
    assert [(action.id, action.label) for action in run.problem.actions] == [("resume", "Start again")]


def test_going_on_drops_what_came_after_the_checkpoint(run: RunStatus) -> None:
    events = recorded_run(epochs=1, until_step=50)
    for event in events:
        run.apply(event)
    begin = next(event for event in events if isinstance(event, TrainingStarted))
    run.apply(msgspec.structs.replace(begin, resumed_from=34))
    assert len(run.losses().step) == len(run.points) == 34
    assert [one.step for one in run.validations] == [0, 34]
    assert run.best is run.validations[-1]
    assert all(change.step <= 34 for change in run.changes)


def test_a_run_that_begins_anew_looks_at_the_validation_rows_once(run: RunStatus) -> None:
    told = recorded_run(until_step=0)
    for event in (*told, *told):
        run.apply(event)
    assert [one.step for one in run.validations] == [0]
