"""What went wrong for a first user around runs: lost curves, stolen keys, stale questions."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from engine.protocol.commands import PauseTraining
from engine.protocol.events import JobStopped, StageReached, WatchedAnswer, WatchedText
from gui.look.texts import probability_words
from gui.look.theme import Theme
from gui.main_window import MainWindow
from gui.pages.results import ResultsPage
from gui.pages.train import TrainPage
from gui.state.run_status import RunState, RunStatus
from gui.widgets.buttons import Button
from gui.widgets.plots import LossPlot, MetricPlot
from gui.widgets.preparation_card import PreparationCard
from gui.widgets.run_delegate import state_words
from gui.widgets.run_header import RunHeader
from gui.widgets.run_rows import NAME, NOTE, RunRow
from gui.widgets.runs_drawer import RunsDrawer
from gui.widgets.watched_row import WatchedRow
from gui.window.close_question import CloseQuestion
from tests.gui.fake_engine import FakeClient
from tests.gui.pages.train_stage import commands_of, find, tile


def _press(window: MainWindow, keys: str) -> None:
    combination = QKeySequence(keys)[0]
    QTest.keyClick(window, combination.key(), combination.keyboardModifiers())


@pytest.fixture
def training(qtbot: QtBot, on_setup: MainWindow, fake_clients: list[FakeClient]) -> RunStatus:
    """A run in the window that is held after step 70, past its first checkpoint."""
    fake_clients[0].hold_after_step, fake_clients[0].epochs = 70, 2
    _press(on_setup, "Ctrl+Return")
    assert on_setup.switch.opened is not None
    run = on_setup.switch.opened.runs.current
    assert run is not None
    qtbot.waitUntil(lambda: run.step >= 70 and on_setup.current_page_id() == "train")
    return run


def _train_page(window: MainWindow) -> TrainPage:
    page = window.page("train")
    assert isinstance(page, TrainPage)
    return page


@pytest.fixture
def drawer(theme: Theme, qtbot: QtBot) -> RunsDrawer:
    drawer = RunsDrawer(theme)
    qtbot.addWidget(drawer)
    drawer.set_rows([RunRow(id="a", name="One", note="n"), RunRow(id="b", name="Two", note="m")])
    drawer.resize(1200, 320)
    with qtbot.waitActive(drawer):
        drawer.show()
        drawer.activateWindow()
    return drawer


def test_a_run_that_goes_on_keeps_its_curve_and_the_keyboard(
    qtbot: QtBot, on_setup: MainWindow, training: RunStatus, fake_clients: list[FakeClient]
) -> None:
    page = _train_page(on_setup)
    fake_clients[0].die()
    qtbot.waitUntil(lambda: training.state is RunState.FAILED)
    suggested = page.primary_button()
    assert suggested is not None
    suggested.setFocus(Qt.FocusReason.TabFocusReason)
    assert suggested.hasFocus()
    QTest.keyClick(suggested, Qt.Key.Key_Space)
    assert training.state is RunState.PREPARING
    assert find(page, LossPlot).isVisible()
    assert not find(page, PreparationCard).isVisible()
    assert tile(page, "time")[0] == "Getting ready"
    assert on_setup.focusWidget() is page


@pytest.mark.parametrize("stopping", [False, True])
def test_the_bottom_bar_says_that_the_final_test_is_under_way(
    qtbot: QtBot,
    on_setup: MainWindow,
    training: RunStatus,
    fake_clients: list[FakeClient],
    stopping: bool,
) -> None:
    words = on_setup.transport._progress
    qtbot.waitUntil(lambda: words.text() == "epoch 1.0 of 2, 33 s left")
    if stopping:
        training.ask_to_stop()
    training.apply(StageReached(stage="testing", label="Judging 465 test texts", total=465))
    qtbot.waitUntil(lambda: words.text() == "final test is under way")  # and no time that stands still
    page = on_setup.pages.currentWidget()
    header = find(page, RunHeader)
    assert (header.primary.text(), header.primary.isEnabled()) == ("Final test", False)
    transport = on_setup.transport
    buttons = (find(page, Button, "stop_and_keep_best"), transport.pause_button, transport.stop_button)
    assert not any(button.isVisible() and button.isEnabled() for button in buttons)
    page.setFocus()
    before = len(commands_of(fake_clients, PauseTraining))
    qtbot.keyClick(page, Qt.Key.Key_Space)
    assert len(commands_of(fake_clients, PauseTraining)) == before


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Tab])
@pytest.mark.parametrize("column", [NAME, NOTE])
def test_enter_and_tab_take_a_name_over_and_do_nothing_else(
    drawer: RunsDrawer, qtbot: QtBot, key: Qt.Key, column: int
) -> None:
    drawer._edit("a", column)
    editor = drawer.table.findChild(QLineEdit)
    assert editor is not None
    editor.setText("New words")
    told = drawer.renamed if column == NAME else drawer.note_changed
    with qtbot.assertNotEmitted(drawer.run_chosen), qtbot.waitSignal(told) as wish:
        QTest.keyClick(editor, key)
    assert wish.args == ["a", "New words"]
    QApplication.processEvents()
    qtbot.waitUntil(lambda: drawer.table.findChild(QLineEdit) is None)


def test_undo_brings_a_deleted_run_back_before_it_touches_choices(
    on_setup: MainWindow, training: RunStatus
) -> None:
    assert on_setup.switch.opened is not None
    project = on_setup.switch.opened.project
    training.apply(JobStopped(job_id=training.job_id))
    project.set_method("low_rank")
    assert on_setup.transport.runs_button.text() == "Runs (1)"
    on_setup.drawer.delete(training.run_id)
    assert on_setup.transport.runs_button.text() == "Runs"  # as the drawer counts it
    _press(on_setup, "Ctrl+Z")
    assert on_setup.transport.runs_button.text() == "Runs (1)"
    assert not on_setup.drawer.deleting
    assert [row.id for row in on_setup.drawer.model.rows] == [training.run_id]
    assert project.method == "low_rank"
    _press(on_setup, "Ctrl+Z")
    assert project.method == "thaw_top"


def test_the_closing_question_goes_with_the_run_it_is_about(
    qtbot: QtBot, on_setup: MainWindow, training: RunStatus
) -> None:
    assert on_setup.switch.opened is not None
    draft = on_setup.switch.opened.project.draft
    assert draft is not None
    waiting = on_setup.switch.opened.runs.start(draft)
    assert not on_setup.close()
    question = on_setup.findChild(CloseQuestion)
    assert question is not None
    training.apply(JobStopped(job_id=training.job_id))
    assert not question.isVisible()
    qtbot.waitUntil(lambda: on_setup.findChild(CloseQuestion) is None)
    assert waiting.is_active
    assert on_setup.isVisible()


def test_space_pauses_after_the_drawer_was_closed(on_setup: MainWindow, training: RunStatus) -> None:
    _press(on_setup, "Ctrl+J")
    focused = on_setup.focusWidget()
    assert focused is on_setup.drawer.table
    QTest.keyClick(focused, Qt.Key.Key_Escape)
    assert not on_setup.drawer.isVisible()
    focused = on_setup.focusWidget()
    assert focused is _train_page(on_setup)
    QTest.keyClick(focused, Qt.Key.Key_Space)
    assert training.state is RunState.PAUSED


@pytest.mark.parametrize(
    ("state", "detail", "words"),
    [
        ("stopped", "stopped early", "stopped early"),
        ("waiting", "waiting", "waiting"),
        ("paused", "paused at epoch 1.0 of 2", "paused at epoch 1.0 of 2"),
        ("failed", "Not enough memory", "failed, Not enough memory"),
        ("finished", "", ""),
    ],
)
def test_a_state_is_said_once(state: str, detail: str, words: str) -> None:
    assert state_words(RunRow(id="a", name="One", state=state, detail=detail)) == words


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.496, "49.6 %"), (0.49999, "49.9 %"), (0.5, "50 %"), (0.50001, "50.1 %"), (0.97, "97 %")],
)
def test_near_the_tick_a_decimal_says_on_which_side(probability: float, words: str) -> None:
    assert probability_words(probability, 0.5) == words


def test_a_watched_text_at_the_edge_does_not_contradict_itself(theme: Theme, qtbot: QtBot) -> None:
    row = WatchedRow(theme, WatchedText(text="So so", truth="negative"), ("positive", "negative"))
    qtbot.addWidget(row)
    row.set_answers([WatchedAnswer(said="positive", probabilities=(0.504, 0.496))], 1)
    assert row.said_words.endswith("49.6 %")
    assert row.right is False


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_word_at_the_end_of_a_line_wears_its_marker(theme: Theme, qtbot: QtBot, number: int) -> None:
    for plot in (LossPlot(theme), MetricPlot(theme)):
        qtbot.addWidget(plot)
        plot.set_run(number, 2)
        plot.set_points([1.0, 2.0], [0.5, 0.4])
        assert plot.end_labels()[0].symbol == theme.run_symbol(number)
        plot.grab()


def test_a_second_run_of_one_name_has_its_own_name_and_its_own_results(
    qtbot: QtBot, on_setup: MainWindow, training: RunStatus, fake_clients: list[FakeClient]
) -> None:
    """Results then begin with all runs beside each other; who asks for those of one run gets them."""
    assert on_setup.switch.opened is not None
    runs = on_setup.switch.opened.runs
    name = on_setup.transport.name_button.text()
    for client in fake_clients:
        client.release()
    qtbot.waitUntil(lambda: training.state is RunState.FINISHED)
    again = runs.start(training.config)
    qtbot.waitUntil(lambda: again.state is RunState.FINISHED)
    assert on_setup.transport.name_button.text() == f"{name} (2)"

    find(_train_page(on_setup), RunHeader).primary.click()

    page = on_setup.page("results")
    assert isinstance(page, ResultsPage)
    assert on_setup.current_page_id() == "results"
    assert (page.views.current(), page.run) == ("one", again)
    page.show_view("compare")
    on_setup.transport.run_chosen.emit(again.run_id)
    assert (page.views.current(), page.run) == ("one", again)
