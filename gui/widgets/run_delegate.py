"""How a run is drawn in a table: marker and name, score with its interval, state in words."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.look.painting import draw_marker
from gui.look.theme import Theme
from gui.widgets.run_rows import MORE, NAME, NOTE, ROW_ROLE, SCORE, STATE, RunRow

_Index = QModelIndex | QPersistentModelIndex
_LEAVING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_FILLED = "thaw_filled"
"""Property of a field that has got its words."""
_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter)
_STATES = {
    "waiting": ("waiting", "text3", ""),
    "preparing": ("preparing", "text2", ""),
    "running": ("training", "text", ""),
    "paused": ("paused", "text2", ""),
    "stopping": ("stopping", "text2", ""),
    "stopped": ("stopped early", "text3", ""),
    "failed": ("failed", "err", "alert"),
    "interrupted": ("interrupted", "warn", "alert"),
    "finished": ("", "text3", ""),
}
"""State → words, colour token, icon."""


def state_words(row: RunRow) -> str:
    """Returns where a run stands, each thing said once: ``"failed, not enough memory"``."""
    words = _STATES.get(row.state, _STATES["finished"])[0]
    if words in row.detail.lower():
        return row.detail
    return f"{words}, {row.detail}" if row.detail else words


class RunDelegate(QStyledItemDelegate):
    """Draws the cells of a :class:`~gui.widgets.run_rows.RunTableModel`.

    Args:
        theme: Where colours and lengths come from.
        parent: The view.
    """

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.hovered_row = -1

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802, ARG002 (Qt's name)
        """Returns the height of a row."""
        return QSize(self._theme.px(80), self._theme.layout("row"))

    def createEditor(  # noqa: N802 (Qt's name)
        self, parent: QWidget, option: QStyleOptionViewItem, index: _Index
    ) -> QWidget:
        """Returns a field for a name or a note."""
        editor = super().createEditor(parent, option, index)
        if isinstance(editor, QLineEdit):
            editor.setProperty("focus_ring", False)
            editor.setAccessibleName("Name of the run" if index.column() == NAME else "Note")
        return editor

    def setEditorData(self, editor: QWidget, index: _Index) -> None:  # noqa: N802 (Qt's name)
        """Fills a field once: while a run trains its row is shown anew many times a second.

        Qt would put the old words back each time, over what the person is typing.
        """
        if editor.property(_FILLED):
            return
        super().setEditorData(editor, index)
        editor.setProperty(_FILLED, True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Enter and Tab take the words over and leave the field.

        Qt would hand Enter on to the table, which shows the run, and Tab to the field after it.
        """
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if pressed and isinstance(watched, QWidget) and cast("QKeyEvent", event).key() in _LEAVING:
            self.commitData.emit(watched)
            self.closeEditor.emit(watched, QStyledItemDelegate.EndEditHint.NoHint)
            return True
        return super().eventFilter(watched, event)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draws a cell."""
        theme, px = self._theme, self._theme.px
        row: RunRow = index.data(ROW_ROLE)
        rect = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selected"))
        elif index.row() == self.hovered_row:
            painter.fillRect(rect, theme.color("hover"))
        line = QRectF(rect.left(), rect.bottom() - px(1), rect.width(), px(1))
        painter.fillRect(line, theme.color("border"))
        room = rect.adjusted(px(10), 0, -px(10), 0)
        if index.column() == NAME:
            self._paint_name(painter, room, row)
        elif index.column() == SCORE:
            self._paint_score(painter, room, row)
        elif index.column() == STATE:
            self._paint_state(painter, room, row)
        elif index.column() == MORE:
            center = rect.center() - QPointF(px(9), px(9))
            painter.drawPixmap(center, theme.pixmap("more", "text2", 18))
        else:
            self._paint_text(painter, room, index)

    def _paint_name(self, painter: QPainter, room: QRectF, row: RunRow) -> None:
        theme, px = self._theme, self._theme.px
        middle = QPointF(room.left() + px(8), room.center().y())
        number = row.color_number
        draw_marker(painter, theme.run_symbol(number), theme.run_color(number), middle, px(9))
        painter.setFont(theme.font("body", 600))
        painter.setPen(theme.color("text"))
        self._elided(painter, room.adjusted(px(24), 0, 0, 0), row.name)

    def _paint_score(self, painter: QPainter, room: QRectF, row: RunRow) -> None:
        theme, px = self._theme, self._theme.px
        painter.setFont(theme.font("body", 600))
        painter.setPen(theme.color("text"))
        painter.drawText(room, _MIDDLE, row.score or "–")
        left = painter.fontMetrics().horizontalAdvance(row.score) + px(6)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text3"))
        painter.drawText(room.adjusted(left, 0, 0, 0), _MIDDLE, row.interval)

    def _paint_state(self, painter: QPainter, room: QRectF, row: RunRow) -> None:
        theme, px = self._theme, self._theme.px
        _, token, icon = _STATES.get(row.state, _STATES["finished"])
        if icon:
            painter.drawPixmap(QPointF(room.left(), room.center().y() - px(7)), theme.pixmap(icon, token, 14))
            room = room.adjusted(px(19), 0, 0, 0)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color(token))
        self._elided(painter, room, state_words(row))

    def _paint_text(self, painter: QPainter, room: QRectF, index: _Index) -> None:
        note = index.column() == NOTE
        painter.setFont(self._theme.font("small" if note else "body"))
        painter.setPen(self._theme.color("text2" if note else "text"))
        alignment = int(index.data(Qt.ItemDataRole.TextAlignmentRole))
        self._elided(painter, room, index.data() or "", alignment)

    @staticmethod
    def _elided(painter: QPainter, room: QRectF, text: str, alignment: int = _MIDDLE) -> None:
        width = max(0, int(room.width()))
        painter.drawText(
            room, alignment, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
        )
