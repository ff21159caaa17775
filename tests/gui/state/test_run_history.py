"""Runs: started, watched, stopped, died, resumed, and read back from their files."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from gui.state.page_context import PageContext
from gui.state.project_file import RunNotes
from gui.state.run_history import RunHistory
from gui.state.run_status import RunStatus
from tests.gui.fake_engine import FakeClient
from tests.gui.recorded_events import STEPS_PER_EPOCH

Start = Callable[[], RunStatus]


def _is(run: RunStatus, state: str) -> bool:
    return run.state == state


@pytest.fixture
def start(qtbot: QtBot, context: PageContext) -> Start:
    """Starts the drafted run and returns it."""

    def start() -> RunStatus:
        qtbot.waitUntil(lambda: context.project.draft is not None)
        draft = context.project.draft
        assert draft is not None
        return context.runs.start(draft)

    return start


def test_a_run_is_told_from_start_to_result(qtbot: QtBot, context: PageContext, start: Start) -> None:
    run = start()
    assert _is(run, "preparing")
    assert context.runs.current is run
    qtbot.waitUntil(lambda: _is(run, "finished"))
    assert [stage.stage for stage in run.stages][:3] == ["reading", "tokenizing", "loading_model"]
    assert run.stages[1].done == 3099  # a stage that moves on stays one line
    assert len(run.points) == STEPS_PER_EPOCH
    assert run.losses().step[-1] == STEPS_PER_EPOCH
    assert run.best is run.validations[-1]
    assert run.seconds == pytest.approx(36.9, abs=5)
    assert run.progress == 1.0
    assert run.folder.parent == context.project.folder / "runs"
    assert run.folder.name.endswith("_thaw_top")
    assert context.runs.finished == [run]
    assert run.result is not None
    summary = context.workspace.recent[0].summary
    assert (summary.runs, summary.metric, summary.best) == (1, "F1", 0.95)


def test_runs_keep_their_colour_and_notes(
    qtbot: QtBot, context: PageContext, start: Start, fake_clients: list[FakeClient]
) -> None:
    runs = [start() for _ in range(9)]
    qtbot.waitUntil(lambda: all(_is(run, "finished") for run in runs[:8]), timeout=20_000)
    assert [run.color_number for run in runs] == [1, 2, 3, 4, 5, 6, 7, 8, 1]
    context.runs.set_note(runs[0], "with more rows")
    qtbot.waitUntil(lambda: _is(runs[8], "finished"))
    again = RunHistory(context.project, context.engines)
    assert [run.run_id for run in again.runs] == [run.run_id for run in runs]
    assert [run.color_number for run in again.runs] == [1, 2, 3, 4, 5, 6, 7, 8, 1]
    assert again.runs[0].note == "with more rows"
    assert all(_is(run, "finished") for run in again.runs)
    again.close()


def test_waiting_runs_start_by_themselves_and_show_when_they_do(
    qtbot: QtBot, context: PageContext, start: Start, fake_clients: list[FakeClient]
) -> None:
    qtbot.waitUntil(lambda: context.project.draft is not None)
    fake_clients[0].hold_after_step = 4
    first, second = start(), start()
    assert _is(second, "waiting")
    assert context.runs.current is first
    assert context.runs.waiting == [second]
    qtbot.waitUntil(lambda: first.step == 4)
    fake_clients[0].release()
    qtbot.waitUntil(lambda: _is(second, "finished"))
    assert context.runs.current is second


def test_pause_continue_and_stop(
    qtbot: QtBot, context: PageContext, start: Start, fake_clients: list[FakeClient]
) -> None:
    qtbot.waitUntil(lambda: context.project.draft is not None)
    fake_clients[0].hold_after_step = 10
    run = start()
    qtbot.waitUntil(lambda: run.step == 10)
    context.runs.toggle_pause()
    assert _is(run, "paused")
    assert run.paused is not None
    context.runs.toggle_pause()
    assert _is(run, "running")
    context.runs.stop()
    assert _is(run, "stopping")
    qtbot.waitUntil(lambda: _is(run, "stopped"))
    assert run.result is not None
    assert not run.can_resume


def test_a_run_whose_engine_dies_keeps_its_curve_and_goes_on(
    qtbot: QtBot, context: PageContext, start: Start, fake_clients: list[FakeClient]
) -> None:
    qtbot.waitUntil(lambda: context.project.draft is not None)
    fake_clients[0].hold_after_step = 50
    run = start()
    qtbot.waitUntil(lambda: run.step == 50)
    fake_clients[0].die()
    assert _is(run, "failed")
    assert run.problem is not None
    assert run.problem.code == "engine_died"
    assert len(run.points) == 50
    assert run.can_resume
    kept = run.losses().loss[:34].copy()
    context.runs.resume(run)
    qtbot.waitUntil(lambda: _is(run, "finished"))
    assert [point.step for point in run.points] == list(range(1, STEPS_PER_EPOCH + 1))
    assert run.losses().loss[:34] == pytest.approx(kept)
    assert not context.runs.finished[0].can_resume
    steps = [one.step for one in run.validations]
    assert steps == sorted(set(steps))


def test_a_file_without_an_end_is_an_interrupted_run(
    qtbot: QtBot, context: PageContext, fake_clients: list[FakeClient]
) -> None:
    qtbot.waitUntil(lambda: context.project.draft is not None)
    fake_clients[0].hold_after_step = 40
    draft = context.project.draft
    assert draft is not None
    live = context.runs.start(msgspec.structs.replace(draft, settings=draft.settings | {"batch_size": 32}))
    qtbot.waitUntil(lambda: live.step == 40)
    with (live.folder / "events.jsonl").open("ab") as file:
        file.write(b'{"type":"StepsEnded","poi')  # cut off by a crash
    again = RunHistory(context.project, context.engines)
    (run,) = again.runs
    assert _is(run, "interrupted")
    assert run.step == 40
    assert run.can_resume
    assert run.problem is not None
    assert [action.label for action in run.problem.actions] == [
        "Resume from epoch 0.5",
        "Continue with 2 batches of 16",
    ]
    assert again.current is run
    again.close()


def test_folders_that_are_no_runs_are_left_alone(context: PageContext) -> None:
    stray = context.project.folder / "runs" / "notes"
    stray.mkdir()
    (stray / "run.toml").write_text("not = a run")
    again = RunHistory(context.project, context.engines)
    assert again.runs == []
    assert stray.is_dir()
    again.close()


def test_two_runs_in_one_second_have_folders_of_their_own(
    qtbot: QtBot, context: PageContext, start: Start
) -> None:
    runs = [start() for _ in range(3)]
    assert len({run.folder for run in runs}) == 3


def test_a_ninth_run_takes_the_colour_of_the_oldest_that_is_not_drawn(
    qtbot: QtBot, context: PageContext, start: Start
) -> None:
    runs = [start() for _ in range(8)]
    context.runs.set_checked(runs[4], False)
    assert start().color_number == 5
    assert context.project.run_notes[runs[4].run_id] == msgspec.structs.replace(
        RunNotes(color=5), checked=False
    )


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_a_run_whose_file_is_lost_is_read_from_its_events(
    qtbot: QtBot, context: PageContext, start: Start, damage: str
) -> None:
    run = start()
    qtbot.waitUntil(lambda: _is(run, "finished"))
    file = run.folder / "run.toml"
    if damage == "missing":
        file.unlink()
    else:
        file.write_text("method = ")
    again = RunHistory(context.project, context.engines)
    (read,) = again.runs
    assert read.config == run.config
    assert read.result == run.result
    again.close()
