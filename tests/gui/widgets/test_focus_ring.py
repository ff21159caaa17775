"""The ring shows itself for the keyboard and for text fields, and for nothing else."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.look.theme import Theme
from gui.widgets.basics import Button, FocusRing


class Window(QWidget):
    """Two buttons and a field under a ring."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.first, self.second, self.field = Button(theme, "One"), Button(theme, "Two"), QLineEdit()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 20)
        for widget in (self.first, self.second, self.field):
            column.addWidget(widget)
        self.ring = FocusRing(theme, self)


@pytest.fixture
def window(theme: Theme, qtbot: QtBot) -> Window:
    window = Window(theme)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def press_tab(window: QWidget) -> None:
    """Presses Tab as the keyboard does: at the native window."""
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Tab)


def test_tab_shows_the_ring_with_a_gap_around_the_control(window: Window, qtbot: QtBot, theme: Theme) -> None:
    window.first.setFocus()
    press_tab(window)
    qtbot.waitUntil(lambda: window.ring.target is window.second)
    ring, control = window.ring.geometry(), window.second.geometry()
    assert ring == control.adjusted(-4, -4, 4, 4)
    image = window.ring.grab().toImage()
    assert image.pixelColor(image.width() // 2, 0) == theme.color("focus")
    assert window.childAt(control.center()) is window.second  # clicks go through


def test_a_click_takes_the_ring_away_but_not_from_a_field(window: Window, qtbot: QtBot) -> None:
    press_tab(window)
    qtbot.waitUntil(lambda: window.ring.target is not None)
    QTest.mouseClick(
        window.windowHandle(), Qt.MouseButton.LeftButton, pos=window.first.mapTo(window, QPoint(5, 5))
    )
    qtbot.waitUntil(lambda: window.ring.target is None)
    QTest.mouseClick(
        window.windowHandle(), Qt.MouseButton.LeftButton, pos=window.field.mapTo(window, QPoint(5, 5))
    )
    qtbot.waitUntil(lambda: window.ring.target is window.field)


def test_the_ring_follows_and_leaves_with_its_control(window: Window, qtbot: QtBot) -> None:
    window.first.setFocus()
    press_tab(window)
    qtbot.waitUntil(lambda: window.ring.target is window.second)
    window.resize(window.width() + 100, window.height())
    qtbot.waitUntil(lambda: window.ring.width() == window.second.width() + 8)
    window.second.hide()
    qtbot.waitUntil(lambda: window.ring.target is not window.second)


def test_a_control_may_draw_its_own_focus(window: Window, qtbot: QtBot) -> None:
    window.second.setProperty("focus_ring", False)
    window.first.setFocus()
    press_tab(window)
    qtbot.waitUntil(window.second.hasFocus)
    assert window.ring.target is None


def test_a_page_that_has_the_keyboard_gets_no_ring(window: Window, qtbot: QtBot) -> None:
    press_tab(window)
    qtbot.waitUntil(lambda: window.ring.target is not None)
    page = QWidget(window)
    page.setGeometry(window.rect())
    for policy in (Qt.FocusPolicy.NoFocus, Qt.FocusPolicy.ClickFocus):
        page.setFocusPolicy(policy)
        page.show()
        page.setFocus(Qt.FocusReason.OtherFocusReason)
        assert page.hasFocus()
        assert window.ring.target is None
        window.first.setFocus()
        assert window.ring.target is window.first
