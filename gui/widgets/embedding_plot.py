"""Test rows as points: rows that a model reads alike lie close to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.look.theme import Theme
from gui.widgets.class_marks import paint_mark
from gui.widgets.pointed_plot import PointedPlot

_MARK, _EDGE, _LEGEND = 8, 14, 22
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


class EmbeddingPlot(PointedPlot):
    """Draws the rows before or after training; pointing at one, or the arrow keys, says what it is."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts without rows."""
        super().__init__(theme, parent)
        self._texts: tuple[PlacedText, ...] = ()
        self._names: tuple[str, ...] = ()
        self._ringed = ""
        self._reach = 1.0
        """The largest coordinate, where that is more than 1."""
        self._shows_after = True
        self.setObjectName("embedding_plot")
        self.setAccessibleName("Map of the test rows")

    @property
    def current(self) -> PlacedText | None:
        """Returns the row that is pointed at."""
        return self._texts[self.picked] if 0 <= self.picked < len(self._texts) else None

    def places(self) -> Sequence[QPointF]:
        """Returns where the rows lie, in pixels."""
        return [self.place(one) for one in self._texts]

    def words_of(self, number: int) -> str:
        """Returns the text of a row and its answer."""
        return self._texts[number].words

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
        self._texts, self._names = tuple(texts), ()
        self.pick(-1)
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

    # Inside

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
