"""How far a large file was read, and the button that ends it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.look.theme import Theme
from gui.widgets.progress_strip import ProgressStrip


class ReadingBar(ProgressStrip):
    """The strip of a large file that is read."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts hidden.

        Args:
            theme: Colours, fonts, lengths.
            parent: Owner.
        """
        super().__init__(theme, "Stop reading", "Read the file no further; it stays as it is", parent)
        self.setObjectName("reading_bar")
        self.stop.setObjectName("stop_reading")

    def show_percent(self, name: str, percent: int | None, *, has_rows: bool) -> None:
        """Shows how much was read.

        Args:
            name: Of the file.
            percent: 0 to 100; ``None`` hides the strip.
            has_rows: Whether its first rows are shown already.
        """
        shown = "These are its first rows. " if has_rows else ""
        words = f"{shown}It is large, so this takes a while, once; the next time its rows are there at once."
        self.show_progress(f"Reading {name}", words, percent)
