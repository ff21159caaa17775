"""Keeps the theme as the person and the system want it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from gui.look.theme import Theme
from gui.state.preferences import MotionChoice, Preferences, ThemeChoice


class LookLink(QObject):
    """Carries preferences over to the theme, now and whenever one of them changes.

    Args:
        theme: What is drawn with.
        preferences: What the person wants.
    """

    def __init__(self, theme: Theme, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._preferences = preferences
        preferences.changed.connect(self.apply)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.apply)
        self.apply()

    def apply(self) -> None:
        """Takes all of it over."""
        choice = self._preferences.theme
        dark = _system_is_dark() if choice is ThemeChoice.SYSTEM else choice is ThemeChoice.DARK
        motion = self._preferences.motion
        reduced = (
            _system_reduces_motion() if motion is MotionChoice.SYSTEM else motion is MotionChoice.REDUCED
        )
        self._theme.set_reduced_motion(reduced)
        self._theme.set_ui_scale(self._preferences.text_size)
        self._theme.set_projector(self._preferences.values.projector)
        self._theme.set_dark(dark)

    def toggle_dark(self) -> None:
        """Changes between light and dark; from then on the system is not asked."""
        self._preferences.change(theme=ThemeChoice.LIGHT if self._theme.is_dark else ThemeChoice.DARK)

    def toggle_projector(self) -> None:
        """Turns projector mode on or off."""
        self._preferences.change(projector=not self._theme.projector)


def _system_is_dark() -> bool:
    return QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark


def _system_reduces_motion() -> bool:
    """Asks the system where this Qt can; Qt before 6.11 cannot."""
    accessibility = getattr(QGuiApplication.styleHints(), "accessibility", None)
    preference = getattr(accessibility() if accessibility else None, "motionPreference", None)
    return preference is not None and str(preference()).endswith("ReducedMotion")
