"""The wish to see some rows of the project's file on *Data*: said where their answers stand, heard there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal


class RowWish(QObject):
    """Hands rows from one page to another.

    Signals:
        said: Numbers of rows in the file, and what they are, in words.
    """

    said = Signal(object, str)

    def say(self, rows: Sequence[int], title: str) -> None:
        """Wishes to see rows.

        Args:
            rows: Their numbers in the file.
            title: What they are.
        """
        self.said.emit(tuple(rows), title)
