"""Welcome: a sample, a file, or a project of before is one click away."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from engine.protocol.run_files import EVENTS_FILE
from engine.protocol.wire import encode
from gui.pages.welcome import PAGE, WelcomePage
from gui.state.page_context import PageContext
from gui.state.project_file import RUNS_FOLDER, Summary
from gui.widgets.basics import Button
from gui.widgets.drop_zone import DropZone
from gui.widgets.recent_list import RecentList
from gui.widgets.sample_card import SampleCard
from tests.gui.recorded_events import recorded_run
from tests.gui.sample_facts import CATALOG, freeze_stack


@pytest.fixture
def welcome(context: PageContext, qtbot: QtBot) -> WelcomePage:
    """The page, with an engine that has the task of the samples."""
    qtbot.waitUntil(lambda: context.engines.catalog is not None)
    task = msgspec.structs.replace(CATALOG.tasks[0], id=context.workspace.samples[0].task)
    context.engines.catalog = msgspec.structs.replace(CATALOG, tasks=(task,))
    page = WelcomePage(context)
    qtbot.addWidget(page)
    page.resize(1364, 808)
    page.show()
    return page


def test_the_page_needs_no_project_and_is_not_on_the_rail() -> None:
    assert not PAGE.needs_project
    assert not PAGE.on_rail


def test_eight_cards_of_which_the_first_says_start_here(welcome: WelcomePage, qtbot: QtBot) -> None:
    cards = welcome.findChildren(SampleCard)
    assert len(cards) == 8
    assert cards[0] is welcome.primary_button()
    assert cards[0].text() == "Happy or upset?"
    with qtbot.waitSignal(welcome.sample_chosen) as wish:
        qtbot.mouseClick(cards[0], Qt.MouseButton.LeftButton)
    assert wish.args[0].id == "posts"


def test_what_is_not_here_is_grey_and_says_so(welcome: WelcomePage, qtbot: QtBot) -> None:
    for name in ("addresses", "names", "people", "interface", "austen"):
        card = welcome.card(name)
        assert not card.isEnabled()
        assert card.reason == card.toolTip() == "Not in this installation"
        with qtbot.assertNotEmitted(welcome.sample_chosen):
            qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert welcome.card("posts").isEnabled()


def test_samples_of_tasks_that_the_engine_has_not_turn_grey(context: PageContext, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: context.engines.catalog is not None)
    page = WelcomePage(context)
    qtbot.addWidget(page)
    known = {task.id for task in CATALOG.tasks}
    for sample in context.workspace.samples:
        assert page.card(sample.id).isEnabled() == (sample.task in known)
    entry = msgspec.structs.replace(CATALOG.tasks[0], id=context.workspace.samples[0].task)
    context.engines.catalog = msgspec.structs.replace(CATALOG, tasks=(entry,))
    context.engines.catalog_changed.emit(context.engines.catalog)
    assert page.card("posts").isEnabled()


def test_a_file_can_be_dropped_anywhere_on_the_page(
    welcome: WelcomePage, qtbot: QtBot, tmp_path: Path
) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "letters.csv"))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    zone = welcome.findChild(DropZone)
    assert zone is not None
    for target in (zone, welcome):
        over = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, mime, left, none)
        target.dragEnterEvent(over)
        assert over.isAccepted()
        assert zone._edge == "ink"
        drop = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, left, none)
        with qtbot.waitSignal(welcome.files_chosen) as wish:
            target.dropEvent(drop)
        assert Path(wish.args[0][0]) == tmp_path / "letters.csv"
        assert zone._edge == "borderStrong"


def test_a_file_can_be_chosen(welcome: WelcomePage, qtbot: QtBot, tmp_path: Path) -> None:
    button = welcome.findChild(Button, "choose_file")
    assert button is not None
    button.click()
    dialog = welcome.findChild(QFileDialog)
    assert dialog is not None
    with qtbot.waitSignal(welcome.files_chosen) as wish:
        dialog.filesSelected.emit([str(tmp_path / "letters.csv")])
    assert Path(wish.args[0][0]).name == "letters.csv"
    dialog.close()


def test_recent_projects_stand_with_what_is_in_them(context: PageContext, qtbot: QtBot) -> None:
    method = CATALOG.methods[0]
    best = context.project.folder / RUNS_FOLDER / "best"
    best.mkdir(parents=True)
    events = recorded_run(folder=str(best), epochs=1)
    (best / EVENTS_FILE).write_bytes(b"".join(encode(event) for event in events))
    context.project.set_summary(Summary(runs=3, metric="F1", best=0.8834, method=method.id, run="best"))
    qtbot.waitUntil(lambda: context.engines.catalog is not None)
    page = WelcomePage(context)
    qtbot.addWidget(page)
    page.resize(1364, 808)
    page.show()
    recent = page.findChild(RecentList)
    assert recent is not None
    entry = recent.entries()[0]
    assert entry.name == context.project.name
    assert entry.summary == f"{CATALOG.tasks[0].name}, 3 runs, best F1 0.883 with {method.name}"
    assert entry.when == "today"
    assert entry.view is not None
    assert entry.view.trainable_parameters == freeze_stack().trainable_parameters
    page.grab()
    with qtbot.waitSignal(page.project_chosen) as wish:
        recent.setCurrentIndex(recent.model().index(0, 0))
        qtbot.keyClick(recent, Qt.Key.Key_Return)
    assert Path(wish.args[0]) == context.project.folder
    qtbot.keyClick(recent, Qt.Key.Key_Delete)
    assert recent.entries() == ()
    assert context.project.folder.is_dir()  # only off the list


def test_without_recent_projects_there_is_no_heading(context: PageContext, qtbot: QtBot) -> None:
    context.workspace.forget(context.project.folder)
    page = WelcomePage(context)
    qtbot.addWidget(page)
    page.resize(1364, 808)
    page.show()
    shown = [words.text() for words in page.findChildren(QLabel) if words.isVisible()]
    assert "Start with a sample" in shown
    assert "Recent projects" not in shown


def test_projector_mode_is_a_preference(welcome: WelcomePage, context: PageContext) -> None:
    button = welcome.findChild(Button, "welcome_projector")
    assert button is not None
    button.click()
    assert context.preferences.values.projector
    context.theme.set_projector(True)
    assert button.text() == "Leave projector mode"


@pytest.mark.parametrize(("width", "height"), [(1364, 808), (1298, 600), (892, 432)])
def test_nothing_is_cut_off_at_the_sizes_of_the_design(
    context: PageContext, qtbot: QtBot, width: int, height: int
) -> None:
    context.layout.fit(width + 68, height + 88)
    page = WelcomePage(context)
    qtbot.addWidget(page)
    page.resize(width, height)
    page.show()
    assert page.minimumSizeHint().width() <= width
    assert page._scroll.verticalScrollBar().maximum() == 0
    cards = page.findChildren(SampleCard)
    assert min(card.width() for card in cards) >= 220


def test_what_became_of_a_project_is_told_when_the_page_comes_back(
    welcome: WelcomePage, context: PageContext, qtbot: QtBot
) -> None:
    recent = welcome.findChild(RecentList)
    assert recent is not None
    welcome.hide()
    context.project.rename("Letters of a year")
    context.project.set_summary(Summary(runs=2))
    welcome.show()
    assert recent.entries()[0].name == "Letters of a year"
    assert "2 runs" in recent.entries()[0].summary


def test_in_a_narrow_window_the_drop_zone_still_says_what_it_is_for(
    welcome: WelcomePage, qtbot: QtBot
) -> None:
    zone = welcome.findChild(DropZone)
    assert zone is not None
    assert zone.button.text() == "Choose a file"
    zone.set_narrow(True)
    hub = zone.findChild(Button, "choose_from_hub")
    assert hub is not None
    assert (zone.button.text(), hub.text()) == ("File", "Hub")
    assert zone.button.accessibleName() == "Choose a file"
    with qtbot.waitSignal(welcome.hub_requested):
        hub.click()
