"""The window with all its pages, over a recorded engine: what a person does first, and last."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.protocol.catalog import SampleEntry
from engine.protocol.commands import StopTraining
from gui.app import StartWish, open_first
from gui.look.theme import Theme
from gui.main_window import MainWindow
from gui.state.preferences import Preferences, ThemeChoice
from gui.state.run_status import RunState, RunStatus
from gui.window.close_question import CloseQuestion
from gui.window.failures import FailureNet
from tests.gui.fake_engine import FakeClient


def _press(window: MainWindow, keys: str) -> None:
    combination = QKeySequence(keys)[0]
    QTest.keyClick(window, combination.key(), combination.keyboardModifiers())


def _run(window: MainWindow) -> RunStatus:
    assert window.switch.opened is not None
    assert window.switch.opened.runs.current is not None
    return window.switch.opened.runs.current


def _page(window: MainWindow) -> str:
    return window.current_page_id()


def test_it_opens_on_the_start_page_with_steps_that_say_what_they_need(window: MainWindow) -> None:
    assert _page(window) == "welcome"
    assert window.windowTitle() == "Thaw"
    for step in window.stage.steps:
        button = window.rail.button(step.id)
        assert not button.isEnabled()
        assert button.toolTip() == "Start with a sample or open a file first"


def test_two_clicks_lead_to_a_live_curve(
    qtbot: QtBot, window: MainWindow, fake_clients: list[FakeClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeClient, "hold_after_step", 20)
    welcome = window.page("welcome")
    assert welcome is not None
    card = welcome.findChild(QAbstractButton, "sample_posts")
    assert card is not None
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert _page(window) == "setup"
    setup = window.page("setup")
    assert setup is not None
    start = setup.primary_button()  # type: ignore[attr-defined]  # every page has it
    qtbot.waitUntil(start.isEnabled)
    qtbot.mouseClick(start, Qt.MouseButton.LeftButton)
    assert _page(window) == "train"
    run = _run(window)
    qtbot.waitUntil(lambda: run.step == 20)
    assert window.windowTitle() == "Happy or upset? – Thaw"
    assert window.transport.pause_button.isVisible()


def test_steps_open_and_get_their_ticks_as_the_work_goes_on(qtbot: QtBot, on_setup: MainWindow) -> None:
    window = on_setup
    qtbot.waitUntil(lambda: window.rail.button("setup").isEnabled())
    assert not window.rail.button("results").isEnabled()
    assert window.rail.button("results").toolTip() == "Train a run first"
    _press(window, "Ctrl+Return")
    run = _run(window)
    qtbot.waitUntil(lambda: run.state is RunState.FINISHED)
    qtbot.waitUntil(lambda: window.rail.button("results").isEnabled())
    assert window.rail.button("data").accessibleDescription() == "done"
    window.go_to("results")
    assert _page(window) == "results"


def test_a_step_that_cannot_work_yet_stays_away(on_setup: MainWindow) -> None:
    _press(on_setup, "Ctrl+4")
    assert _page(on_setup) == "setup"


@pytest.mark.parametrize(("keys", "page"), [("Ctrl+1", "data"), ("Ctrl+2", "setup"), ("F1", "help")])
def test_keys_lead_to_pages(on_setup: MainWindow, keys: str, page: str) -> None:
    on_setup.show_home()
    _press(on_setup, keys)
    assert _page(on_setup) == page


def test_keys_pause_and_stop_a_run(
    qtbot: QtBot, on_setup: MainWindow, fake_clients: list[FakeClient]
) -> None:
    window = on_setup
    fake_clients[0].hold_after_step = 12
    _press(window, "Ctrl+Return")
    run = _run(window)
    qtbot.waitUntil(lambda: run.step == 12)
    train = window.page("train")
    assert train is not None
    QTest.keyClick(train, Qt.Key.Key_Space)
    assert run.state is RunState.PAUSED
    QTest.keyClick(train, Qt.Key.Key_Space)
    window.go_to("data")
    _press(window, "Ctrl+.")
    qtbot.waitUntil(lambda: run.state is RunState.STOPPED)
    assert run.result is not None


def test_undo_and_redo_reach_the_project(on_setup: MainWindow) -> None:
    assert on_setup.switch.opened is not None
    project = on_setup.switch.opened.project
    project.set_method("low_rank")
    _press(on_setup, "Ctrl+Z")
    assert project.method == "thaw_top"
    _press(on_setup, "Ctrl+Shift+Z")
    assert project.method == "low_rank"


def test_look_keys_are_kept_as_preferences(
    window: MainWindow, theme: Theme, preferences: Preferences
) -> None:
    _press(window, "Ctrl+Shift+L")
    assert theme.is_dark
    assert preferences.theme is ThemeChoice.DARK
    _press(window, "Ctrl+Shift+P")
    assert theme.projector
    _press(window, "Ctrl+Shift+P")
    assert not theme.projector
    _press(window, "Ctrl+=")
    assert theme.ui_scale == 1.1
    _press(window, "Ctrl+0")
    assert theme.ui_scale == 1.0


def test_closing_while_a_run_trains_asks_and_can_keep_the_best(
    qtbot: QtBot, on_setup: MainWindow, fake_clients: list[FakeClient]
) -> None:
    window = on_setup
    fake_clients[0].hold_after_step = 12
    _press(window, "Ctrl+Return")
    run = _run(window)
    qtbot.waitUntil(lambda: run.step == 12)
    assert not window.close()
    question = window.findChild(CloseQuestion)
    assert question is not None
    assert question.accessibleName().endswith(" is training")
    question.stay_button.click()
    assert run.state is RunState.RUNNING
    qtbot.waitUntil(lambda: window.findChild(CloseQuestion) is None)
    assert not window.close()
    question = window.findChild(CloseQuestion)
    assert question is not None
    question.stop_button.click()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert run.result is not None
    assert not any(client.is_alive for client in fake_clients)


def test_closing_while_a_run_pauses_says_that_it_would_go_on(
    qtbot: QtBot, on_setup: MainWindow, fake_clients: list[FakeClient]
) -> None:
    window = on_setup
    fake_clients[0].hold_after_step = 12
    _press(window, "Ctrl+Return")
    run = _run(window)
    qtbot.waitUntil(lambda: run.step == 12)
    assert window.switch.opened is not None
    window.switch.opened.runs.pause()
    qtbot.waitUntil(lambda: run.state is RunState.PAUSED)
    assert not window.close()
    question = window.findChild(CloseQuestion)
    assert question is not None
    assert question.accessibleName().endswith(" is paused")
    assert question.keep_button.text() == "Go on training in the background"
    question.stay_button.click()
    window.switch.opened.runs.stop()
    qtbot.waitUntil(lambda: not run.is_active)


def test_closing_while_a_run_trains_can_keep_it_training(
    qtbot: QtBot, on_setup: MainWindow, fake_clients: list[FakeClient]
) -> None:
    window = on_setup
    fake_clients[0].hold_after_step = 12
    _press(window, "Ctrl+Return")
    run = _run(window)
    qtbot.waitUntil(lambda: run.step == 12)
    assert window.switch.opened is not None
    draft, folder = window.switch.opened.project.draft, window.switch.opened.project.folder
    assert draft is not None
    waiting = window.switch.opened.runs.start(draft)
    assert not window.close()
    question = window.findChild(CloseQuestion)
    assert question is not None
    assert [question.keep_button.kind, question.stop_button.kind] == ["primary", "secondary"]
    question.keep_button.click()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert run.state is RunState.RUNNING  # nothing was made up about its end
    assert not run.folder.with_name(waiting.run_id).exists()
    assert not any(isinstance(command, StopTraining) for command in fake_clients[0].commands)
    assert Preferences().values.left_training == str(folder)


def test_the_next_start_opens_the_project_whose_run_went_on(
    qtbot: QtBot, on_setup: MainWindow, sample: SampleEntry
) -> None:
    window = on_setup
    _press(window, "Ctrl+Return")
    qtbot.waitUntil(lambda: _run(window).state is RunState.FINISHED)
    assert window.switch.opened is not None
    folder = window.switch.opened.project.folder
    window.open_sample(sample)
    window._preferences.change(left_training=str(folder))
    open_first(window, window._workspace, StartWish())
    assert window.switch.opened.project.folder == folder
    assert _page(window) == "train"
    assert Preferences().values.left_training == ""


def test_an_idle_window_closes_at_once_and_comes_back_where_it_was(
    qtbot: QtBot, window: MainWindow, preferences: Preferences
) -> None:
    window.setGeometry(40, 30, 1200, 700)
    assert window.close()
    assert Preferences().values.geometry == (40, 30, 1200, 700)


def test_everything_can_be_found(qtbot: QtBot, on_setup: MainWindow) -> None:
    window = on_setup
    _press(window, "Ctrl+K")
    QTest.keyClicks(window.search.field, "lora")
    assert window.search.found()[0].id == "method:low_rank"
    QTest.keyClick(window.search.field, Qt.Key.Key_Return)
    assert window.switch.opened is not None
    assert window.switch.opened.project.method == "low_rank"
    window.toggle_search()
    window.search.field.setText("settings")
    assert window.search.found()[0].id == "page:settings"
    window.close_overlays()


@pytest.mark.parametrize(
    ("method", "typed", "setting"),
    [
        ("thaw_top", "learning rate", "learning_rate"),
        ("thaw_top", "schedule", "schedule"),
        ("low_rank", "rank", "rank"),
    ],
)
def test_a_single_setting_is_found_and_opens_with_the_keyboard_on_it(
    qtbot: QtBot, on_setup: MainWindow, method: str, typed: str, setting: str
) -> None:
    window = on_setup
    assert window.switch.opened is not None
    window.switch.opened.project.set_method(method)
    window.go_to("data")
    _press(window, "Ctrl+K")
    QTest.keyClicks(window.search.field, typed)
    first = window.search.found()[0]
    assert (first.id, first.kind) == (f"on_page:setup:{setting}", "Setting")
    QTest.keyClick(window.search.field, Qt.Key.Key_Return)
    assert _page(window) == "setup"
    sheet = window.page("setup").sheet  # type: ignore[union-attr]  # the page of Setup has it
    assert sheet.isVisible()
    row = sheet.form.rows[setting]
    qtbot.waitUntil(
        lambda: row.control is window.focusWidget() or row.control.isAncestorOf(window.focusWidget())
    )
    qtbot.waitUntil(lambda: not row.visibleRegion().isEmpty())


def test_a_setting_of_another_method_is_not_listed(on_setup: MainWindow) -> None:
    on_setup.toggle_search()
    on_setup.search.field.setText("rank")
    assert "on_page:setup:rank" not in {entry.id for entry in on_setup.search.found()}
    on_setup.close_overlays()


@pytest.mark.parametrize(
    ("typed", "entry", "focused"),
    [
        ("text size", "on_page:settings:text_size", "segment_1"),
        ("motion", "on_page:settings:motion", "segment_system"),
        ("projects", "on_page:settings:projects", "show_projects"),
        ("checkpoint", "on_page:help:Checkpoint", "search_terms"),
    ],
)
def test_settings_of_the_app_and_words_of_the_help_are_found(
    window: MainWindow, typed: str, entry: str, focused: str
) -> None:
    _press(window, "Ctrl+K")
    QTest.keyClicks(window.search.field, typed)
    assert window.search.found()[0].id == entry
    QTest.keyClick(window.search.field, Qt.Key.Key_Return)
    assert _page(window) == entry.split(":")[1]
    now = window.focusWidget()
    assert now is not None
    assert now.objectName() == focused


def test_an_unforeseen_error_is_a_banner_with_its_details(window: MainWindow) -> None:
    net = FailureNet()
    net.failed.connect(window.show_problem)
    with pytest.raises(KeyError) as raised:
        {}["rank"]
    net.catch(KeyError, raised.value, raised.tb)
    problem = window.banner.problem
    assert problem is not None
    assert "Traceback" not in problem.title + problem.reason + problem.fix
    assert "Traceback" in problem.details
    assert "KeyError" in problem.details


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1366, 688), (960, 520)])
def test_pages_learn_which_layout_fits(on_setup: MainWindow, width: int, height: int) -> None:
    on_setup.resize(width, height)
    QApplication.processEvents()
    assert on_setup.stage._context.layout.name == on_setup.layout_class
    assert (on_setup.width(), on_setup.height()) == (width, height)


class _Shown(QObject):
    """Notes every widget that is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: list[QWidget] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.windows.append(watched)
        return False


def test_building_pages_opens_no_window_of_its_own(
    qtbot: QtBot, window: MainWindow, sample: SampleEntry
) -> None:
    """A part that is shown before it has a parent flashes up and takes the keyboard away."""
    shown = _Shown()
    QApplication.instance().installEventFilter(shown)  # type: ignore[union-attr]  # there is one
    window.open_sample(sample)
    qtbot.waitUntil(lambda: all(window.page(step.id) is not None for step in window.stage.steps))
    window.go_to("help")
    window.go_to("settings")
    assert shown.windows == []
    assert window.isActiveWindow()


def test_controls_have_names(on_setup: MainWindow) -> None:
    nameless = [
        button
        for button in on_setup.findChildren(QAbstractButton)
        if button.isVisible() and not (button.accessibleName() or button.text())
    ]
    assert nameless == []
    assert on_setup.childAt(QPoint(5, 5)) is not None
