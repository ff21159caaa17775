"""Keeps the keyboard on a page when the control that had it goes away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


@contextmanager
def kept_focus(page: QWidget) -> Iterator[None]:
    """Gives the keyboard to the page where its control is hidden or switched off meanwhile.

    Qt would pass it to the next control in line, which Space then presses unasked.

    Args:
        page: Whose controls change in the block.
    """
    before = page.window().focusWidget()
    inside = before is not None and page.isAncestorOf(before)
    yield
    if inside and before is not None and not (before.isVisible() and before.isEnabled()):
        page.setFocus(Qt.FocusReason.OtherFocusReason)
