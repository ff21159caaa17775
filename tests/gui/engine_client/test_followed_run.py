"""A run of another process, followed by its file: its events, its end, its death, wishes to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.protocol.commands import PauseTraining, StopTraining
from engine.protocol.events import Event, JobFailed, JobStopped, StepsEnded
from engine.protocol.run_files import EVENTS_FILE, LOCK_FILE, WISHES_FILE, events_after
from engine.protocol.wire import decode_command, encode
from gui.engine_client.engines import Engines
from gui.engine_client.followed_run import FollowedRun, is_training
from gui.state.project import Project
from gui.state.run_history import RunHistory
from gui.state.run_status import RunState
from gui.state.toml_file import write_toml
from tests.gui.recorded_events import recorded_run
from tests.gui.sample_facts import run_config


@pytest.fixture
def folder(project: Project) -> Path:
    """The folder of a run of which 60 events are written."""
    made = project.folder / "runs" / "2026-11-26_10-00-00_thaw_top"
    made.mkdir(parents=True)
    write_toml(made / "run.toml", run_config())
    _write(made, recorded_run(folder=str(made), epochs=2)[:60])
    return made


@pytest.fixture
def lock(folder: Path) -> Iterator[FileLock]:
    """What the process that trains holds."""
    held = FileLock(folder / LOCK_FILE)
    held.acquire()
    yield held
    held.release()


def _write(folder: Path, events: list[Event]) -> None:
    with (folder / EVENTS_FILE).open("ab") as file:
        file.writelines(encode(event) for event in events)


def test_the_lock_says_whether_a_run_trains(folder: Path) -> None:
    assert not is_training(folder)
    held = FileLock(folder / LOCK_FILE)
    with held:
        assert is_training(folder)
    assert not is_training(folder)


def test_it_says_what_is_added_whole_line_by_whole_line(qtbot: QtBot, folder: Path, lock: FileLock) -> None:
    whole = recorded_run(folder=str(folder), epochs=2)
    known, told = events_after(folder, 0)
    assert len(known) == 60
    followed = FollowedRun("here", folder, told)
    heard: list[Event] = []
    followed.event_arrived.connect(heard.append)
    followed.start()
    line = encode(whole[60])
    with (folder / EVENTS_FILE).open("ab") as file:
        file.write(line[:20])
    with qtbot.assertNotEmitted(followed.event_arrived, wait=600):
        pass
    with (folder / EVENTS_FILE).open("ab") as file:
        file.write(line[20:])
    _write(folder, whole[61:70])
    qtbot.waitUntil(lambda: len(heard) == 10)
    assert {event.job_id for event in heard} == {"here"}
    assert [type(event) for event in heard] == [type(event) for event in whole[60:70]]
    assert followed.open_jobs == ("here",)
    with qtbot.waitSignal(followed.ended):
        _write(folder, [JobStopped(job_id="there")])
    assert heard[-1] == JobStopped(job_id="here")
    assert followed.open_jobs == ()


def test_a_process_that_is_gone_without_a_word_is_said(qtbot: QtBot, folder: Path, lock: FileLock) -> None:
    followed = FollowedRun("here", folder, events_after(folder, 0)[1])
    heard: list[Event] = []
    followed.event_arrived.connect(heard.append)
    followed.start()
    with qtbot.waitSignal(followed.ended, timeout=2_000):
        lock.release()
    (end,) = heard
    assert isinstance(end, JobFailed)
    assert end.problem.code == "run_interrupted"
    reached = [event for event in events_after(folder, 0)[0] if isinstance(event, StepsEnded)][-1].points[-1]
    assert f"at epoch {reached.epoch:.1f}" in end.problem.reason


def test_commands_are_written_where_the_process_looks(folder: Path) -> None:
    followed = FollowedRun("here", folder, 0)
    followed.send(PauseTraining(job_id="here"))
    followed.send(StopTraining(job_id="here"))
    lines = (folder / WISHES_FILE).read_bytes().splitlines()
    assert [type(decode_command(line)) for line in lines] == [PauseTraining, StopTraining]


def test_a_project_finds_its_run_still_going_and_others_wait_for_it(
    qtbot: QtBot, project: Project, engines: Engines, folder: Path, lock: FileLock
) -> None:
    qtbot.waitUntil(lambda: engines.is_warm)
    runs = RunHistory(project, engines)
    (run,) = runs.runs
    assert run.state is RunState.RUNNING
    assert runs.active is run
    before = run.step
    assert before > 0
    _write(folder, recorded_run(folder=str(folder), epochs=2)[60:65])
    qtbot.waitUntil(lambda: run.step > before)
    second = runs.start(run_config())
    assert second.state is RunState.WAITING
    runs.stop(run)
    assert run.state is RunState.STOPPING
    assert (folder / WISHES_FILE).is_file()
    _write(folder, [JobStopped(job_id="there")])
    lock.release()
    qtbot.waitUntil(lambda: run.state is RunState.STOPPED)
    qtbot.waitUntil(lambda: second.state is not RunState.WAITING)
    QApplication.processEvents()
    runs.close()


def test_what_was_cut_off_and_is_not_trained_by_anybody_is_interrupted(
    project: Project, engines: Engines, folder: Path
) -> None:
    runs = RunHistory(project, engines)
    assert runs.runs[0].state is RunState.INTERRUPTED
    assert engines.training == ()
    runs.close()
