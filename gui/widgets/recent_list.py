"""Projects that were open before: a small stack, a name, what is in it, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui.look.theme import Theme
from gui.widgets.half_thawed_stack import paint_stack
from gui.widgets.layer_map_view import StackView
from gui.widgets.method_thumbnail import paint_thumbnail
from gui.widgets.plain_list import ROW, PlainList, RowModel

_Index = QModelIndex | QPersistentModelIndex
_BLOCKS = 7


@dataclass(frozen=True)
class RecentEntry:
    """A line of the list.

    Attributes:
        folder: What :attr:`RecentList.chosen` carries.
        name: The project.
        summary: E.g. ``"Classify text, 3 runs, best F1 0.883 with LoRA"``.
        when: E.g. ``"yesterday"``.
        view: The model as the best run trains it; ``None`` without one.
    """

    folder: str
    name: str
    summary: str = ""
    when: str = ""
    view: StackView | None = None


class _RecentDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802, ARG002 (Qt's name)
        return QSize(self._theme.px(200), self._theme.px(46))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        entry: RecentEntry = index.data(ROW)
        theme, px = self._theme, self._theme.px
        rect = QRectF(option.rect)
        focused = option.state & QStyle.StateFlag.State_HasFocus
        if option.state & QStyle.StateFlag.State_MouseOver or focused:
            painter.fillRect(rect, theme.color("pressed" if focused else "hover"))
        painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), px(1)), theme.color("border"))
        picture = QRectF(rect.left() + px(4), rect.top() + px(6), px(34), px(36))
        if entry.view is None:
            paint_stack(painter, theme, picture.adjusted(px(4), px(1), -px(4), -px(1)), _BLOCKS, 1)
        else:
            paint_thumbnail(painter, theme, entry.view, picture)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text3"))
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        words = rect.adjusted(px(48), 0, -px(4), 0)
        painter.drawText(words, right, entry.when)
        words.setRight(words.right() - painter.fontMetrics().horizontalAdvance(entry.when) - px(12))
        lines = ((entry.name, "body", 500, "text", 6, 18), (entry.summary, "caption", 400, "text3", 24, 16))
        for text, role, weight, token, top, height in lines:
            painter.setFont(theme.font(role, weight))
            painter.setPen(theme.color(token))
            room = QRectF(words.left(), rect.top() + px(top), words.width(), px(height))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)


class RecentList(PlainList):
    """The list; Enter or a click opens a project.

    Args:
        theme: Where colours and lengths come from.
        parent: Owner.
    """

    chosen = Signal(str)
    """The person wants to open a project; carries its folder."""

    forget_requested = Signal(str)
    """The person wants a project off the list; its folder stays."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._model = RowModel[RecentEntry](
            lambda entry: f"{entry.name}. {entry.summary}. {entry.when}", lambda entry: entry.folder
        )
        super().__init__(theme, self._model, _RecentDelegate(theme), parent)
        self.setObjectName("recent_projects")
        self.setAccessibleName("Recent projects")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        self.clicked.connect(self._take)
        theme.changed.connect(self._measure)
        self._measure()

    def set_entries(self, entries: Sequence[RecentEntry]) -> None:
        """Shows these projects."""
        self._model.show(entries)
        self._measure()

    def entries(self) -> tuple[RecentEntry, ...]:
        """Returns what is shown."""
        return self._model.rows

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Opens with Enter, forgets with Delete."""
        index = self.currentIndex()
        if index.isValid() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(index)
        elif index.isValid() and event.key() == Qt.Key.Key_Delete:
            self.forget_requested.emit(self._model.rows[index.row()].folder)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keeps the row's height when the font changes."""
        if event.type() == QEvent.Type.FontChange:
            self._measure()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Shows whole rows only."""
        super().resizeEvent(event)
        self.setViewportMargins(0, 0, 0, self.height() % self._theme.px(46))

    def _take(self, index: QModelIndex) -> None:
        self.chosen.emit(self._model.rows[index.row()].folder)

    def _open_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if not index.isValid():
            return
        folder = self._model.rows[index.row()].folder
        menu = QMenu(self)
        menu.addAction("Open", lambda: self.chosen.emit(folder))
        menu.addAction("Take off this list", lambda: self.forget_requested.emit(folder))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.viewport().mapToGlobal(place))

    def _measure(self) -> None:
        self.setMinimumHeight(self._theme.px(46))
        self.setMaximumHeight(max(1, len(self._model.rows)) * self._theme.px(46))
        self.scheduleDelayedItemsLayout()
