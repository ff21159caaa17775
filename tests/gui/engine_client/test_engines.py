"""Which process gets which job: the spare, the runs, the line of those that wait."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.protocol.commands import CancelJob, CheckRun, InspectModel, StartTraining
from engine.protocol.events import Event, JobFailed, JobStopped, StepsEnded
from engine.protocol.problems import Problem
from gui.engine_client.engine_client import EngineClient
from gui.engine_client.engine_command import EngineCommand
from gui.engine_client.engines import RESTARTS, Engines
from tests.gui.fake_engine import FakeClient
from tests.gui.sample_facts import CATALOG, run_config


@pytest.fixture
def heard(engines: Engines) -> list[Event]:
    """Everything that the engines say, oldest first."""
    events: list[Event] = []
    engines.event_arrived.connect(events.append)
    return events


def _of(heard: list[Event], job_id: str) -> list[str]:
    return [type(event).__name__ for event in heard if event.job_id == job_id]


def test_the_catalog_arrives_with_the_first_engine(qtbot: QtBot, engines: Engines) -> None:
    qtbot.waitUntil(lambda: engines.catalog == CATALOG)
    assert engines.devices[0].id == "cpu"
    assert engines.is_warm


def test_a_run_takes_the_spare_and_the_next_one_waits_for_its_first_points(
    qtbot: QtBot, engines: Engines, fake_clients: list[FakeClient], heard: list[Event], tmp_path: Path
) -> None:
    qtbot.waitUntil(lambda: engines.is_warm)
    spares_at_first_points: list[int] = []
    engines.steps_ended.connect(lambda _: spares_at_first_points.append(len(fake_clients)))
    fake_clients[0].hold_after_step = 20
    job_id = engines.train(run_config(), str(tmp_path / "run"))
    assert engines.training == (job_id,)
    assert isinstance(fake_clients[0].commands[-1], StartTraining)
    assert not engines.is_warm
    question = engines.ask(InspectModel(job_id=engines.new_job_id(), model="minilm"))
    assert len(fake_clients) == 1  # the question waits: nothing competes with the first step
    qtbot.waitUntil(lambda: len(fake_clients) == 2)
    assert spares_at_first_points[0] == 1
    qtbot.waitUntil(lambda: "JobSucceeded" in _of(heard, question))
    assert engines.training == (job_id,)
    fake_clients[0].release()
    qtbot.waitUntil(lambda: engines.training == ())
    assert _of(heard, job_id)[-1] == "JobSucceeded"
    assert len(fake_clients) == 2
    assert engines.is_warm


def test_runs_wait_in_line(
    qtbot: QtBot, engines: Engines, fake_clients: list[FakeClient], heard: list[Event], tmp_path: Path
) -> None:
    waiting: list[int] = []
    engines.waiting_changed.connect(waiting.append)
    fake_clients[0].hold_after_step = 4
    first, second, third = (engines.train(run_config(), str(tmp_path / name)) for name in "abc")
    assert engines.waiting == (second, third)
    engines.stop_run(third)
    qtbot.waitUntil(lambda: _of(heard, third) == ["JobStopped"])
    qtbot.waitUntil(lambda: len(fake_clients) == 2)
    assert not any(isinstance(command, StartTraining) for command in fake_clients[1].commands)
    fake_clients[0].release()
    qtbot.waitUntil(lambda: "JobSucceeded" in _of(heard, second))
    assert _of(heard, first).count("JobSucceeded") == 1
    assert (max(waiting), waiting[-1]) == (2, 0)
    starts = [[c for c in client.commands if isinstance(c, StartTraining)] for client in fake_clients]
    assert [len(found) for found in starts[:2]] == [1, 1]  # a process for each


def test_a_question_under_way_moves_to_the_next_spare(
    qtbot: QtBot, engines: Engines, fake_clients: list[FakeClient], heard: list[Event], tmp_path: Path
) -> None:
    qtbot.waitUntil(lambda: engines.is_warm)
    question = engines.ask(CheckRun(job_id="check", run=run_config(), calibrate=True))
    engines.train(run_config(), str(tmp_path / "run"))
    assert any(isinstance(command, CancelJob) for command in fake_clients[0].commands)
    qtbot.waitUntil(lambda: "JobSucceeded" in _of(heard, question))
    assert [type(command) for command in fake_clients[1].commands] == [CheckRun]
    assert _of(heard, question).count("JobSucceeded") == 1
    assert "JobStopped" not in _of(heard, question)


def test_pause_and_stop_reach_the_process_of_the_run(
    qtbot: QtBot, engines: Engines, fake_clients: list[FakeClient], heard: list[Event], tmp_path: Path
) -> None:
    fake_clients[0].hold_after_step = 10
    job_id = engines.train(run_config(), str(tmp_path / "run"))
    qtbot.waitUntil(lambda: sum(isinstance(event, StepsEnded) for event in heard) == 5)
    engines.pause(job_id)
    engines.continue_(job_id)
    engines.stop_run(job_id)
    qtbot.waitUntil(lambda: "JobStopped" in _of(heard, job_id))
    names = _of(heard, job_id)
    assert names.index("TrainingPaused") < names.index("TrainingContinued") < names.index("JobStopped")
    assert engines.training == ()


def test_a_dead_spare_is_started_again_three_times(
    qtbot: QtBot, engines: Engines, fake_clients: list[FakeClient], heard: list[Event]
) -> None:
    problems: list[Problem] = []
    engines.problem_raised.connect(problems.append)
    for number in range(RESTARTS):
        fake_clients[-1].die()
        assert len(fake_clients) == number + 2
    assert problems == []
    fake_clients[-1].die(exit_code=-11)
    assert len(fake_clients) == RESTARTS + 1
    assert [problem.code for problem in problems] == ["engine_keeps_ending"]
    assert "started it 4 times" in problems[0].reason
    assert "SIGSEGV" in problems[0].reason
    engines.restart()
    qtbot.waitUntil(lambda: engines.is_warm)


def test_a_spare_that_does_not_answer_can_be_replaced(
    qtbot: QtBot, engines: Engines, fake_clients: list[FakeClient], heard: list[Event]
) -> None:
    fake_clients[0].is_ready = False
    engines.ask(InspectModel(job_id="q", model="minilm"))
    fake_clients[0]._clock.stop()  # it does not answer
    engines.restart()
    assert len(fake_clients) == 2
    qtbot.waitUntil(lambda: "JobSucceeded" in _of(heard, "q"))
    assert _of(heard, "q") == ["JobAccepted", "ModelInspected", "JobSucceeded"]
    assert not fake_clients[0].is_alive


def test_a_question_to_an_engine_that_dies_ends(
    qtbot: QtBot, engines: Engines, fake_clients: list[FakeClient], heard: list[Event]
) -> None:
    engines.ask(InspectModel(job_id="q", model="minilm"))
    fake_clients[0].die()
    ends = [event for event in heard if event.job_id == "q"]
    assert len(ends) == 1
    assert isinstance(ends[0], JobFailed)
    assert ends[0].problem.code == "engine_died"
    assert "project" in ends[0].problem.safe


def test_a_run_whose_engine_dies_leaves_a_spare_behind(
    qtbot: QtBot, engines: Engines, fake_clients: list[FakeClient], heard: list[Event], tmp_path: Path
) -> None:
    fake_clients[0].hold_after_step = 40
    job_id = engines.train(run_config(), str(tmp_path / "run"))
    qtbot.waitUntil(lambda: "CheckpointSaved" in _of(heard, job_id))
    fake_clients[0].die()
    assert _of(heard, job_id)[-1] == "JobFailed"
    qtbot.waitUntil(lambda: engines.is_warm)
    resumed = engines.resume(str(tmp_path / "run"))
    qtbot.waitUntil(lambda: "JobSucceeded" in _of(heard, resumed))


def test_questions_without_an_engine_end_where_it_cannot_be_started(qtbot: QtBot) -> None:
    engines = Engines(lambda: EngineClient(EngineCommand(("/nowhere/thaw-engine",))))
    heard, problems = list[Event](), list[Problem]()
    engines.event_arrived.connect(heard.append)
    engines.problem_raised.connect(problems.append)
    engines.start()
    engines.ask(InspectModel(job_id="q", model="minilm"))
    qtbot.waitUntil(lambda: bool(heard))
    qtbot.waitUntil(lambda: bool(problems))
    assert isinstance(heard[0], (JobFailed, JobStopped))
    assert [problem.code for problem in problems] == ["engine_cannot_start"]
    engines.shut_down()
    engines.deleteLater()


def test_shutting_down_ends_every_process(
    qtbot: QtBot, engines: Engines, fake_clients: list[FakeClient], tmp_path: Path
) -> None:
    fake_clients[0].hold_after_step = 4
    engines.train(run_config(), str(tmp_path / "run"))
    qtbot.waitUntil(lambda: len(fake_clients) == 2)
    engines.shut_down()
    assert not any(client.is_alive for client in fake_clients)
