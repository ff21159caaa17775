"""Where Tab and F6 lead: header actions, left, centre, right, transport bar, and round again."""

from __future__ import annotations

from itertools import groupby

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.state.run_status import RunState


def _press(window: MainWindow, keys: str) -> None:
    combination = QKeySequence(keys)[0]
    target = window.focusWidget() or window
    QTest.keyClick(target, combination.key(), combination.keyboardModifiers())


def _round(window: MainWindow, start: QWidget) -> list[QWidget]:
    """Returns all that Tab comes by, from one widget until it is there again."""
    start.setFocus(Qt.FocusReason.TabFocusReason)
    visited = [start]
    for _ in range(200):
        QTest.keyClick(visited[-1], Qt.Key.Key_Tab)
        now = window.focusWidget()
        assert now is not None
        if now is start:
            return visited
        assert now not in visited, f"{now.objectName()} keeps the keyboard"
        visited.append(now)
    raise AssertionError("Tab does not come round")


def _places(visited: list[QWidget], places: dict[str, QWidget]) -> list[str]:
    """Returns through which places a way leads, each stay told once."""
    names = [
        next((name for name, place in places.items() if place is one or place.isAncestorOf(one)), "elsewhere")
        for one in visited
    ]
    return [name for name, _ in groupby(names)]


@pytest.fixture
def finished(qtbot: QtBot, on_setup: MainWindow) -> MainWindow:
    """The window after a run, on Train."""
    _press(on_setup, "Ctrl+Return")
    assert on_setup.switch.opened is not None
    run = on_setup.switch.opened.runs.current
    assert run is not None
    qtbot.waitUntil(lambda: run.state is RunState.FINISHED)
    return on_setup


@pytest.mark.parametrize("page_id", ["data", "setup", "train", "results", "help", "settings", "welcome"])
def test_tab_goes_through_the_regions_in_their_order(finished: MainWindow, page_id: str) -> None:
    window = finished
    window.go_to(page_id)
    visited = _round(window, window.top_bar.name_button)
    regions = {
        "top": window.top_bar,
        "rail": window.rail,
        "page": window.pages,
        "transport": window.transport,
    }
    assert _places(visited, regions) == ["top", "rail", "page", "transport"]


def test_on_setup_tab_goes_from_the_header_to_the_right(on_setup: MainWindow) -> None:
    window = on_setup
    page = window.page("setup")
    assert page is not None
    page.settings_button.click()  # type: ignore[attr-defined]  # its rows are made while it is open
    places = {
        "sheet": page.sheet,  # type: ignore[attr-defined]  # as above
        "header": page._header,  # type: ignore[attr-defined]  # as above
        "left": page.methods,  # type: ignore[attr-defined]  # as above
        "centre": page.map_card,  # type: ignore[attr-defined]  # as above
        "right": page.column,  # type: ignore[attr-defined]  # as above
        "transport": window.transport,
        "top": window.top_bar,
        "rail": window.rail,
    }
    visited = _round(window, page._header.noise)  # type: ignore[attr-defined]  # as above
    way = [place for place in _places(visited, places) if place not in ("top", "rail")]
    assert way == ["header", "left", "centre", "right", "sheet", "transport"]
    assert visited[1:3] == [page.settings_button, page.start]  # type: ignore[attr-defined]  # as above


def test_on_data_tab_goes_from_the_header_to_the_right(on_setup: MainWindow) -> None:
    window = on_setup
    window.go_to("data")
    page = window.page("data")
    assert page is not None
    names = ("header", "tasks", "preview", "facts")
    places = {name: getattr(page, f"_{name}") for name in names}
    visited = _round(window, window.top_bar.name_button)
    way = [place for place in _places(visited, places) if place != "elsewhere"]
    assert way == list(names)


def test_on_try_it_tab_goes_from_the_text_down(finished: MainWindow, qtbot: QtBot) -> None:
    window = finished
    window.go_to("try")
    opened, page = window.switch.opened, window.page("try")
    assert opened is not None
    assert page is not None
    trial = opened.trial
    trial.add(opened.runs.finished[0])
    (field,) = page.text.fields.values()  # type: ignore[attr-defined]  # a TryPage
    field.setPlainText("I love this town")
    qtbot.waitUntil(lambda: all(one.answer and not one.is_waiting for one in trial.models))
    qtbot.waitUntil(lambda: page.why.isVisible())  # type: ignore[attr-defined]  # as above
    inside = [one.objectName() for one in _round(window, field) if page.isAncestorOf(one)]
    wanted = ["random_test_row", "typos", "clear_trial", "remove_model", "segment_0", "segment_occlusion"]
    assert [name for name in inside if name in wanted] == [*wanted[:4], "remove_model", *wanted[4:]]


def test_f6_enters_the_rail_at_the_step_that_is_shown(on_setup: MainWindow) -> None:
    window = on_setup
    window.top_bar.search.setFocus(Qt.FocusReason.TabFocusReason)
    _press(window, "F6")
    assert window.focusWidget() is window.rail.button("setup")
    _press(window, "F6")
    page = window.page("setup")
    assert page is not None
    assert window.focusWidget() is page._header.noise  # type: ignore[attr-defined]  # a header action
    _press(window, "F6")
    focused = window.focusWidget()
    assert focused is not None
    assert window.transport.isAncestorOf(focused)
    _press(window, "Shift+F6")
    assert window.focusWidget() is page._header.noise  # type: ignore[attr-defined]  # as above
