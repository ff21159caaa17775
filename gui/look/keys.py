"""Key combinations in words, as this computer's keyboard names them."""

from __future__ import annotations

import sys

from PySide6.QtGui import QKeySequence


def key_words(combination: str) -> str:
    """Returns a combination for a tooltip: ``"Ctrl+Shift+P"`` is "Ctrl Shift P", on a Mac "⇧⌘P"."""
    if sys.platform == "darwin":
        return QKeySequence(combination).toString(QKeySequence.SequenceFormat.NativeText)
    return combination.replace("+", " ")


def with_keys(words: str, combination: str) -> str:
    """Returns a tooltip with its key combination behind it."""
    return f"{words} ({key_words(combination)})"
