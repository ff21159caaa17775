"""How a compared run is drawn: box, marker, name and chip, score, interval on the common scale."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    Qt,
)
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from gui.look import texts
from gui.look.painting import draw_marker, draw_panel, mix
from gui.look.theme import Theme
from gui.widgets.comparison_rows import (
    CHECK,
    INTERVAL,
    MORE,
    NAME,
    ROW_ROLE,
    SCORE,
    ComparisonModel,
    ComparisonRow,
)
from gui.widgets.run_delegate import RunDelegate

_Index = QModelIndex | QPersistentModelIndex
_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter)


class ComparisonDelegate(RunDelegate):
    """Draws the cells of a :class:`~gui.widgets.comparison_rows.ComparisonModel`.

    Args:
        theme: Where colours and lengths come from.
        parent: The view.
    """

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(theme, parent)
        self.lit = ""

    def editorEvent(  # noqa: N802 (Qt's name)
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        """Leaves clicks to the table, which takes the whole cell for the box."""
        return False if index.column() == CHECK else super().editorEvent(event, model, option, index)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draws a cell."""
        theme, px = self._theme, self._theme.px
        row: ComparisonRow = index.data(ROW_ROLE)
        rect = QRectF(option.rect)
        if row.is_tinted or option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selected"))
        elif index.row() == self.hovered_row or row.id == self.lit:
            painter.fillRect(rect, theme.color("hover"))
        painter.fillRect(
            QRectF(rect.left(), rect.bottom() - px(1), rect.width(), px(1)), theme.color("border")
        )
        room = rect.adjusted(px(10), 0, -px(10), 0)
        if index.column() == CHECK:
            self._paint_check(painter, rect, checked=row.checked)
        elif index.column() == NAME:
            self._paint_named(painter, room, row)
        elif index.column() == SCORE:
            self._paint_measured(painter, room, row)
        elif index.column() == INTERVAL:
            model = index.model()
            if isinstance(model, ComparisonModel):
                self._paint_interval(painter, room, row, model)
        elif index.column() == MORE:
            center = rect.center() - QPointF(px(9), px(9))
            painter.drawPixmap(center, theme.pixmap("more", "text2", 18))
        else:
            self._paint_number(painter, room, index)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(theme.color("focus"), 2 * theme.scale))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(px(2), px(2), -px(2), -px(3)), px(4), px(4))

    def _paint_check(self, painter: QPainter, rect: QRectF, *, checked: bool) -> None:
        theme, px = self._theme, self._theme.px
        box = QRectF(0, 0, px(18), px(18))
        box.moveCenter(rect.center())
        fill, edge = ("ink", "ink") if checked else ("surface", "borderStrong")
        draw_panel(painter, box, theme.color(fill), theme.color(edge), radius=px(4), width=1.5 * theme.scale)
        if checked:
            painter.drawPixmap(box.center() - QPointF(px(7), px(7)), theme.pixmap("check", "onInk", 14))

    def _paint_named(self, painter: QPainter, room: QRectF, row: ComparisonRow) -> None:
        theme, px = self._theme, self._theme.px
        middle = QPointF(room.left() + px(8), room.center().y())
        number = row.color_number
        draw_marker(painter, theme.run_symbol(number), theme.run_color(number), middle, px(10))
        font, small = theme.font("body", 600), theme.font("caption")
        chip = QFontMetricsF(small).horizontalAdvance(row.chip) + px(18) if row.chip else 0.0
        taken = (px(10) + chip if chip else 0) + (px(22) if row.remark else 0)
        words = room.adjusted(px(24), 0, -taken, 0)
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        shown = QFontMetricsF(font).elidedText(row.name, Qt.TextElideMode.ElideRight, max(0.0, words.width()))
        painter.drawText(words, _MIDDLE, shown)
        left = words.left() + QFontMetricsF(font).horizontalAdvance(shown) + px(10)
        if row.remark:
            painter.drawPixmap(QPointF(left, room.center().y() - px(7)), theme.pixmap("alert", "warn", 14))
            left += px(22)
        if chip:
            box = QRectF(left, room.center().y() - px(10), chip, px(20))
            draw_panel(painter, box, theme.color("okTint"), None, radius=px(10))
            painter.setFont(small)
            painter.setPen(theme.color("ok"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, row.chip)

    def _paint_measured(self, painter: QPainter, room: QRectF, row: ComparisonRow) -> None:
        theme, px, score = self._theme, self._theme.px, row.score
        words = texts.score(score.value)
        painter.setFont(theme.font("body", 600))
        painter.setPen(theme.color("text"))
        painter.drawText(room, _MIDDLE, words)
        left = painter.fontMetrics().horizontalAdvance(words) + px(6)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text3"))
        half = f"± {texts.score((score.high - score.low) / 2)}"
        painter.drawText(room.adjusted(left, 0, 0, 0), _MIDDLE, half)

    def _paint_interval(
        self, painter: QPainter, room: QRectF, row: ComparisonRow, model: ComparisonModel
    ) -> None:
        """Draws a score as a dot on a bar that is its interval, all on one scale."""
        theme, px, y = self._theme, self._theme.px, room.center().y()
        span = (model.high - model.low) or 1.0

        def across(value: float) -> float:
            return room.left() + (value - model.low) / span * room.width()

        color = theme.run_color(row.color_number)
        track = QRectF(room.left(), y - px(2), room.width(), px(4))
        draw_panel(painter, track, theme.color("pressed"), None, radius=px(2))
        low, high = across(row.score.low), across(row.score.high)
        bar = QRectF(low, y - px(5), max(float(px(4)), high - low), px(10))
        draw_panel(painter, bar, mix(theme.color("surface"), color, 0.45), None, radius=px(3))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("surface"), 1.5 * theme.scale))
        painter.setBrush(color)
        painter.drawEllipse(QPointF(across(row.score.value), y), px(5), px(5))
        painter.restore()

    def _paint_number(self, painter: QPainter, room: QRectF, index: _Index) -> None:
        painter.setFont(self._theme.font("body"))
        painter.setPen(self._theme.color("text"))
        painter.drawText(room, int(index.data(Qt.ItemDataRole.TextAlignmentRole)), index.data() or "")
