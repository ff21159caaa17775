"""Test rows as points: rows that a model reads alike lie close to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.look.theme import Theme
from gui.widgets.announce import announce
from gui.widgets.class_marks import paint_mark

_MARK, _NEAR, _EDGE, _LEGEND = 8, 12, 14, 22
_MOST_NAMES = 8
"""As many classes have a mark of their own."""
_MOST_OTHERS = 2
"""So many of those without one are named."""


@dataclass(frozen=True)
class PlacedText:
    """A row on the map.

    Attributes:
        before: Where the base model places it, about -1 to 1.
        after: Where the trained model does.
        mark: Number of its class's mark, from 1; 0 for none.
        is_wrong: Whether the trained model's answer is wrong: a ring is drawn around it.
        words: The text and its answer, for those who point at it.
    """

    before: tuple[float, float]
    after: tuple[float, float]
    mark: int
    is_wrong: bool
    words: str


class EmbeddingPlot(QWidget):
    """Draws the rows before or after training; pointing at one, or the arrow keys, says what it is."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts without rows."""
        super().__init__(parent)
        self._theme = theme
        self._texts: tuple[PlacedText, ...] = ()
        self._names: tuple[str, ...] = ()
        self._ringed = ""
        self._reach = 1.0
        """The largest coordinate, where that is more than 1."""
        self._shows_after = True
        self._current = -1
        self.setObjectName("embedding_plot")
        self.setAccessibleName("Map of the test rows")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    @property
    def current(self) -> PlacedText | None:
        """Returns the row that is pointed at."""
        return self._texts[self._current] if 0 <= self._current < len(self._texts) else None

    def set_texts(
        self, texts: Sequence[PlacedText], names: Sequence[str], ringed: str = "wrong answer"
    ) -> None:
        """Shows rows.

        Args:
            texts: The rows.
            names: Of the classes, in the order of their marks.
            ringed: What a row with a ring is.
        """
        self._ringed = ringed
        self._reach = max(1.0, *(abs(value) for one in texts for value in (*one.before, *one.after)), 1.0)
        self._texts, self._names, self._current = tuple(texts), (), -1
        if any(one.mark for one in texts):  # rows of tags are of no class
            self._names = _legend(names)
        wrong = sum(one.is_wrong for one in texts)
        self.setAccessibleDescription(f"{len(texts):,} rows, {wrong:,} of them with a ring: {ringed}.")
        self.update()

    @property
    def legend(self) -> list[str]:
        """Returns what is named below the rows."""
        return [*self._names, self._ringed]

    def show_after(self, after: bool) -> None:
        """Shows where rows lie after training, or before."""
        self._shows_after = after
        self.update()

    def place(self, text: PlacedText) -> QPointF:
        """Returns where a row lies, in pixels."""
        px = self._theme.px
        area = QRectF(self.rect()).adjusted(px(_EDGE), px(_EDGE), -px(_EDGE), -px(_EDGE + _LEGEND))
        x, y = (value / self._reach for value in (text.after if self._shows_after else text.before))
        return QPointF(area.left() + (x + 1) / 2 * area.width(), area.top() + (1 - y) / 2 * area.height())

    # Qt

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Returns a size at which some hundred rows can be told apart."""
        return QSize(self._theme.px(520), self._theme.px(240))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Returns the smallest size at which clusters can be seen."""
        return QSize(self._theme.px(260), self._theme.px(160))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """Paints the rows, wrong ones on top, then the names of the classes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for one in sorted(self._texts, key=lambda one: one.is_wrong):
            self._paint_text(painter, one, is_current=False)
        if (current := self.current) is not None:
            self._paint_text(painter, current, is_current=True)
        self._paint_names(painter)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own name
        """Points at the row below the pointer."""
        self._point_at(self._nearest(event.position()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own name
        """Points at nothing."""
        self._point_at(-1)
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        """Shows what a row is where the pointer rests."""
        if isinstance(event, QHelpEvent):
            if (one := self.current) is not None:
                QToolTip.showText(event.globalPos(), one.words, self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own name
        """Goes from row to row and says what each is."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self._texts:
            super().keyPressEvent(event)
            return
        self._point_at((self._current + step) % len(self._texts))
        if (one := self.current) is not None:
            announce(self, one.words)

    # Inside

    def _nearest(self, point: QPointF) -> int:
        best, least = -1, float(self._theme.px(_NEAR)) ** 2
        for number, one in enumerate(self._texts):
            away = self.place(one) - point
            distance = away.x() ** 2 + away.y() ** 2
            if distance < least:
                best, least = number, distance
        return best

    def _point_at(self, number: int) -> None:
        if number != self._current:
            self._current = number
            self.update()

    def _paint_text(self, painter: QPainter, one: PlacedText, *, is_current: bool) -> None:
        theme, px = self._theme, self._theme.px
        half = px(_MARK + (5 if is_current else 0)) / 2
        place = self.place(one)
        square = QRectF(place.x() - half, place.y() - half, 2 * half, 2 * half)
        painter.setOpacity(1.0 if is_current or one.is_wrong else 0.6)
        paint_mark(painter, theme, square, one.mark)
        painter.setOpacity(1.0)
        if one.is_wrong or is_current:
            painter.setPen(QPen(theme.color("text"), (2.0 if is_current else 1.25) * theme.scale))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            out = px(3)
            painter.drawEllipse(square.adjusted(-out, -out, out, out))

    def _paint_names(self, painter: QPainter) -> None:
        theme, px = self._theme, self._theme.px
        painter.setFont(theme.font("caption"))
        metrics = painter.fontMetrics()
        x, y = float(px(_EDGE)), self.height() - px(_LEGEND) / 2
        entries = [(number, name) for number, name in enumerate(self._names, start=1)]
        for number, name in [*entries, (-1, self._ringed)]:
            square = QRectF(x, y - px(_MARK) / 2, px(_MARK), px(_MARK))
            if number > 0:
                paint_mark(painter, theme, square, number)
            else:
                painter.setPen(QPen(theme.color("text"), 1.25 * theme.scale))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(square.adjusted(-1, -1, 1, 1))
            painter.setPen(theme.color("text2"))
            width = metrics.horizontalAdvance(name)
            box = QRectF(square.right() + px(5), y - px(8), width + px(4), px(16))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)
            x = box.right() + px(12)


def _legend(names: Sequence[str]) -> tuple[str, ...]:
    """Returns what stands beside the marks; the classes that have none of their own share the last one."""
    others = names[_MOST_NAMES:]
    if not others:
        return tuple(names)
    last = ", ".join(others) if len(others) <= _MOST_OTHERS else f"{len(others):,} others"
    return (*names[:_MOST_NAMES], last)
