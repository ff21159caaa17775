"""Where the window was when it was closed, and whether it still fits a screen."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from gui.state.preferences import Preferences

_FIRST = (1440, 900)
_VISIBLE = 80
"""So many pixels of the top edge must lie on a screen, else the window could not be moved."""


def restore_geometry(window: QMainWindow, preferences: Preferences) -> None:
    """Puts a window where it was; in the middle of the screen the first time, or if that screen is gone."""
    screen = QGuiApplication.primaryScreen().availableGeometry()
    values = preferences.values.geometry
    rect = QRect(*values) if len(values) == 4 else QRect()
    screens = [one.availableGeometry() for one in QGuiApplication.screens()]
    reachable = any(
        one.intersected(QRect(rect.x(), rect.y(), rect.width(), _VISIBLE)).width() >= _VISIBLE
        for one in screens
    )
    if not rect.isValid() or not reachable:
        size = (min(_FIRST[0], screen.width()), min(_FIRST[1], screen.height()))
        rect = QRect(0, 0, *size)
        rect.moveCenter(screen.center())
    window.setGeometry(rect)


def save_geometry(window: QMainWindow, preferences: Preferences) -> None:
    """Remembers where a window is."""
    rect = window.normalGeometry() if window.isMaximized() or window.isFullScreen() else window.geometry()
    preferences.change(
        geometry=(rect.x(), rect.y(), rect.width(), rect.height()), maximized=window.isMaximized()
    )
