"""One step of undo and redo."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QUndoCommand

ONE_GESTURE = 0.8
"""Seconds within which changes of the same thing are undone together."""


class ChoiceStep(QUndoCommand):
    """One choice: the fields that it changed, before and after.

    Only these fields come back on undo; what was filled in meanwhile, such as guessed columns, stays.

    Args:
        apply: Takes field name → value over into the project.
        text: What was done, for the menu: *Undo choose the method*.
        before: Fields as they were.
        after: The same fields as they are now.
        merge: Whether quick repetitions, such as turning a wheel, become one step.
    """

    def __init__(
        self,
        apply: Callable[[dict[str, Any]], None],
        text: str,
        before: dict[str, Any],
        after: dict[str, Any],
        *,
        merge: bool = True,
    ) -> None:
        super().__init__(text)
        self.after = after
        self.time = time.monotonic()
        self._apply = apply
        self._before = before
        self._merges = merge

    def id(self) -> int:
        """Same id: may be merged, if the text is the same too. −1: never."""
        return 1 if self._merges else -1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802 - Qt's name
        """Joins a following step into this one, if both are one gesture."""
        if not isinstance(other, ChoiceStep) or other.text() != self.text():
            return False
        if other.time - self.time > ONE_GESTURE or other.after.keys() != self.after.keys():
            return False
        self.after, self.time = other.after, other.time
        return True

    def redo(self) -> None:
        """Makes the choice."""
        self._apply(self.after)

    def undo(self) -> None:
        """Takes it back."""
        self._apply(self._before)
