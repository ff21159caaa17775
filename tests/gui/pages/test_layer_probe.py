"""Setup asks each layer what it knows, shows it beside the blocks, and forgets it when it no longer holds."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.protocol.commands import CancelJob, ProbeLayers
from gui.pages.setup import SetupPage
from gui.state.page_context import PageContext
from gui.widgets.layer_map_rows import ProbeView
from gui.widgets.layer_map_words import row_tooltip
from tests.gui.fake_engine import FakeClient
from tests.gui.recorded_probe import PROBED


@pytest.fixture
def page(qtbot: QtBot, context: PageContext) -> SetupPage:
    made = SetupPage(context)
    qtbot.addWidget(made)
    made.resize(1364, 808)
    made.show()
    qtbot.waitUntil(lambda: context.project.is_checked and bool(context.project.previews), timeout=5000)
    return made


def press(qtbot: QtBot, page: SetupPage) -> None:
    qtbot.mouseClick(page.map_card.ask_layers, Qt.MouseButton.LeftButton)


def probe(page: SetupPage) -> ProbeView | None:
    return page.map_card.map.shown.probe


def ask(qtbot: QtBot, page: SetupPage) -> None:
    press(qtbot, page)
    qtbot.waitUntil(lambda: probe(page) is not None and not page._probing.is_asked, timeout=5000)


def test_what_layers_know_stands_beside_them(
    qtbot: QtBot, page: SetupPage, fake_clients: list[FakeClient]
) -> None:
    ask(qtbot, page)
    shown = probe(page)
    assert shown is not None
    assert shown.of(("block.3",)) == 0.916
    assert shown.enough == "block.3"
    assert page.map_card.notice.isVisible()
    assert page.map_card._notice_words.text() == PROBED.finding
    assert "Freezing up to block 3 and thawing the 3 blocks above" in PROBED.finding
    view = page.map_card.map.shown
    assert "A small classifier on it reaches 0.916 macro F1." in row_tooltip(
        view, view.rows[3], interactive=True
    )
    asked = [one for client in fake_clients for one in client.commands if isinstance(one, ProbeLayers)]
    assert [one.run for one in asked] == [page._project.draft]


def test_freezing_keeps_it_and_other_rows_forget_it(qtbot: QtBot, page: SetupPage) -> None:
    ask(qtbot, page)
    page._project.set_layers({"block.4": False})
    qtbot.waitUntil(lambda: page._project.is_checked, timeout=5000)
    assert probe(page) is not None
    assert probe(page) == page.map_card.map.given.probe
    page._project.set_setting("max_length", 64)
    assert probe(page) is None
    assert page.map_card._notice_words.text() != PROBED.finding


def test_other_noise_forgets_it_and_another_learning_rate_does_not(qtbot: QtBot, page: SetupPage) -> None:
    ask(qtbot, page)
    page._project.set_setting("learning_rate", 0.0003)
    assert page._probing.probed is not None
    page._project.set_setting("noise_share", 0.2)  # the layers would read other texts
    assert page._probing.probed is None


def test_hide_puts_it_away_and_a_second_click_stops_asking(
    qtbot: QtBot, page: SetupPage, fake_clients: list[FakeClient]
) -> None:
    ask(qtbot, page)
    assert page.map_card._notice_undo.text() == "Hide"
    qtbot.mouseClick(page.map_card._notice_undo, Qt.MouseButton.LeftButton)
    assert probe(page) is None
    assert not page.map_card.notice.isVisible()
    page._probing.toggle()  # a click would let the answer arrive
    assert page.map_card._notice_undo.text() == "Stop"
    page.map_card._notice_undo.click()
    assert not page.map_card.notice.isVisible()
    assert any(isinstance(one, CancelJob) for client in fake_clients for one in client.commands)


def test_bars_begin_at_what_is_reached_without_reading() -> None:
    shown = ProbeView("macro F1", {"block.1": 0.712}, always=0.424, enough="block.1")
    assert shown.share(0.424) == 0.0
    assert shown.share(0.712) == pytest.approx(0.5)
    assert (shown.share(0.2), shown.share(1.0)) == (0.0, 1.0)
    assert shown.of(("block.7",)) is None
    assert shown.of(("block.1", "block.7")) == 0.712
