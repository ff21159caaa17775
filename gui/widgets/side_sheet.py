"""A sheet that lies over the right side of a page until a cross or Escape closes it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gui.look.theme import Theme
from gui.widgets.buttons import icon_button
from gui.widgets.cards import Panel
from gui.widgets.labels import ThemedLabel


class SideSheet(Panel):
    """A title, a cross and a column that scrolls.

    Args:
        theme: Colours, fonts, lengths.
        title: What it is about.
        width: At 100 %.
        parent: The page it lies over.
        below: What of the page stays in sight above it.

    Attributes:
        inside: The column; its contents scroll.
        scroll_area: What scrolls it.
    """

    closed = Signal()
    """The sheet was closed."""

    opened = Signal()
    """The sheet was opened."""

    def __init__(
        self,
        theme: Theme,
        title: str,
        width: int,
        parent: QWidget | None = None,
        *,
        below: QWidget | None = None,
    ) -> None:
        super().__init__(theme, edge="borderStrong", parent=parent)
        self._below, self._width = below, width
        self.setAccessibleName(title)
        self._close = icon_button(theme, "x", "Close (Esc)", size="small")
        self._close.clicked.connect(self.close_sheet)
        self._head = QHBoxLayout()
        self._head.addWidget(ThemedLabel(theme, title, "bodyStrong"), 1)
        self._head.addWidget(self._close)
        contents = QWidget()
        contents.setObjectName("sheet_inside")
        self.inside = QVBoxLayout(contents)
        self.scroll_area = QScrollArea()
        self.scroll_area.setAccessibleName(title)
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll_area.setWidget(contents)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addWidget(self.scroll_area, 1)
        self._space()
        theme.changed.connect(self._space)
        for around in (parent, below):
            if around is not None:
                around.installEventFilter(self)
        self.hide()

    def set_names(self, sheet: str, close: str, scroll: str) -> None:
        """Gives sheet, cross and scroll area the names by which tests and style find them."""
        self.setObjectName(sheet)
        self._close.setObjectName(close)
        self.scroll_area.setObjectName(scroll)

    def open_sheet(self, setting: str = "") -> None:
        """Shows it above everything else.

        Args:
            setting: Name of the setting to begin with, for sheets that have some.
        """
        del setting
        self.place()
        self.show()
        self.raise_()
        self.opened.emit()

    def toggle_sheet(self) -> None:
        """Shows it, or hides it."""
        if self.isVisible():
            self.close_sheet()
        else:
            self.open_sheet()

    def close_sheet(self) -> None:
        """Hides it."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def place(self) -> None:
        """Lies down over the right side of the page."""
        page, below = self.parentWidget(), self._below
        layout = page.layout() if page is not None else None
        if page is None or below is None or layout is None:
            return
        place = below.contentsRect().translated(below.pos())  # what is inside its margins
        top = place.bottom() + 1 + layout.spacing()
        height = page.height() - top - layout.contentsMargins().bottom()
        self.setGeometry(place.right() + 1 - self.width(), top, self.width(), height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Stays over the right side when the page changes its size, or what is above it."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self.place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Closes with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_sheet()
            return
        super().keyPressEvent(event)

    def _space(self) -> None:
        px = self._theme.px
        self.setFixedWidth(px(self._width))
        self._column.setContentsMargins(px(16), px(12), px(16), px(16))
        self._column.setSpacing(px(12))
        self.inside.setContentsMargins(px(2), px(4), px(10), px(4))
        self.scroll_area.setStyleSheet(
            "QScrollArea, QWidget#sheet_inside { background: transparent; border: none; }"
        )
