"""A column that scrolls only where the window is too low for it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

GUTTER = 12
"""Room beside the cards of a column at the right edge, where its scroll bar stands, at 100 %."""


class ScrollColumn(QScrollArea):
    """Fills its room like a plain column; content that needs more height scrolls instead of shrinking.

    Attributes:
        content: What scrolls.
        column: Where its parts go.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        content = self.content = QWidget()
        self.column = QVBoxLayout(content)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.setWidget(content)
        # After setWidget, which turns the filling on again.
        content.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def set_widths(self, content: int, gutter: int) -> None:
        """Keeps the content as wide as it is, whether it scrolls or not.

        Args:
            content: Its width in pixels.
            gutter: Room beside it for the scroll bar.
        """
        self.content.setFixedWidth(content)
        self.setFixedWidth(content + gutter)
