"""The panel of base models: sections, rows, downloads, keys."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.protocol import hub_problems
from engine.protocol.catalog import ModelPlace
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.download_row import progress_words
from gui.widgets.model_panel import ModelPanel
from gui.widgets.model_row import ModelRow, about_words, facts_words
from tests.gui.recorded_downloads import CACHED, FOUND, models_found, models_listed, progressed

DISTIL = FOUND[0].id


@pytest.fixture
def page(qtbot: QtBot, theme: Theme) -> QWidget:
    made = QWidget()
    button = Button(theme, "MiniLM", "quiet")
    button.setObjectName("opener")
    column = QVBoxLayout(made)
    column.addWidget(button)
    column.addStretch(1)
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    return made


@pytest.fixture
def panel(page: QWidget, theme: Theme) -> ModelPanel:
    made = ModelPanel(theme, page)
    made.set_chosen("minilm")
    made.show_listed(models_listed("").models)
    return made


def rows(panel: ModelPanel, place: ModelPlace) -> dict[str, ModelRow]:
    return panel._sections[place].rows


def row(panel: ModelPanel, model: str) -> ModelRow:
    found = panel.row_of(model)
    assert found is not None
    return found


def open_panel(page: QWidget, panel: ModelPanel) -> Button:
    opener = page.findChild(Button, "opener")
    assert opener is not None
    panel.open_below(opener)
    return opener


def test_each_model_stands_in_its_section_with_its_facts(panel: ModelPanel) -> None:
    assert list(rows(panel, ModelPlace.BUILT_IN)) == ["minilm"]
    assert list(rows(panel, ModelPlace.CACHE)) == [entry.id for entry in CACHED]
    assert rows(panel, ModelPlace.HUB) == {}
    assert facts_words(CACHED[0]) == "179 million parameters · 714 MB · 104 languages · Apache-2.0"
    assert about_words(CACHED[0]) == "It learned to fill in blanks."
    assert about_words(CACHED[1]) == "Not whole on this computer. 212 MB of what is missing are here."
    assert "licence is to be accepted" in about_words(FOUND[1])
    assert facts_words(FOUND[0]).endswith("9.40 M downloads")
    assert row(panel, "minilm").accessibleName() == "MiniLM, chosen"
    assert "22.7 million parameters" in row(panel, "minilm").accessibleDescription()


def test_a_model_that_cannot_be_used_is_grey_with_the_reason(qtbot: QtBot, panel: ModelPanel) -> None:
    grey = row(panel, CACHED[2].id)
    chosen: list[str] = []
    panel.model_chosen.connect(chosen.append)
    panel.show()
    qtbot.mouseClick(grey, Qt.MouseButton.LeftButton)
    assert chosen == []
    assert grey.focusPolicy() is Qt.FocusPolicy.NoFocus
    assert grey.download.isHidden()
    assert grey.accessibleDescription().startswith("Cannot be used.")
    assert "could run a program" in grey.accessibleDescription()


def test_a_click_or_enter_chooses_and_closes(qtbot: QtBot, page: QWidget, panel: ModelPanel) -> None:
    opener = open_panel(page, panel)
    assert page.focusWidget() is row(panel, "minilm")
    chosen: list[str] = []
    panel.model_chosen.connect(chosen.append)
    qtbot.keyClick(row(panel, CACHED[0].id), Qt.Key.Key_Return)
    assert chosen == [CACHED[0].id]
    assert not panel.isVisible()
    assert page.focusWidget() is opener
    panel.toggle_below(opener)
    qtbot.mouseClick(row(panel, CACHED[0].id), Qt.MouseButton.LeftButton)
    assert chosen == [CACHED[0].id] * 2


def test_escape_closes_and_arrows_move(qtbot: QtBot, page: QWidget, panel: ModelPanel) -> None:
    opener = open_panel(page, panel)
    qtbot.keyClick(row(panel, "minilm"), Qt.Key.Key_Down)
    assert page.focusWidget() is row(panel, CACHED[0].id)
    qtbot.keyClick(row(panel, CACHED[0].id), Qt.Key.Key_Up)
    assert page.focusWidget() is row(panel, "minilm")
    qtbot.keyClick(row(panel, "minilm"), Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert page.focusWidget() is opener


def test_the_hub_is_searched_and_what_it_has_is_shown(qtbot: QtBot, page: QWidget, panel: ModelPanel) -> None:
    open_panel(page, panel)
    asked: list[str] = []
    panel.search_requested.connect(asked.append)
    panel.field.setText("bert")
    qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    assert asked == ["bert"]
    panel.show_searching(True)
    assert panel.findChild(Button, "search_hub_button").busy
    panel.show_found(models_found("", "bert"))
    panel.show_searching(False)
    assert not panel.findChild(Button, "search_hub_button").busy
    assert list(rows(panel, ModelPlace.HUB)) == [entry.id for entry in FOUND]
    found = row(panel, DISTIL)
    assert not found.can_be_chosen
    assert found.download.text() == "Download 268 MB"
    assert not found.download.isHidden()
    panel.show_found(models_found("", "nothing"))
    assert 'no safetensors model for "nothing"' in panel._sections[ModelPlace.HUB].said.text()
    panel.field.clear()
    assert asked[-1] == ""


def test_what_is_here_already_is_not_offered_again(panel: ModelPanel) -> None:
    found = models_found("", "bert")
    panel.show_found(replace(found, models=(*found.models, replace(CACHED[0], place=ModelPlace.HUB))))
    assert CACHED[0].id not in rows(panel, ModelPlace.HUB)


def test_a_download_shows_how_far_it_is_and_can_be_cancelled(qtbot: QtBot, panel: ModelPanel) -> None:
    panel.show_found(models_found("", "bert"))
    wished: list[str] = []
    panel.download_requested.connect(lambda model: wished.append(f"get {model}"))
    panel.cancel_requested.connect(lambda model: wished.append(f"stop {model}"))
    row(panel, DISTIL).download.click()
    panel.show_download(DISTIL, progressed(DISTIL, 134_000_000))
    shown = row(panel, DISTIL)
    assert shown._bar.value() == 500
    assert shown._progress.text() == "134 MB of 268 MB · 1.2 MB/s · from huggingface.co"
    assert shown._bar.accessibleName() == f"Download of {DISTIL}, 50 per cent"
    assert shown.download.isHidden()
    panel.show_download(DISTIL, progressed(DISTIL, 100_000_000))
    assert shown._bar.value() == 500  # it never moves backwards
    shown.cancel.click()
    assert wished == [f"get {DISTIL}", f"stop {DISTIL}"]
    panel.show_download(DISTIL, None)
    assert row(panel, DISTIL)._bar.isHidden()
    assert not row(panel, DISTIL).download.isHidden()
    assert progress_words(progressed(DISTIL, 0, 0)) == "Waiting for the hub"


def test_a_download_of_a_model_that_nobody_searched_for_has_a_row(panel: ModelPanel) -> None:
    panel.show_download("some/model", progressed("some/model", 10, 20))
    assert list(rows(panel, ModelPlace.HUB)) == ["some/model"]
    assert not row(panel, "some/model").cancel.isHidden()


def test_a_half_download_can_go_on(panel: ModelPanel) -> None:
    half = row(panel, CACHED[1].id)
    assert half.download.text() == "Go on"
    assert "212 MB" in half.download.toolTip()


def test_a_chosen_model_that_is_not_here_can_be_fetched(panel: ModelPanel) -> None:
    panel.set_chosen("some/model")
    assert list(rows(panel, ModelPlace.HUB)) == ["some/model"]
    assert row(panel, "some/model").isChecked()
    assert not row(panel, "some/model").download.isHidden()


def test_offline_is_said_with_the_ways_out(qtbot: QtBot, page: QWidget, panel: ModelPanel) -> None:
    open_panel(page, panel)
    panel.show_problem(hub_problems.hub_out_of_reach(host="huggingface.co", offline=True))
    assert panel.banner.title_text() == "The Hugging Face hub cannot be reached"
    taken: list[str] = []
    panel.banner.action_chosen.connect(lambda action: taken.append(action.id))
    for name in ("choose_folder", "use_built_in_model"):
        button = panel.banner.findChild(Button, f"action_{name}")
        assert button is not None
        button.click()
    assert taken == ["choose_folder", "use_built_in_model"]
    assert row(panel, "minilm").can_be_chosen
    panel.show_searching(True)
    assert panel.banner.isHidden()


def test_it_lies_inside_the_page_at_every_size(qtbot: QtBot, page: QWidget, panel: ModelPanel) -> None:
    open_panel(page, panel)
    panel.show_found(models_found("", "bert"))
    for width, height in ((1364, 808), (892, 432), (500, 300)):
        page.resize(width, height)
        qtbot.waitUntil(lambda: page.rect().contains(panel.geometry()))
        assert panel.height() >= 240


def test_a_new_list_keeps_the_keyboard_where_it_is(qtbot: QtBot, page: QWidget, panel: ModelPanel) -> None:
    open_panel(page, panel)
    row(panel, CACHED[0].id).setFocus()
    panel.show_listed(models_listed("").models)
    assert page.focusWidget() is row(panel, CACHED[0].id)


def test_each_control_has_a_name(panel: ModelPanel) -> None:
    panel.show_found(models_found("", "bert"))
    for button in panel.findChildren(Button):
        assert button.accessibleName() or button.text(), button.objectName()
        assert button.objectName()
    assert panel.accessibleName() == "Base model"
    assert panel.field.accessibleName() == "Search the Hugging Face hub"
