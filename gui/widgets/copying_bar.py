"""How far large files were copied into a new project, and the button that ends it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.look.theme import Theme
from gui.widgets.progress_strip import ProgressStrip


class CopyingBar(ProgressStrip):
    """The strip of large files that are copied."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts hidden.

        Args:
            theme: Colours, fonts, lengths.
            parent: Owner.
        """
        super().__init__(theme, "Stop copying", "Copy no further; nothing half copied stays", parent)
        self.setObjectName("copying_bar")
        self.stop.setObjectName("stop_copying")

    def show_percent(self, title: str, percent: int | None) -> None:
        """Shows how much was copied.

        Args:
            title: What is copied.
            percent: 0 to 100; ``None`` hides the strip.
        """
        self.show_progress(title, "It is large, so this takes a while. You can go on meanwhile.", percent)
