"""A data set of the hub becomes a project: searched, chosen, fetched, opened; or it is said why not."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.protocol.commands import CancelJob, DownloadDataSet, SearchDataSets
from engine.protocol.hub_kinds import HubKind
from engine.protocol.hub_origin import HubOrigin, read_origin, write_origin
from engine.protocol.hub_problems import hub_out_of_reach, licence_not_accepted
from engine.protocol.model_events import DownloadProgressed
from gui.main_window import MainWindow
from gui.widgets.buttons import Button
from gui.widgets.data_set_panel import DataSetPanel, row_words
from tests.gui.fake_engine import FakeClient
from tests.gui.recorded_downloads import DATA_SETS

IMDB, GLUE, GATED, PHOTOS = (entry.id for entry in DATA_SETS)


@pytest.fixture
def arrived(tmp_path: Path, fake_clients: list[FakeClient]) -> Path:
    """The folder in which the fake engine's data sets arrive."""
    folder = tmp_path / "imdb"
    folder.mkdir()
    (folder / "train.csv").write_text("text,label\nfine,4\n")
    write_origin(folder, HubOrigin(name=IMDB, licence="CC-BY-4.0"))
    fake_clients[0].data_set_folder = str(folder)
    return folder


@pytest.fixture
def panel(window: MainWindow, arrived: Path) -> DataSetPanel:
    """The open panel, with nothing searched for."""
    button = window.findChild(Button, "choose_from_hub")
    assert button is not None
    button.click()
    assert window._hub.panel.isVisible()
    return window._hub.panel


def search(qtbot: QtBot, panel: DataSetPanel, words: str = "films") -> None:
    panel.field.setText(words)
    qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel._found is not None)


def project(window: MainWindow) -> str:
    return window.switch.opened.project.name if window.switch.opened is not None else ""


def test_a_search_shows_size_licence_and_downloads(qtbot: QtBot, panel: DataSetPanel) -> None:
    assert panel.field.hasFocus()
    assert '"imdb"' in panel._said.text()
    search(qtbot, panel)
    assert list(panel.rows) == [IMDB, GLUE, GATED, PHOTOS]
    facts = {words.id: words.facts for words in map(row_words, DATA_SETS)}
    assert facts[GLUE] == "162 MB in all · English · CC-BY-4.0 · 412.0 k downloads"
    assert "no licence named" in facts[GATED]
    assert "accepted on its page" in row_words(DATA_SETS[2]).about
    grey = panel.rows[PHOTOS]
    assert grey.download.isHidden()
    assert grey.accessibleDescription().startswith("Cannot be used.")
    pages: list[str] = []
    panel.page_requested.disconnect()  # else a browser opens
    panel.page_requested.connect(pages.append)
    panel.rows[IMDB].card.click()
    assert pages == [DATA_SETS[0].page]
    panel.field.clear()
    assert panel.rows == {}
    search(qtbot, panel, "nothing")
    assert panel._said.text() == 'The hub has no data set for "nothing".'


def test_what_arrives_opens_as_a_project_that_keeps_its_licence(
    qtbot: QtBot, window: MainWindow, panel: DataSetPanel
) -> None:
    search(qtbot, panel)
    panel.rows[IMDB].download.click()
    qtbot.waitUntil(lambda: project(window) == "imdb")
    assert window.current_page_id() == "data"
    assert not panel.isVisible()
    assert window.switch.opened is not None
    data = window.switch.opened.project.data
    assert data is not None
    assert read_origin(data.path) == HubOrigin(name=IMDB, licence="CC-BY-4.0")


def test_of_several_one_is_chosen(
    qtbot: QtBot, window: MainWindow, panel: DataSetPanel, fake_clients: list[FakeClient]
) -> None:
    search(qtbot, panel)
    panel.rows[GLUE].download.click()
    qtbot.waitUntil(lambda: f"{GLUE}/sst2" in panel.rows)
    assert list(panel.rows) == [f"{GLUE}/cola", f"{GLUE}/mnli", f"{GLUE}/sst2"]
    assert panel._said.text() == "nyu-mll/glue holds 3 data sets. Choose one of them."
    assert (panel.rows[f"{GLUE}/sst2"].words.name, panel.rows[f"{GLUE}/sst2"].words.facts) == ("sst2", "3 MB")
    assert window.focusWidget() is panel.rows[f"{GLUE}/cola"].download
    panel._back.click()
    assert list(panel.rows) == [IMDB, GLUE, GATED, PHOTOS]
    panel.rows[GLUE].download.click()
    qtbot.waitUntil(lambda: f"{GLUE}/sst2" in panel.rows)
    panel.rows[f"{GLUE}/sst2"].download.click()
    qtbot.waitUntil(lambda: project(window) == "imdb")  # the fake engine has one folder
    asked = [one.data_set for one in fake_clients[0].commands if isinstance(one, DownloadDataSet)]
    assert asked == [GLUE, GLUE, f"{GLUE}/sst2"]


def test_a_download_is_shown_and_can_be_cancelled(
    qtbot: QtBot, window: MainWindow, panel: DataSetPanel, fake_clients: list[FakeClient]
) -> None:
    search(qtbot, panel)
    row = panel.rows[IMDB]
    half = DownloadProgressed(
        name=IMDB, file="a", host="huggingface.co", done=40, total=80, kind=HubKind.DATA_SET
    )
    row.download.click()
    panel.show_download(IMDB, half)
    assert row._bar.value() == 500
    assert row.download.isHidden()
    row.cancel.click()
    qtbot.waitUntil(lambda: not row.download.isHidden())
    assert any(isinstance(command, CancelJob) for command in fake_clients[0].commands)
    assert project(window) == ""
    assert panel.isVisible()


def test_whoever_has_closed_the_panel_is_asked(qtbot: QtBot, window: MainWindow, panel: DataSetPanel) -> None:
    search(qtbot, panel)
    panel.rows[IMDB].download.click()
    qtbot.keyClick(panel.rows[IMDB].cancel, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    qtbot.waitUntil(window.banner.isVisible)
    assert window.banner.title_text() == f"{IMDB} is on this computer now"
    assert project(window) == ""
    button = window.banner.findChild(Button, "action_open_project")
    assert button is not None
    button.click()
    qtbot.waitUntil(lambda: project(window) == "imdb")


def test_without_a_network_it_is_said_what_can_be_done(
    qtbot: QtBot, window: MainWindow, panel: DataSetPanel, fake_clients: list[FakeClient]
) -> None:
    fake_clients[0].hub_problem = hub_out_of_reach(
        host="huggingface.co", offline=False, kind=HubKind.DATA_SET
    )
    panel.field.setText("films")
    qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    qtbot.waitUntil(panel.banner.isVisible)
    assert panel.banner.title_text() == "The Hugging Face hub cannot be reached"
    asked: list[str] = []
    panel.action_chosen.disconnect()  # else a dialog opens
    panel.action_chosen.connect(lambda action: asked.append(action.id))
    button = panel.banner.findChild(Button, "action_choose_file")
    assert button is not None
    button.click()
    assert asked == ["choose_file"]
    assert any(isinstance(command, SearchDataSets) for command in fake_clients[0].commands)


def test_a_licence_to_accept_is_said_in_the_panel_or_above_the_page(
    window: MainWindow, panel: DataSetPanel
) -> None:
    page = DATA_SETS[2].page
    problem = licence_not_accepted(name=GATED, page=page, has_token=False, kind=HubKind.DATA_SET)
    window._hub.shelf.problem_raised.emit(problem)
    assert panel.banner.title_text() == "owner/gated-letters wants its licence accepted first"
    panel.close_panel()
    window._hub.shelf.problem_raised.emit(problem)
    assert window.banner.title_text() == "owner/gated-letters wants its licence accepted first"


def test_the_keys_the_menu_and_the_search_of_commands_open_it(window: MainWindow, arrived: Path) -> None:
    combination = QKeySequence("Ctrl+Shift+H")[0]
    QTest.keyClick(window, combination.key(), combination.keyboardModifiers())
    panel = window._hub.panel
    assert panel.isVisible()
    panel.close_panel()
    entry = next(
        action for action in window.top_bar.project_menu().actions() if "data set of the hub" in action.text()
    )
    entry.trigger()
    assert panel.isVisible()
    assert "Open a data set of the hub" in [entry.title for entry in window._finding.entries()]


def test_it_lies_inside_the_window_at_every_size(
    qtbot: QtBot, window: MainWindow, panel: DataSetPanel
) -> None:
    search(qtbot, panel)
    for width, height in ((1440, 900), (1366, 688), (960, 520)):
        window.resize(width, height)
        qtbot.waitUntil(lambda: window._ground.rect().contains(panel.geometry()))


def test_tab_goes_round_in_it(qtbot: QtBot, window: MainWindow, panel: DataSetPanel) -> None:
    search(qtbot, panel)
    seen: list[str] = []
    for _ in range(11):
        focused = window.focusWidget()
        assert focused is not None
        assert panel.isAncestorOf(focused)
        seen.append(focused.accessibleName() or focused.objectName())
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert "Download: nyu-mll/glue" in seen
    assert "Open the card of owner/photographs" in seen
    assert len({*seen}) == 10  # field, search, close, four cards, three downloads
    assert seen[0] == seen[10] == "Search data sets, or type a name"


def test_each_control_has_a_name(qtbot: QtBot, panel: DataSetPanel) -> None:
    search(qtbot, panel)
    for button in panel.findChildren(Button):
        assert button.accessibleName() or button.text(), button.objectName()
        assert button.objectName()
