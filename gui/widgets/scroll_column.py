"""A column that scrolls only where the window is too low for it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gui.look.theme import Theme

GUTTER = 12
"""Room beside the cards of a column at the right edge, where its scroll bar stands, at 100 %."""


class ScrollColumn(QScrollArea):
    """Fills its room like a plain column; content that needs more height scrolls instead of shrinking.

    Attributes:
        content: What scrolls.
        column: Where its parts go.
    """

    def __init__(self, parent: QWidget | None = None, *, gutter: Theme | None = None) -> None:
        """Starts empty.

        Args:
            parent: Owner.
            gutter: Knows its width where a gutter at the right is to be kept for the scroll bar, so that the
                content is as wide when it scrolls.
        """
        super().__init__(parent)
        self._gutter_of = gutter
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
        if gutter is not None:
            self.verticalScrollBar().rangeChanged.connect(self._keep_gutter)
            gutter.changed.connect(self._keep_gutter)
            self._keep_gutter()

    def _keep_gutter(self) -> None:
        """Leaves the room at the right free that the scroll bar does not take."""
        if self._gutter_of is None:
            return
        bar = self.verticalScrollBar()
        taken = bar.sizeHint().width() if bar.maximum() > bar.minimum() else 0
        self.column.setContentsMargins(0, 0, max(0, self._gutter_of.px(GUTTER) - taken), 0)

    def set_widths(self, content: int, gutter: int) -> None:
        """Keeps the content as wide as it is, whether it scrolls or not.

        Args:
            content: Its width in pixels.
            gutter: Room beside it for the scroll bar.
        """
        self.content.setFixedWidth(content)
        self.setFixedWidth(content + gutter)


def fit_page(theme: Theme, page: QVBoxLayout, side: int, top: int, *parts: QWidget) -> None:
    """Gives a page its margins, in which a scroll bar may stand at the right.

    Args:
        theme: Knows how long lengths are.
        page: Its parts, from the top.
        side: Its margins at left and right, at 100 %.
        top: Those above and below.
        parts: Those that have no gutter of their own and must end where the others do.
    """
    px = theme.px
    page.setContentsMargins(px(side), px(top), px(side - GUTTER), px(top))
    for part in parts:
        part.setContentsMargins(0, 0, px(GUTTER), 0)
