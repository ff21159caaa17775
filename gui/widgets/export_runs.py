"""Which run is taken away: a list with thumbnails, or a combo box where the window is narrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QIcon, QPainter
from PySide6.QtWidgets import (
    QComboBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui.look.painting import draw_marker, draw_panel
from gui.look.theme import Theme
from gui.widgets.layer_map_view import StackView
from gui.widgets.method_thumbnail import paint_thumbnail, thumbnail_pixmap
from gui.widgets.plain_list import ROW, PlainList, RowModel

_Index = QModelIndex | QPersistentModelIndex
_HEIGHT = 56
"""Of a row, at 100 %."""


@dataclass(frozen=True)
class ExportRun:
    """A run in the list.

    Attributes:
        id: Which.
        name: What it is called.
        detail: E.g. ``"F1 0.968, 0.3 MB"``.
        color_number: Number of its colour.
        view: The model as it trained it; ``None`` where that is not known.
    """

    id: str
    name: str
    detail: str
    color_number: int
    view: StackView | None = None


class _RunDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802, ARG002 (Qt's name)
        return QSize(self._theme.px(180), self._theme.px(_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: ExportRun = index.data(ROW)
        theme, px = self._theme, self._theme.px
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        rect = QRectF(option.rect).adjusted(px(1), px(2), -px(1), -px(1))
        if chosen:
            draw_panel(
                painter,
                rect,
                theme.color("surface"),
                theme.color("ink"),
                radius=px(8),
                width=1.5 * theme.scale,
            )
        elif over:
            draw_panel(painter, rect, theme.color("hover"), None, radius=px(8), width=1)
        if row.view is not None:
            picture = QRectF(rect.left() + px(10), rect.center().y() - px(19), px(36), px(38))
            paint_thumbnail(painter, theme, row.view, picture)
        left, right = rect.left() + px(56), rect.right() - px(30 if chosen else 8)
        middle = QPointF(left + px(6), rect.top() + px(18))
        number = row.color_number
        draw_marker(painter, theme.run_symbol(number), theme.run_color(number), middle, px(8))
        lines = (
            (row.name, "body", 600 if chosen else 500, "text", left + px(18), 8, 20),
            (row.detail, "small", 400, "text3", left, 28, 18),
        )
        for text, role, weight, token, start, top, height in lines:
            painter.setFont(theme.font(role, weight))
            painter.setPen(theme.color(token))
            room = QRectF(start, rect.top() + px(top), max(0.0, right - start), px(height))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)
        if chosen:
            place = QPointF(rect.right() - px(26), rect.center().y() - px(8))
            painter.drawPixmap(place, theme.pixmap("check", "text", 16))


class ExportRunList(PlainList):
    """The finished runs, one of which is chosen.

    Args:
        theme: Colours, fonts, lengths.
        parent: Owner.
    """

    run_chosen = Signal(str)
    """The person wants another run; carries its id."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._runs = RowModel[ExportRun](lambda row: f"{row.name}, {row.detail}", lambda row: row.name)
        super().__init__(theme, self._runs, _RunDelegate(theme), parent)
        self.setObjectName("export_runs")
        self.setAccessibleName("Which run")
        self.selectionModel().currentChanged.connect(self._take)
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    def set_rows(self, rows: Sequence[ExportRun], chosen: str) -> None:
        """Shows runs.

        Args:
            rows: In their order.
            chosen: Id of the chosen one.
        """
        self.selectionModel().blockSignals(True)
        if tuple(rows) != self._runs.rows:
            self._runs.show(rows)
        ids = [row.id for row in rows]
        if chosen in ids:
            self.setCurrentIndex(self._runs.index(ids.index(chosen)))
        self.selectionModel().blockSignals(False)
        self.viewport().update()

    def _take(self, index: QModelIndex) -> None:
        if index.isValid():
            self.viewport().update()
            self.run_chosen.emit(self._runs.rows[index.row()].id)


class ExportRunCombo(QComboBox):
    """The same as a combo box.

    Args:
        theme: Colours, fonts, lengths.
        parent: Owner.
    """

    run_chosen = Signal(str)
    """The person wants another run; carries its id."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: tuple[ExportRun, ...] = ()
        self._chosen = ""
        self.setObjectName("export_runs_combo")
        self.setAccessibleName("Which run")
        self.activated.connect(lambda place: self.run_chosen.emit(self.itemData(place)))
        theme.changed.connect(self._fill)

    def set_rows(self, rows: Sequence[ExportRun], chosen: str) -> None:
        """Shows runs; see :meth:`ExportRunList.set_rows`."""
        self._rows, self._chosen = tuple(rows), chosen
        self._fill()

    def _fill(self) -> None:
        self.blockSignals(True)
        self.clear()
        self.setIconSize(QSize(self._theme.px(22), self._theme.px(23)))
        for row in self._rows:
            icon = QIcon() if row.view is None else QIcon(thumbnail_pixmap(self._theme, row.view, 23))
            self.addItem(icon, f"{row.name}, {row.detail}", row.id)
        self.setCurrentIndex(self.findData(self._chosen))
        self.blockSignals(False)
