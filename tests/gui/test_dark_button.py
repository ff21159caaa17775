"""Exactly one dark button: what a page offers, or the repair of an error while there is one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.protocol.commands import CheckRun
from engine.protocol.problems import Action, Problem, Severity
from gui.main_window import MainWindow
from gui.state.run_status import RunState, RunStatus
from gui.widgets.buttons import Button
from gui.widgets.dark_button import dark_button
from tests.gui.fake_engine import FakeClient
from tests.gui.sample_facts import checked_for

TROUBLE = Problem(
    code="project_not_saved",
    title="Your last change could not be saved",
    reason='"project.toml" could not be written: No space left on device.',
    fix="Make room on the disk.",
    actions=(Action(id="save_project", label="Try again"), Action(id="show_folder", label="Show in folder")),
)


def dark(window: QWidget) -> list[str]:
    """Returns the words of every dark button on screen."""
    QApplication.processEvents()
    buttons = window.findChildren(Button)
    return [one.text() for one in buttons if one.isVisible() and one.kind == "primary" and one.isEnabled()]


def _run(window: MainWindow) -> RunStatus:
    assert window.switch.opened is not None
    assert window.switch.opened.runs.current is not None
    return window.switch.opened.runs.current


def _press(window: MainWindow, keys: str) -> None:
    combination = QKeySequence(keys)[0]
    QTest.keyClick(window, combination.key(), combination.keyboardModifiers())


@pytest.fixture
def trained(qtbot: QtBot, on_setup: MainWindow, fake_clients: list[FakeClient]) -> MainWindow:
    """The window with a finished run, so that every page has something to show.

    The choices are checked again after a run; an answer still under way would replace what a test says.
    """
    _press(on_setup, "Ctrl+Return")
    run = _run(on_setup)
    qtbot.waitUntil(lambda: run.state is RunState.FINISHED)
    asked_after = fake_clients[-1]  # the one that trained is gone
    qtbot.waitUntil(lambda: any(isinstance(asked, CheckRun) for asked in asked_after.commands))
    qtbot.waitUntil(lambda: not asked_after.open_jobs)
    return on_setup


def _fail_on_setup(window: MainWindow) -> None:
    assert window.switch.opened is not None
    project = window.switch.opened.project
    assert project.draft is not None
    project.take_checked(replace(checked_for(project.draft), problems=(TROUBLE,)), project.draft)


def _fail_on_data(window: MainWindow) -> None:
    assert window.switch.opened is not None
    window.switch.opened.project.take_prepared(None, TROUBLE)


def _fail_on_train(window: MainWindow) -> None:
    page = window.page("train")
    page._show_warning(replace(TROUBLE, severity=Severity.WARNING))  # type: ignore[union-attr]  # it is there


@pytest.mark.parametrize(
    ("page_id", "words"),
    [
        ("welcome", []),
        ("data", ["Continue to setup"]),
        ("setup", ["Start training"]),
        ("train", ["See results"]),
        ("results", ["Try this model"]),
        ("help", []),
        ("settings", []),
    ],
)
def test_an_error_above_the_page_takes_the_dark_button_over(
    trained: MainWindow, page_id: str, words: list[str]
) -> None:
    trained.go_to(page_id)
    assert dark(trained) == words
    trained.show_problem(TROUBLE)
    assert dark(trained) == ["Try again"]
    trained.banner.clear()
    assert dark(trained) == words


@pytest.mark.parametrize(
    ("page_id", "fail"), [("data", _fail_on_data), ("setup", _fail_on_setup), ("train", _fail_on_train)]
)
def test_an_error_in_the_page_takes_it_over_and_gives_it_to_one_above(
    trained: MainWindow, page_id: str, fail: Callable[[MainWindow], None]
) -> None:
    trained.go_to(page_id)
    fail(trained)
    assert dark(trained) == ["Try again"]
    own = dark_button(trained)
    trained.show_problem(replace(TROUBLE, actions=(Action(id="restart_engine", label="Start again"),)))
    assert dark(trained) == ["Start again"]
    trained.banner.clear()
    assert dark(trained) == ["Try again"]
    assert dark_button(trained) is own


def test_a_run_that_broke_off_has_one_dark_button(
    qtbot: QtBot, on_setup: MainWindow, fake_clients: list[FakeClient]
) -> None:
    fake_clients[0].hold_after_step, fake_clients[0].epochs = 70, 2
    _press(on_setup, "Ctrl+Return")
    run = _run(on_setup)
    qtbot.waitUntil(lambda: run.step >= 70)
    assert dark(on_setup) == ["Pause"]
    fake_clients[0].die()
    qtbot.waitUntil(lambda: run.state is RunState.FAILED)
    assert dark(on_setup) == ["Continue"]
    on_setup.show_problem(TROUBLE)
    assert dark(on_setup) == ["Try again"]


def test_the_keys_press_the_button_that_is_dark(trained: MainWindow) -> None:
    trained.go_to("setup")
    pressed: list[str] = []
    trained.banner.action_chosen.connect(lambda action: pressed.append(action.id))
    trained.show_problem(TROUBLE)
    _press(trained, "Ctrl+Return")
    assert pressed == ["save_project"]
    assert trained.current_page_id() == "setup"


def test_good_news_leaves_the_dark_button_where_it_is(trained: MainWindow) -> None:
    trained.go_to("setup")
    trained.show_problem(replace(TROUBLE, severity=Severity.NOTE))
    assert dark(trained) == ["Start training"]


def test_an_error_without_a_button_leaves_it_too(trained: MainWindow) -> None:
    trained.go_to("data")
    trained.show_problem(replace(TROUBLE, actions=()))
    assert dark(trained) == ["Continue to setup"]
