"""Questions about a project: asked once, the last one counts, late answers are dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from engine.protocol.commands import CancelJob, CheckRun, InspectData, PrepareData
from engine.protocol.config import SplitConfig
from engine.protocol.engine_problems import window_failed
from engine.protocol.events import JobAccepted, JobFailed, JobSucceeded
from engine.protocol.fields import IntegerField
from engine.protocol.kept_states import EmptyKeptStates, MeasureKeptStates
from gui.engine_client.engines import Engines
from gui.state.advisor import Advisor
from gui.state.project import Project
from tests.gui.fake_engine import FakeClient
from tests.gui.recorded_events import prepared, table
from tests.gui.sample_facts import MODEL, checked, estimate, previews, run_config


@pytest.fixture
def advisor(project: Project, engines: Engines) -> Iterator[Advisor]:
    """Asks about the project after 20 ms of quiet."""
    advisor = Advisor(project, engines, debounce=20)
    yield advisor
    advisor.close()


def _asked(client: FakeClient) -> Counter[str]:
    return Counter(type(command).__name__ for command in client.commands)


def _all_known(project: Project) -> bool:
    return project.is_checked and project.prepared is not None and bool(project.previews)


def test_all_facts_arrive_and_each_is_asked_once(
    qtbot: QtBot, advisor: Advisor, project: Project, fake_clients: list[FakeClient]
) -> None:
    qtbot.waitUntil(lambda: _all_known(project))
    assert project.table is not None
    assert project.table.rows == table().rows
    assert project.prepared == prepared()
    assert project.model == MODEL
    assert project.previews == previews()
    assert project.checked is not None
    assert project.checked.estimate == estimate()
    assert _asked(fake_clients[0]) == {
        "InspectData": 1,
        "PrepareData": 1,
        "InspectModel": 1,
        "PreviewMethods": 1,
        "CheckRun": 1,
    }


def test_settings_are_those_of_the_model(qtbot: QtBot, advisor: Advisor, project: Project) -> None:
    qtbot.waitUntil(lambda: _all_known(project))
    first = project.fields[0]
    assert isinstance(first, IntegerField)
    fitting = (msgspec.structs.replace(first, default=1, maximum=2), *project.fields[1:])
    project.take_previews(
        tuple(
            msgspec.structs.replace(one, fields=fitting) if one.method == project.method else one
            for one in previews()
        )
    )
    assert project.fields == fitting
    assert project.recommended[first.name] == 1


def test_a_flurry_of_changes_is_one_question(
    qtbot: QtBot, advisor: Advisor, project: Project, fake_clients: list[FakeClient]
) -> None:
    qtbot.waitUntil(lambda: _all_known(project))
    before = _asked(fake_clients[0])
    for epochs in range(4, 20):
        project.set_setting("epochs", epochs)
    qtbot.waitUntil(lambda: project.is_checked)
    after = _asked(fake_clients[0])
    after.subtract(before)
    assert +after == Counter({"CheckRun": 1})
    last = [command for command in fake_clients[0].commands if isinstance(command, CheckRun)][-1]
    assert last.run.settings == {"epochs": 19}


def test_a_new_split_counts_rows_again_but_reads_nothing_again(
    qtbot: QtBot, advisor: Advisor, project: Project, fake_clients: list[FakeClient]
) -> None:
    qtbot.waitUntil(lambda: _all_known(project))
    project.change_split(SplitConfig(test=0.2), None)
    qtbot.waitUntil(lambda: _asked(fake_clients[0])["PrepareData"] == 2)
    qtbot.waitUntil(lambda: project.is_checked)
    asked = _asked(fake_clients[0])
    assert (asked["InspectData"], asked["InspectModel"], asked["CheckRun"]) == (1, 1, 2)
    last = [command for command in fake_clients[0].commands if isinstance(command, PrepareData)][-1]
    assert last.data.split.test == 0.2


def test_another_encoding_reads_the_file_again(
    qtbot: QtBot, advisor: Advisor, project: Project, fake_clients: list[FakeClient]
) -> None:
    qtbot.waitUntil(lambda: _all_known(project))
    project.set_reading({"encoding": "latin-1"})
    qtbot.waitUntil(lambda: _asked(fake_clients[0])["InspectData"] == 2)
    last = [command for command in fake_clients[0].commands if isinstance(command, InspectData)][-1]
    assert last.reading.encoding == "latin-1"


class _SlowClient(FakeClient):
    """Answers checks only when told to."""

    def _answers(self, command: object) -> list[object]:  # type: ignore[override]  # a fake answers otherwise
        if isinstance(command, CheckRun):
            return [JobAccepted(job_id=command.job_id)]
        return super()._answers(command)  # type: ignore[arg-type, return-value]  # as given

    def answer(self, command: CheckRun, parameters: int) -> None:
        """Answers a check with a number by which it can be told from others."""
        facts = msgspec.structs.replace(checked(), job_id=command.job_id)
        assert facts.stack is not None
        stack = msgspec.structs.replace(facts.stack, trainable_parameters=parameters)
        self._take_event(msgspec.structs.replace(facts, stack=stack))
        self._take_event(JobSucceeded(job_id=command.job_id))


def test_an_answer_that_comes_too_late_is_dropped(qtbot: QtBot, project: Project) -> None:
    client = _SlowClient()
    engines = Engines(lambda: client)
    engines.start()
    advisor = Advisor(project, engines, debounce=0)

    def checks() -> list[CheckRun]:
        return [command for command in client.commands if isinstance(command, CheckRun)]

    qtbot.waitUntil(lambda: len(checks()) == 1)
    project.set_setting("epochs", 8)
    client.answer(checks()[0], parameters=1)  # of before the change, and before the next question
    unchanged = project.checked
    assert unchanged is None
    qtbot.waitUntil(lambda: len(checks()) == 2)
    project.set_setting("epochs", 9)
    qtbot.waitUntil(lambda: len(checks()) == 3)
    assert CancelJob(job_id=checks()[1].job_id) in client.commands
    if checks()[1].job_id in client.open_jobs:
        client.answer(checks()[1], parameters=1)
    answers = [project.checked]
    client.answer(checks()[2], parameters=2)
    answers.append(project.checked)
    assert answers[0] is None
    assert answers[1] is not None
    assert answers[1].stack is not None
    assert answers[1].stack.trainable_parameters == 2
    assert project.is_checked
    advisor.close()
    engines.shut_down()
    engines.deleteLater()


class _UntimedClient(FakeClient):
    """Was never timed; steps are timed until told otherwise where they take long.

    Attributes:
        takes_long: Whether timing does not end by itself.
    """

    takes_long = False

    def _answers(self, command: object) -> list[object]:  # type: ignore[override]  # a fake answers otherwise
        if isinstance(command, CheckRun) and command.calibrate and self.takes_long:
            return [JobAccepted(job_id=command.job_id)]
        if isinstance(command, CheckRun) and not command.calibrate:
            untimed = msgspec.structs.replace(
                checked(), job_id=command.job_id, estimate=estimate(measured=False)
            )
            return self._whole(command.job_id, untimed)  # type: ignore[return-value]  # a fake answers otherwise
        return super()._answers(command)  # type: ignore[arg-type, return-value]  # as given


@pytest.fixture
def untimed_clients() -> list[_UntimedClient]:
    """The processes of :func:`untimed`."""
    return []


@pytest.fixture
def untimed(untimed_clients: list[_UntimedClient]) -> Iterator[Engines]:
    """Engines of a machine that was never timed."""

    def open_client() -> _UntimedClient:
        untimed_clients.append(_UntimedClient())
        return untimed_clients[-1]

    engines = Engines(open_client)
    engines.start()
    yield engines
    engines.shut_down()
    engines.deleteLater()


def _timings(clients: list[_UntimedClient]) -> list[int]:
    """Returns how often each process was asked to time steps."""
    return [sum(isinstance(c, CheckRun) and c.calibrate for c in client.commands) for client in clients]


def _is_timed(project: Project) -> bool:
    return bool(project.checked and project.checked.estimate and project.checked.estimate.measured)


def test_an_unmeasured_machine_is_timed_once_in_the_background(
    qtbot: QtBot, project: Project, untimed: Engines, untimed_clients: list[_UntimedClient]
) -> None:
    advisor = Advisor(project, untimed, debounce=0)
    qtbot.waitUntil(lambda: _is_timed(project))
    project.set_setting("epochs", 9)
    qtbot.waitUntil(lambda: project.is_checked)
    assert _timings(untimed_clients) == [1]
    advisor.close()


@pytest.mark.parametrize("is_under_way", [True, False])
def test_steps_are_timed_after_a_run_and_not_beside_it(
    qtbot: QtBot,
    project: Project,
    untimed: Engines,
    untimed_clients: list[_UntimedClient],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    *,
    is_under_way: bool,
) -> None:
    monkeypatch.setattr(_UntimedClient, "takes_long", True)
    untimed_clients[0].hold_after_step = 4
    if is_under_way:  # what was begun goes on beside no run
        advisor = Advisor(project, untimed, debounce=0)
        qtbot.waitUntil(lambda: _timings(untimed_clients) == [1])
        untimed.train(run_config(), str(tmp_path / "run"))
    else:
        untimed.train(run_config(), str(tmp_path / "run"))
        advisor = Advisor(project, untimed, debounce=0)
    qtbot.waitUntil(lambda: len(untimed_clients) == 2 and untimed.is_warm)
    project.set_setting("epochs", 9)
    qtbot.waitUntil(lambda: project.is_checked)
    assert _timings(untimed_clients) == [int(is_under_way), 0]
    monkeypatch.setattr(_UntimedClient, "takes_long", False)
    untimed_clients[0].release()
    qtbot.waitUntil(lambda: _is_timed(project))
    assert _timings(untimed_clients) == [int(is_under_way), 1]
    advisor.close()


def test_after_a_run_it_is_asked_again_what_the_next_one_needs(
    qtbot: QtBot,
    project: Project,
    engines: Engines,
    fake_clients: list[FakeClient],
    advisor: Advisor,
    tmp_path: Path,
) -> None:
    """The run has left what frozen layers say, and corrected what was timed."""

    def checks() -> int:
        return sum(_asked(client)["CheckRun"] for client in fake_clients)

    qtbot.waitUntil(lambda: _all_known(project))
    assert checks() == 1
    engines.train(run_config(), str(tmp_path / "run"))
    qtbot.waitUntil(lambda: checks() == 2 and project.is_checked)
    assert sum(_asked(client)["PrepareData"] for client in fake_clients) == 1
    engines.ask(MeasureKeptStates(job_id=engines.new_job_id()))  # nothing has changed by being looked at
    engines.ask(EmptyKeptStates(job_id=engines.new_job_id()))
    qtbot.waitUntil(lambda: checks() == 3 and project.is_checked)
    project.set_setting("epochs", 9)
    qtbot.waitUntil(lambda: checks() > 3 and project.is_checked)
    assert checks() == 4


def test_a_project_that_is_closed_has_nothing_timed(
    qtbot: QtBot,
    project: Project,
    untimed: Engines,
    untimed_clients: list[_UntimedClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_UntimedClient, "takes_long", True)
    advisor = Advisor(project, untimed, debounce=0)
    qtbot.waitUntil(lambda: _timings(untimed_clients) == [1])
    advisor.close()
    (client,) = untimed_clients
    qtbot.waitUntil(lambda: client.open_jobs == ())


def test_a_file_that_cannot_be_read_is_a_problem_of_the_data(qtbot: QtBot, project: Project) -> None:
    problem = window_failed("x", "y")

    class Refusing(FakeClient):
        def _answers(self, command: object) -> list[object]:  # type: ignore[override]  # a fake answers otherwise
            if isinstance(command, InspectData):
                return [JobAccepted(job_id=command.job_id), JobFailed(job_id=command.job_id, problem=problem)]
            return super()._answers(command)  # type: ignore[arg-type, return-value]  # as given

    engines = Engines(Refusing)
    engines.start()
    advisor = Advisor(project, engines, debounce=0)
    qtbot.waitUntil(lambda: project.data_problems == (problem,))
    assert project.table is None
    assert project.prepared is None
    advisor.close()
    engines.shut_down()
    engines.deleteLater()


def test_a_question_is_asked_again_when_the_engine_died(
    qtbot: QtBot, advisor: Advisor, project: Project, engines: Engines, fake_clients: list[FakeClient]
) -> None:
    accepted: list[object] = []

    def die_once(event: object) -> None:
        if not accepted:
            QTimer.singleShot(0, fake_clients[0], fake_clients[0].die)
        accepted.append(event)

    engines.job_accepted.connect(die_once)
    qtbot.waitUntil(lambda: _all_known(project))
    assert len(fake_clients) == 2


def test_nothing_else_reads_a_file_that_is_being_read_or_whose_reading_was_stopped(
    qtbot: QtBot,
    advisor: Advisor,
    project: Project,
    fake_clients: list[FakeClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    qtbot.waitUntil(lambda: _all_known(project))
    (client,) = fake_clients
    before = _asked(client)
    monkeypatch.setattr(FakeClient, "large_file", True)
    reading = {"InspectData": 1}
    project.set_reading({"encoding": "cp1252"})  # the table is the one from before
    qtbot.waitUntil(lambda: project.percent_read == 10)
    qtbot.waitUntil(lambda: not advisor._timer.isActive())
    assert _asked(client) - before == reading
    advisor.stop_reading()
    qtbot.waitUntil(lambda: not advisor._timer.isActive())
    assert _asked(client) - before == reading | {"CancelJob": 1}
    advisor.ask_again()
    qtbot.waitUntil(lambda: project.percent_read == 10)
    client.finish_reading()
    qtbot.waitUntil(lambda: project.table is not None and project.is_checked)
    again = {"InspectData": 2, "CancelJob": 1, "PrepareData": 1, "InspectModel": 1}
    assert _asked(client) - before == again | {"PreviewMethods": 1, "CheckRun": 1}
