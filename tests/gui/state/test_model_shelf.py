"""What the window asks about base models, and what becomes of the answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.protocol.commands import CancelJob, DownloadModel, ListModels
from engine.protocol.events import JobFailed
from engine.protocol.hub_problems import no_connection
from gui.engine_client.engines import Engines
from gui.state.model_shelf import ModelShelf
from gui.state.preferences import Preferences
from gui.state.project import Project
from tests.gui.fake_engine import FakeClient
from tests.gui.recorded_downloads import CACHED, FOUND, progressed

DISTIL = FOUND[0].id


@pytest.fixture
def shelf(qtbot: QtBot, project: Project, engines: Engines) -> ModelShelf:
    qtbot.waitUntil(lambda: engines.is_warm)
    made = ModelShelf(project, engines, Preferences())
    made.setParent(engines)
    return made


def test_the_models_of_this_computer_are_listed(qtbot: QtBot, shelf: ModelShelf) -> None:
    with qtbot.waitSignal(shelf.listed) as told:
        shelf.refresh()
    assert told.args is not None
    assert [entry.id for entry in told.args[0]] == ["minilm", *(entry.id for entry in CACHED)]


def test_a_search_is_answered_and_empty_words_give_it_up(qtbot: QtBot, shelf: ModelShelf) -> None:
    states: list[bool] = []
    shelf.searching_changed.connect(states.append)
    with qtbot.waitSignal(shelf.found) as told:
        shelf.search("  bert ")
    assert told.args is not None
    assert told.args[0].query == "bert"
    qtbot.waitUntil(lambda: states == [True, False])
    shelf.search(" ")
    assert states == [True, False, False]


def test_a_download_is_followed_to_its_end(qtbot: QtBot, shelf: ModelShelf) -> None:
    told: list[int | None] = []
    shelf.download_changed.connect(
        lambda model, progress: told.append(progress and progress.done) if model == DISTIL else None
    )
    with qtbot.waitSignal(shelf.listed):  # the list follows
        shelf.download(DISTIL)
        shelf.download(DISTIL)  # twice is once
    assert told == [0, 0, 67_000_000, 134_000_000, 201_000_000, 268_000_000, None]


def test_a_download_is_cancelled(qtbot: QtBot, shelf: ModelShelf, fake_clients: list[FakeClient]) -> None:
    ended: list[str] = []
    shelf.download_changed.connect(lambda model, progress: progress is None and ended.append(model))
    shelf.download(DISTIL)
    shelf.cancel(DISTIL)
    qtbot.waitUntil(lambda: ended == [DISTIL])
    assert any(isinstance(command, CancelJob) for command in fake_clients[0].commands)


def test_a_download_of_another_project_is_noticed(shelf: ModelShelf, engines: Engines) -> None:
    told: list[str] = []
    shelf.download_changed.connect(lambda model, progress: told.append(f"{model} {progress is None}"))
    engines.emit_event(progressed(DISTIL, 1, job_id="another"))
    problem = no_connection(name=DISTIL, host="h", offline=True)
    engines.emit_event(JobFailed(job_id="another", problem=problem))
    assert told == [f"{DISTIL} False", f"{DISTIL} True"]


def test_a_failed_download_is_a_problem(qtbot: QtBot, shelf: ModelShelf, engines: Engines) -> None:
    problem = no_connection(name=DISTIL, host="huggingface.co", offline=False)
    engines.emit_event(progressed(DISTIL, 1, job_id="get"))
    with qtbot.waitSignal(shelf.problem_raised) as told:
        engines.emit_event(JobFailed(job_id="get", problem=problem))
    assert told.args == [problem]


def test_the_chosen_model_is_read_again_when_it_arrives(
    qtbot: QtBot, shelf: ModelShelf, project: Project
) -> None:
    project.set_model(DISTIL)
    with qtbot.waitSignal(shelf.chosen_arrived):
        shelf.download(DISTIL)


def test_folders_that_were_chosen_are_remembered(
    qtbot: QtBot, shelf: ModelShelf, project: Project, fake_clients: list[FakeClient], tmp_path: Path
) -> None:
    mine, other = tmp_path / "mine", tmp_path / "other"
    mine.mkdir()
    other.mkdir()
    for folder in (mine, other, mine):
        shelf.choose(str(folder))
    assert Preferences().values.model_folders == (str(mine), str(other))
    shelf.choose("minilm")
    assert project.choices.model == "minilm"
    other.rmdir()
    with qtbot.waitSignal(shelf.listed):
        shelf.refresh()
    asked = [command for command in fake_clients[0].commands if isinstance(command, ListModels)]
    assert asked[-1].folders == (str(mine),)
    project.undo_stack.undo()  # all of it was one gesture
    assert project.choices.model == ""
    assert not any(isinstance(command, DownloadModel) for command in fake_clients[0].commands)
