"""A run's score beside what simpler ways reach, each with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.protocol.results import Score
from gui.look import texts
from gui.look.theme import Theme


@dataclass(frozen=True)
class ScoreRow:
    """One bar.

    Attributes:
        label: E.g. ``"Word counts (TF-IDF)"``.
        score: Value and interval.
        run_number: Colour of the run; 0 for a baseline, which is grey.
        is_exact: Whether there is no interval, as for a mean of folds.
    """

    label: str
    score: Score
    run_number: int = 0
    is_exact: bool = False

    @property
    def words(self) -> str:
        """Returns what the bar says."""
        return texts.score(self.score.value) if self.is_exact else texts.with_interval(self.score)


_MANY = 3
"""More bars than this stand closer together."""


class ScoreBars(QWidget):
    """Bars from 0 to 1 (or to the largest value), the interval drawn as a whisker."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._theme = theme
        self._rows: tuple[ScoreRow, ...] = ()
        self._dense = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    def set_rows(self, rows: Sequence[ScoreRow]) -> None:
        """Shows scores, in this order."""
        self._rows = tuple(rows)
        words = [f"{row.label} {row.words}" for row in rows]
        self.setAccessibleName("Scores")
        self.setAccessibleDescription(". ".join(words))
        self.updateGeometry()
        self.update()

    @property
    def rows(self) -> tuple[ScoreRow, ...]:
        """Returns what is shown."""
        return self._rows

    def set_dense(self, dense: bool) -> None:
        """Takes less room between the bars, for the compact layout."""
        self._dense = dense
        self.updateGeometry()
        self.update()

    def _pitch(self) -> int:
        many = len(self._rows) > _MANY
        return self._theme.px((28 if many else 30) if self._dense else (36 if many else 43))

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns 27 for the last bar and the pitch for each before it."""
        return QSize(self._theme.px(240), self._pitch() * max(0, len(self._rows) - 1) + self._theme.px(28))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws names, values, bars and whiskers."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = max((row.score.high for row in self._rows), default=1.0)
        whole = max(1.0, top)
        for index, row in enumerate(self._rows):
            self._paint_row(painter, row, index * self._pitch(), whole)

    def _paint_row(self, painter: QPainter, row: ScoreRow, y: float, whole: float) -> None:
        theme, px = self._theme, self._theme.px
        own = row.run_number > 0
        words = QRectF(0, y, self.width(), px(16))
        painter.setFont(theme.font("small", 600 if own else 400))
        painter.setPen(theme.color("text" if own else "text2"))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, row.label)
        painter.setFont(theme.font("small", 600))
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(words, side, texts.score(row.score.value))
        bar = QRectF(0, y + px(17), self.width(), px(10))
        radius = theme.px(3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("pressed"))
        painter.drawRoundedRect(bar, radius, radius)
        filled = QRectF(bar)
        filled.setWidth(max(px(3), bar.width() * max(0.0, row.score.value) / whole))
        painter.setBrush(theme.run_color(row.run_number) if own else theme.color("borderStrong"))
        painter.drawRoundedRect(filled, radius, radius)
        if row.is_exact:
            return
        self._paint_whisker(painter, bar, row.score, whole, theme.color("ink" if own else "text2"))
        # Ground on the filled part and ink beside it: readable on both, and nothing of the bar is cut out.
        painter.setClipRect(filled)
        self._paint_whisker(painter, bar, row.score, whole, theme.color("surface"))
        painter.setClipping(False)

    def _paint_whisker(
        self, painter: QPainter, bar: QRectF, score: Score, whole: float, color: QColor
    ) -> None:
        """Draws the interval."""
        theme = self._theme
        low = bar.left() + bar.width() * max(0.0, score.low) / whole
        high = min(bar.left() + bar.width() * score.high / whole, bar.right() - 1)
        middle, half = bar.center().y(), theme.px(4)
        painter.setPen(QPen(color, 1.5 * theme.scale))
        painter.drawLine(QPointF(low, middle), QPointF(high, middle))
        for end in (low, high):
            painter.drawLine(QPointF(end, middle - half), QPointF(end, middle + half))
