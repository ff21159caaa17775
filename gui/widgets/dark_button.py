"""One dark button in a window: what repairs an error takes it over from what the page offers."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractButton, QWidget


@runtime_checkable
class DarkButton(Protocol):
    """A button that may be the dark one.

    Attributes:
        repairs: Whether it repairs an error; such a button goes before others.
    """

    repairs: bool

    def wants_dark(self) -> bool:
        """Returns whether it is made to be the dark one."""

    def set_dark(self, dark: bool) -> None:
        """Makes it the dark one, or one of the others."""


def settle_dark_button(window: QWidget) -> None:
    """Leaves one visible button dark: the topmost that repairs something, else the topmost of the others."""
    for place, button in enumerate(_candidates(window)):
        if isinstance(button, DarkButton):
            button.set_dark(place == 0)


def dark_button(window: QWidget) -> QAbstractButton | None:
    """Returns the dark button of a window; ``None`` when there is none."""
    return next(iter(_candidates(window)), None)


def _candidates(window: QWidget) -> list[QAbstractButton]:
    found: list[tuple[bool, int, QAbstractButton]] = []
    for button in window.findChildren(QAbstractButton):
        if not button.isVisible() or button.window() is not window:
            continue
        if isinstance(button, DarkButton) and button.wants_dark():
            found.append((not button.repairs, button.mapTo(window, QPoint(0, 0)).y(), button))
    return [button for _others, _height, button in sorted(found, key=lambda one: one[:2])]
