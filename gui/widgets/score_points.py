"""What a model said against the truth, a point for each score: those on the line are right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from engine.protocol.results import Prediction
from engine.protocol.scores_said import ScoreSaid, scores_said
from engine.protocol.wording import shortened
from gui.look.theme import Theme
from gui.widgets.plot_scale import Scale, linear_scale
from gui.widgets.pointed_plot import PointedPlot

_LEFT, _RIGHT, _TOP, _BELOW = 52, 14, 8, 36
_MARK = 7
_LONG = 160
"""Characters of a text that are told with its score."""


class ScorePoints(PointedPlot):
    """Points over two equal axes; filled where the answer counts as right, a ring where it does not.

    Attributes:
        answers: Those that are drawn, each a point.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(theme, parent)
        self.answers: tuple[Prediction, ...] = ()
        self._scores: tuple[ScoreSaid, ...] = ()
        self._scale: Scale = linear_scale(0.0, 1.0)
        self.setObjectName("score_points")
        self.setAccessibleName("What it said against the truth")

    def set_answers(self, answers: Sequence[Prediction]) -> None:
        """Shows answers where all of them are scores; nothing else.

        Args:
            answers: On all test rows.
        """
        self._scores = scores_said(answers)
        self.answers = tuple(answers) if self._scores else ()
        every = [number for one in self._scores for number in (one.truth, one.said)]
        self._scale = linear_scale(min(every), max(every)) if every else linear_scale(0.0, 1.0)
        near = sum(one.is_near for one in self._scores)
        self.setAccessibleDescription(f"{len(self.answers):,} scores, {near:,} of them near the truth.")
        self.pick(-1)
        self.update()

    def places(self) -> Sequence[QPointF]:
        """Returns where the scores lie, in pixels."""
        return [self.place(one.truth, one.said) for one in self._scores]

    def place(self, truth: float, said: float) -> QPointF:
        """Returns where a score lies, in pixels.

        Args:
            truth: The right one.
            said: The answer.
        """
        area, low, span = self._area(), self._scale.low, self._scale.high - self._scale.low
        across, up = (truth - low) / span, (said - low) / span
        return QPointF(area.left() + across * area.width(), area.bottom() - up * area.height())

    def words_of(self, number: int) -> str:
        """Returns a score, its truth and the text."""
        one = self.answers[number]
        read = " · ".join(filter(None, (one.text, one.second)))
        return f"It said {one.said}, the truth is {one.truth}: {shortened(read, _LONG)}"

    # Qt

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Returns a size at which some hundred scores can be told apart."""
        return QSize(self._theme.px(300), self._theme.px(170))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Returns the smallest size at which the axes can be read."""
        return QSize(self._theme.px(200), self._theme.px(130))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """Paints the axes, the line on which all would be right, and the scores, wrong ones on top."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter)
        for number in sorted(range(len(self._scores)), key=lambda one: not self._scores[one].is_near):
            self._paint_score(painter, number, is_picked=False)
        if self.picked >= 0:
            self._paint_score(painter, self.picked, is_picked=True)

    # Inside

    def _area(self) -> QRectF:
        px = self._theme.px
        return QRectF(self.rect()).adjusted(px(_LEFT), px(_TOP), -px(_RIGHT), -px(_BELOW))

    def _paint_axes(self, painter: QPainter) -> None:
        theme, px, area = self._theme, self._theme.px, self._area()
        painter.setFont(theme.font("caption"))
        for tick, words in self._scale.texts():
            place = self.place(tick, tick)
            painter.setPen(QPen(theme.color("chartGrid"), 1))
            painter.drawLine(QPointF(area.left(), place.y()), QPointF(area.right(), place.y()))
            painter.setPen(theme.color("chartAxis"))
            beside = QRectF(px(16), place.y() - px(8), area.left() - px(22), px(16))
            painter.drawText(beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
            below = QRectF(place.x() - px(30), area.bottom() + px(4), px(60), px(16))
            wide = min(below.width(), float(painter.fontMetrics().horizontalAdvance(words)))
            below.translate(min(0.0, self.width() - place.x() - wide / 2), 0)
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, words)
        last = QRectF(area.left(), self.height() - px(16), area.width(), px(16))
        painter.drawText(last, Qt.AlignmentFlag.AlignHCenter, "truth")
        painter.save()
        painter.translate(px(16), area.center().y())
        painter.rotate(-90)
        turned = QRectF(-area.height() / 2, -px(16), area.height(), px(16))
        painter.drawText(turned, Qt.AlignmentFlag.AlignCenter, "it said")
        painter.restore()
        painter.setPen(QPen(theme.color("text3"), 1.5 * theme.scale, Qt.PenStyle.DashLine))
        low, high = self._scale.low, self._scale.high
        painter.drawLine(self.place(low, low), self.place(high, high))

    def _paint_score(self, painter: QPainter, number: int, *, is_picked: bool) -> None:
        theme, one = self._theme, self._scores[number]
        place = self.place(one.truth, one.said)
        half = theme.px(_MARK + (4 if is_picked else 0)) / 2
        color = theme.color("ok" if one.is_near else "err")
        painter.setOpacity(1.0 if is_picked or not one.is_near else 0.7)
        painter.setPen(QPen(theme.color("text") if is_picked else color, 1.5 * theme.scale))
        painter.setBrush(color if one.is_near else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(place, half, half)
        painter.setOpacity(1.0)
