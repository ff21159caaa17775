"""The picture of the chart of runs: where markers, intervals and words stand, and how they look."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.protocol.catalog import MetricEntry
from gui.look import texts
from gui.look.painting import draw_marker
from gui.look.theme import Theme
from gui.widgets.label_places import Curve, clear_place
from gui.widgets.plot_marks import Reading, paint_reading
from gui.widgets.plot_scale import Scale
from gui.widgets.score_axes import (
    AXES,
    Placement,
    ScoreAxis,
    ScorePoint,
    is_far,
    placement,
    score_scale,
)
from gui.widgets.score_painting import paint_axes

_LEFT, _RIGHT, _TOP, _BOTTOM = 42, 8, 8, 44
_FAINT = 0.25
_MARK = 14
"""Room of the small marker before a name, at 100 %."""
_BAND = "Within the best run's interval"


class ScorePicture(QWidget):
    """A marker with its 95 % interval for each run; the band of the best, word counts as a dashed line."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Makes an empty chart."""
        super().__init__(parent)
        self._theme = theme
        self._points: tuple[ScorePoint, ...] = ()
        self._metric = MetricEntry(id="", label="Score", short="Score", help="")
        self._baseline: tuple[str, float] | None = None
        self._joined: tuple[tuple[str, ...], ...] = ()
        self._axis = AXES[0]
        self._lit = ""
        self._read = ""
        self.setObjectName("score_plot")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)
        self._name()

    # What it shows

    def set_points(
        self,
        points: Sequence[ScorePoint],
        metric: MetricEntry,
        baseline: tuple[str, float] | None = None,
        joined: Sequence[Sequence[str]] = (),
    ) -> None:
        """Shows runs.

        Args:
            points: The runs, best first.
            metric: What is measured.
            baseline: Name and score of what is simpler.
            joined: Ids of runs that differ in their number of training rows alone, fewest first.
        """
        self._joined = tuple(tuple(ids) for ids in joined)
        self._points, self._metric, self._baseline = tuple(points), metric, baseline
        self._name()
        self.update()

    def set_axis(self, axis: ScoreAxis) -> None:
        """Draws the scores against something else."""
        self._axis = axis
        self._name()
        self.update()

    def light(self, run_id: str) -> None:
        """Dims all runs but one; empty dims none."""
        if run_id != self._lit:
            self._lit = run_id
            self.update()

    @property
    def axis(self) -> ScoreAxis:
        """Returns what the scores are drawn against."""
        return self._axis

    @property
    def placed(self) -> list[ScorePoint]:
        """Returns the runs whose place on the axis is known, from left to right."""
        known = [point for point in self._points if point.places.get(self._axis.id, 0.0) > 0]
        return sorted(known, key=lambda point: point.places[self._axis.id])

    def reading(self, point: ScorePoint) -> Reading:
        """Returns what is told of a run."""
        color, score = self._theme.run_color(point.number), point.score
        between = f"{texts.score(score.low)} to {texts.score(score.high)}"
        rows = (
            (self._metric.label, texts.score(score.value), color),
            ("95 % interval", between, color),
            (self._axis.choice, self._axis.words(point.places[self._axis.id]), color),
        )
        return Reading(point.name, rows)

    def _name(self) -> None:
        told = [f"{one.name} {texts.score(one.score.value)}" for one in self._points]
        self.setAccessibleName(", ".join([f"{self._axis.title} chart", *told]))

    # Where things are

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the least size at which it can be read; it takes what is left over."""
        return QSize(self._theme.px(320), max(self._theme.px(100), self.minimumHeight()))

    def area(self) -> QRectF:
        """Returns where the points are."""
        px = self._theme.px
        return QRectF(self.rect()).adjusted(px(_LEFT), px(_TOP), -px(_RIGHT), -px(_BOTTOM))

    def scale(self) -> Scale:
        """Returns the vertical axis: it holds every interval, and the baseline where that is near."""
        near = self._baseline is not None and not self.leaves_baseline_out
        steps = min(5, max(2, int(self.area().height() // self._theme.px(30))))
        return score_scale([*self._ends(), *([self._baseline[1]] if self._baseline and near else [])], steps)

    def _ends(self) -> list[float]:
        return [value for point in self._points for value in (point.score.low, point.score.high)]

    @property
    def leaves_baseline_out(self) -> bool:
        """Whether what is simpler is so far from all runs that it is named at the edge of the chart only."""
        return self._baseline is not None and is_far(self._baseline[1], self._ends())

    def place(self, point: ScorePoint) -> QPointF:
        """Returns where a run stands."""
        across = self._across()
        x = across.share(point.places[self._axis.id]) if across is not None else 0.5
        area = self.area()
        return QPointF(area.left() + x * area.width(), self._height(point.score.value))

    def joints(self) -> list[tuple[ScorePoint, ScorePoint]]:
        """Returns the points between which there is a line."""
        known = {point.id: point for point in self.placed}
        found = []
        for ids in self._joined:
            points = [known[run_id] for run_id in ids if run_id in known]
            found += [(one, other) for one, other in pairwise(points) if self.place(one) != self.place(other)]
        return found

    def _height(self, value: float) -> float:
        scale, area = self.scale(), self.area()
        low, high = scale.position(scale.low), scale.position(scale.high)
        return area.bottom() - (scale.position(value) - low) / (high - low) * area.height()

    def _across(self) -> Placement | None:
        values = [point.places[self._axis.id] for point in self.placed]
        most = max(2, int(self.area().width() // self._theme.px(96)))
        return placement(values, most, self._axis.rounds) if values else None

    def label_boxes(self) -> list[tuple[str, QRectF]]:
        """Returns each run's name and where it stands: beside its marker, clear of bars and other words.

        Where there is no room beside it, it stands elsewhere, with a small marker before it.
        """
        theme, px, area = self._theme, self._theme.px, self.area()
        metrics = QFontMetricsF(theme.font("small"))
        bars, taken = [self._bar(point, 6) for point in self.placed], []
        ends = np.array([area.left(), area.right()])
        struck = [self._band_edge()] if self._points else []
        if self._baseline is not None:
            struck += [] if self.leaves_baseline_out else [self._height(self._baseline[1])]
            taken.append(self._baseline_box())
        lines = [Curve(ends, np.array([y, y]), 0.5) for y in struck]
        for joint in self.joints() if self._axis.joins else ():
            places = [self.place(point) for point in joint]
            across, up = [spot.x() for spot in places], [spot.y() for spot in places]
            lines.append(Curve(np.array(across), np.array(up)))
        found = []
        for point, bar in zip(self.placed, bars, strict=True):
            width, height = metrics.horizontalAdvance(point.name) + px(2), px(16)
            spot = self.place(point)
            level = spot.y() - height / 2
            beside = [(spot.x() + px(11), level), (spot.x() - px(11) - width, level)]
            centred = min(max(spot.x() - width / 2, area.left()), area.right() - width)
            upright = [(centred, bar.top() - height - px(2)), (centred, bar.bottom() + px(2))]
            wanted = [QRectF(left, top, width, height) for left, top in (*beside, *upright)]
            room = self.area().adjusted(0, -px(6), 0, 0)
            inside = [box for box in wanted if room.contains(box)] or [
                _moved_into(room, box) for box in wanted
            ]
            others = [*bars, *taken]
            box = clear_place(inside, room, lines, others, 1.0)
            if not self._is_beside(point, box):
                wider = [one.adjusted(-px(_MARK), 0, 0, 0) for one in inside]
                box = clear_place(wider, room, lines, others, 1.0)
            taken.append(box)
            found.append((point.name, box))
        return found

    def _is_beside(self, point: ScorePoint, box: QRectF) -> bool:
        """Returns whether a name stands so near to its marker that one sees whose it is."""
        px, spot = self._theme.px, self.place(point)
        high, low = self._height(point.score.high), self._height(point.score.low)
        across = max(box.left() - spot.x(), spot.x() - box.right(), 0.0)
        return across <= px(14) and box.bottom() >= high - px(6) and box.top() <= low + px(6)

    def _baseline_words(self) -> str:
        if self._baseline is None:
            return ""
        name, value = self._baseline
        beyond = (" ↑" if value > max(self._ends()) else " ↓") if self.leaves_baseline_out else ""
        return f"{name} {texts.score(value)}{beyond}"

    def _baseline_box(self) -> QRectF:
        words, px, area = self._baseline_words(), self._theme.px, self.area()
        width = QFontMetricsF(self._theme.font("caption")).horizontalAdvance(words) + px(2)
        y = self._height(self._baseline[1]) if self._baseline is not None else 0.0
        if self.leaves_baseline_out:
            y = area.top() if y < area.top() else area.bottom()
        edge = self._band_edge() if self._points else -1.0
        spots = [self.place(point) for point in self.placed]
        right = area.right() - width - px(4)
        lefts = [right, *(spot.x() - width - px(12) for spot in reversed(spots))]
        wanted = [QRectF(left, top, width, px(15)) for left in lefts for top in (y + px(3), y - px(18))]
        free = [box for box in wanted if area.contains(box) and not box.top() < edge < box.bottom()]
        bars = [self._bar(point) for point in self.placed]
        clear = [box for box in free if not any(box.intersects(bar) for bar in bars)]
        return next(iter([*clear, *free, *filter(area.contains, wanted)]), wanted[0])

    def _bar(self, point: ScorePoint, side: int = 8) -> QRectF:
        """Returns what a run's interval and its marker take, so many pixels on each side."""
        px, spot = self._theme.px, self.place(point)
        high, low = self._height(point.score.high), self._height(point.score.low)
        return QRectF(spot.x() - px(side), high, px(2 * side), low - high)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the chart."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.area()
        paint_axes(painter, self._theme, area, self.scale(), self._height, self._across(), self._axis)
        if not self._points:
            return
        self._paint_band(painter, area)
        for first, second in self.joints() if self._axis.joins else ():
            painter.setPen(QPen(self._theme.color("text3"), 1.25 * self._theme.scale))
            painter.drawLine(self.place(first), self.place(second))
        for point in self.placed:
            painter.setOpacity(_FAINT if self._lit and point.id != self._lit else 1.0)
            self._paint_point(painter, point)
        painter.setFont(self._theme.font("small"))
        for point, (name, box) in zip(self.placed, self.label_boxes(), strict=True):
            painter.setOpacity(_FAINT if self._lit and point.id != self._lit else 1.0)
            painter.setPen(self._theme.color("text"))
            if not self._is_beside(point, box):
                self._paint_mark(painter, point, box)
                box.setLeft(box.left() + self._theme.px(_MARK))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
        painter.setOpacity(1.0)
        read = next((point for point in self.placed if point.id == self._read), None)
        if read is not None:
            paint_reading(painter, self._theme, self.reading(read), self.place(read), area)

    def _paint_band(self, painter: QPainter, area: QRectF) -> None:
        """Paints the interval of the best run, and what is simpler as a dashed line."""
        theme, px, best = self._theme, self._theme.px, self._points[0]
        top, bottom = self._height(best.score.high), self._height(best.score.low)
        band = QRectF(area.left(), top, area.width(), bottom - top)
        painter.fillRect(band, theme.color("okTint"))
        edge = self._band_edge()
        pen = QPen(theme.color("ok"), 1.25 * theme.scale)
        pen.setDashPattern([1.5, 2.5])
        painter.setPen(pen)
        painter.drawLine(QPointF(area.left(), edge), QPointF(area.right(), edge))
        words = self._band_box(band) if band.height() >= px(18) else None
        if words is not None:
            painter.setFont(theme.font("caption", 600))
            painter.setPen(theme.color("ok"))
            painter.drawText(words, Qt.AlignmentFlag.AlignTop, _BAND)
        if self._baseline is None:
            return
        y = self._height(self._baseline[1])
        pen = QPen(theme.color("text2"), 1.5 * theme.scale)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        if not self.leaves_baseline_out:
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setFont(theme.font("caption"))
        painter.drawText(self._baseline_box(), Qt.AlignmentFlag.AlignCenter, self._baseline_words())

    def _band_box(self, band: QRectF) -> QRectF | None:
        """Returns where the words of the band stand: at its left, or behind what is in the way."""
        px, theme = self._theme.px, self._theme
        width = QFontMetricsF(theme.font("caption", 600)).horizontalAdvance(_BAND) + px(2)
        taken = [*(self._bar(point) for point in self.placed), *(box for _, box in self.label_boxes())]
        taken += [self._baseline_box()] if self._baseline is not None else []
        lefts = [band.left() + px(8), *sorted(one.right() + px(4) for one in taken)]
        tops = [band.top() + px(3)]
        if self._baseline is not None and not self.leaves_baseline_out:
            line = self._height(self._baseline[1])
            taken.append(QRectF(band.left(), line - 1, band.width(), 2))
            tops += [line + px(4)] if line + px(19) < band.bottom() else []
        boxes = [QRectF(left, top, width, px(15)) for top in tops for left in lefts]
        clear = [box for box in boxes if not any(box.intersects(one) for one in taken)]
        return next((box for box in clear if box.right() <= band.right()), None)

    def _band_edge(self) -> float:
        """Returns where the interval of the best run has its worse end."""
        best = self._points[0].score
        return self._height(best.low if self._metric.higher_is_better else best.high)

    def _paint_mark(self, painter: QPainter, point: ScorePoint, box: QRectF) -> None:
        """Paints the small marker before a name that stands far from its run."""
        theme, px = self._theme, self._theme.px
        middle = QPointF(box.left() + px(6), box.center().y())
        symbol, color = theme.run_symbol(point.number), theme.run_color(point.number)
        draw_marker(painter, symbol, color, middle, px(8))

    def _paint_point(self, painter: QPainter, point: ScorePoint) -> None:
        theme, px, spot = self._theme, self._theme.px, self.place(point)
        color = theme.run_color(point.number)
        painter.setPen(QPen(color, 1.75 * theme.scale))
        high, low = self._height(point.score.high), self._height(point.score.low)
        painter.drawLine(QPointF(spot.x(), high), QPointF(spot.x(), low))
        for end in (high, low):
            painter.drawLine(QPointF(spot.x() - px(5), end), QPointF(spot.x() + px(5), end))
        draw_marker(painter, theme.run_symbol(point.number), theme.color("surface"), spot, px(16))
        draw_marker(painter, theme.run_symbol(point.number), color, spot, px(12))


def _moved_into(room: QRectF, box: QRectF) -> QRectF:
    """Returns a box moved so that no part of it is outside of a room that is large enough."""
    left = min(max(box.left(), room.left()), room.right() - box.width())
    top = min(max(box.top(), room.top()), room.bottom() - box.height())
    return QRectF(left, top, box.width(), box.height())
