"""The pipe: typed events, exactly one end for each job, whatever the process does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import psutil
import pytest
from pytestqt.qtbot import QtBot

from engine.protocol.commands import InspectData, ResumeTraining, StartTraining
from engine.protocol.config import DataConfig, RunConfig
from engine.protocol.events import (
    CheckpointSaved,
    EndEvent,
    Event,
    JobFailed,
    JobStopped,
    JobSucceeded,
    StepsEnded,
)
from engine.protocol.problems import Problem
from engine.protocol.run_files import EVENTS_FILE, LAST_FOLDER
from engine.protocol.wire import encode
from gui.engine_client.engine_client import EngineClient
from gui.engine_client.engine_command import EngineCommand, serve_command
from gui.engine_client.event_signals import EventSignals, signal_name

OpenClient = Callable[..., EngineClient]
RUN = RunConfig(data=DataConfig(path="posts.csv"), task="sort_texts", method="thaw_top")


def _heard(client: EngineClient) -> list[Event]:
    events: list[Event] = []
    client.event_arrived.connect(events.append)
    return events


def _ends(events: list[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, get_args(EndEvent))]


def test_each_event_has_a_signal_of_its_own() -> None:
    for event_type in get_args(Event):
        assert hasattr(EventSignals, signal_name(event_type)), event_type
    assert signal_name(JobFailed) == "job_failed"


def test_a_question_is_answered_once_and_in_order(qtbot: QtBot, open_client: OpenClient) -> None:
    client = open_client()
    events = _heard(client)
    client.start()
    client.send(InspectData(job_id="a", path="posts.csv"))
    with qtbot.waitSignal(client.data_inspected, timeout=10_000) as inspected:
        pass
    assert inspected.args[0].table.rows == 3099
    qtbot.waitUntil(lambda: bool(_ends(events)))
    assert [type(event).__name__ for event in events] == [
        "EngineReady",
        "JobAccepted",
        "DataInspected",
        "JobSucceeded",
    ]
    assert client.is_ready
    assert client.pid > 0


def test_a_killed_engine_ends_its_run(qtbot: QtBot, open_client: OpenClient) -> None:
    client = open_client()
    events = _heard(client)
    client.start()
    client.send(StartTraining(job_id="run", run=RUN, folder="runs/one"))
    qtbot.waitUntil(lambda: sum(isinstance(event, StepsEnded) for event in events) == 30, timeout=10_000)
    os.kill(client.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: bool(_ends(events)), timeout=30_000)
    (end,) = _ends(events)
    assert isinstance(end, JobFailed)
    assert end.job_id == "run"
    assert end.problem.code == "engine_died"
    assert "SIGKILL" in end.problem.reason
    assert "epoch 0.9" in end.problem.reason  # 60 of 68 steps
    assert end.problem.actions[0].label == "Resume from epoch 0.5"  # the checkpoint of step 34
    assert end.problem.actions[0].arguments == {"folder": "runs/one"}
    assert "library message 299" in end.problem.details
    assert client.last_lines[0] == "library message 100"  # the last 200 of 300


def test_a_resumed_run_that_dies_again_still_has_its_checkpoint(
    qtbot: QtBot, open_client: OpenClient, tmp_path: Path
) -> None:
    saved = CheckpointSaved(job_id="before", step=34, epoch=0.5, path=LAST_FOLDER)
    (tmp_path / EVENTS_FILE).write_bytes(encode(saved))
    client = open_client("leaves")
    events = _heard(client)
    client.start()
    client.send(ResumeTraining(job_id="again", folder=str(tmp_path)))
    qtbot.waitUntil(lambda: bool(_ends(events)), timeout=10_000)
    (end,) = _ends(events)
    assert isinstance(end, JobFailed)
    assert end.problem.actions[0].label == "Resume from epoch 0.5"


def test_a_job_sent_to_a_process_that_is_gone_still_ends(qtbot: QtBot, open_client: OpenClient) -> None:
    client = open_client("leaves")
    events = _heard(client)
    client.start()
    client.send(InspectData(job_id="first", path="x"))
    qtbot.waitUntil(lambda: len(_ends(events)) == 1, timeout=10_000)
    client.send(InspectData(job_id="second", path="x"))
    qtbot.waitUntil(lambda: len(_ends(events)) == 2)
    first, second = _ends(events)
    assert isinstance(first, JobFailed)
    assert isinstance(second, JobFailed)
    assert "exit status 3" in first.problem.reason
    assert "cannot go on" in first.problem.details


def test_a_second_end_of_a_job_is_dropped(qtbot: QtBot, open_client: OpenClient) -> None:
    client = open_client("twice")
    events = _heard(client)
    client.start()
    client.send(InspectData(job_id="a", path="x"))
    client.send(InspectData(job_id="b", path="x"))
    qtbot.waitUntil(lambda: any(event.job_id == "b" for event in _ends(events)), timeout=10_000)
    assert [event.job_id for event in _ends(events)] == ["a", "b"]


def test_stray_prints_do_not_break_the_stream(qtbot: QtBot, open_client: OpenClient) -> None:
    client = open_client("chatty")
    client.start()
    with qtbot.waitSignal(client.engine_ready, timeout=10_000):
        pass
    client.send(InspectData(job_id="a", path="x"))
    with qtbot.waitSignal(client.job_succeeded):
        pass
    assert "Downloading shards: 100%" in client.last_lines


def test_an_engine_that_cannot_be_started_says_so(qtbot: QtBot) -> None:
    client = EngineClient(EngineCommand(("/nowhere/thaw-engine", "serve")))
    events, problems = _heard(client), list[Problem]()
    client.engine_failed.connect(problems.append)
    client.send(InspectData(job_id="a", path="x"))
    with qtbot.waitSignal(client.ended):
        client.start()
    assert [problem.code for problem in problems] == ["engine_cannot_start"]
    assert "/nowhere/thaw-engine" in problems[0].reason
    (end,) = _ends(events)
    assert isinstance(end, JobFailed)
    assert end.problem.code == "engine_cannot_start"
    client.shut_down()


def test_an_engine_that_never_gets_ready_is_a_problem(qtbot: QtBot, open_client: OpenClient) -> None:
    client = open_client("silent", ready_within=0.3)
    with qtbot.waitSignal(client.engine_failed, timeout=5_000) as failed:
        client.start()
    assert failed.args[0].code == "engine_not_ready"


def test_a_full_pipe_does_not_block_the_window(qtbot: QtBot, open_client: OpenClient) -> None:
    client = open_client("silent")
    client.start()
    qtbot.waitUntil(lambda: client.pid > 0)
    for number in range(400):  # 4 MB; a pipe holds 64 kB, and nobody ever reads it
        client.send(InspectData(job_id=str(number), path="x" * 10_000))
    process = psutil.Process(client.pid)
    client.shut_down(0.1)  # and it does not keep the window from closing
    assert not process.is_running()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_the_ladder_ends_a_process_that_will_not_end(qtbot: QtBot, open_client: OpenClient) -> None:
    client = open_client("stubborn")
    events = _heard(client)
    client.start()
    client.send(StartTraining(job_id="run", run=RUN, folder="x"))
    qtbot.waitUntil(lambda: any(isinstance(event, StepsEnded) for event in events), timeout=10_000)
    with qtbot.waitSignal(client.ended, timeout=6_000) as ended:
        client.stop(wait=0.1)
    assert ended.args[0].exit_code == -signal.SIGKILL
    (end,) = _ends(events)
    assert isinstance(end, JobStopped)
    assert end.reason == "window_closed"


def test_an_obliging_engine_ends_by_itself(qtbot: QtBot, open_client: OpenClient) -> None:
    client = open_client()
    with qtbot.waitSignal(client.engine_ready, timeout=10_000):
        client.start()
    with qtbot.waitSignal(client.ended) as ended:
        client.stop()
    assert ended.args[0].exit_code == 0


def test_the_engine_has_a_lower_priority_than_the_window(qtbot: QtBot, open_client: OpenClient) -> None:
    client = open_client()
    with qtbot.waitSignal(client.engine_ready, timeout=10_000):
        client.start()
    if sys.platform != "win32":
        assert os.getpriority(os.PRIO_PROCESS, client.pid) > os.getpriority(os.PRIO_PROCESS, 0)


def test_a_folder_named_engine_is_not_started(tmp_path: Path) -> None:
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "__init__.py").write_text("")
    command = serve_command()
    assert command.arguments[-3:] == ("-m", "engine", "serve")
    asked = [*command.arguments[:-3], "-c", "import engine.protocol; print(engine.__file__)"]
    found = subprocess.run(
        asked, cwd=tmp_path, env=command.environment, capture_output=True, text=True, check=True
    )
    assert Path(found.stdout.strip()) == Path(__file__).parents[3] / "engine" / "__init__.py"


def test_a_frozen_app_starts_its_launcher(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "thaw.exe"))
    assert serve_command().arguments == (str(tmp_path / "thaw-engine.exe"), "serve")


def test_success_is_passed_on_as_it_came(qtbot: QtBot, open_client: OpenClient) -> None:
    client = open_client()
    client.start()
    client.send(InspectData(job_id="a", path="x"))
    with qtbot.waitSignal(client.job_succeeded, timeout=10_000) as ended:
        pass
    assert isinstance(ended.args[0], JobSucceeded)
    assert client.open_jobs == ()
