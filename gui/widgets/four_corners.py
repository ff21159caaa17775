"""The four corners: does the task change, do the pretrained weights change?"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from PySide6.QtCore import QEasingCurve, QEvent, QPointF, QRectF, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.protocol.stack import Answer, Verdict
from gui.look.painting import draw_panel
from gui.look.theme import Theme
from gui.widgets.corner_presets import CornerPreset, horizontal_place

WIDTH, HEIGHT = 292, 212
_COMPACT_HEIGHT = 150
_LEAST_HEIGHT, _COMPACT_LEAST = 130, 108
_NAMES = {
    (True, False): "Transfer only",
    (True, True): "Both",
    (False, False): "Neither",
    (False, True): "Fine-tuning only",
}
_APART, _LOW_APART = 15, 11
"""Hollow dots nearer than that to another are moved aside, at 100 %; nearer in low fields."""

_LOW = 56
"""A field lower than that has its name and its dots close together."""

_FROM_EDGE = 7
"""Hollow dots stay that far inside their field: their own radius, and as much again."""

_NAME_LINE = 14
"""Height of a field's name, which no dot may cover."""

_OFFSETS = sorted(
    (QPointF(x, y) for y in (0, 1, -1) for x in (0, 1, -1, 2, -2, 3, -3, 4, -4)),
    key=lambda step: (abs(step.x()) + abs(step.y()), -step.y()),
)
"""Where a dot goes that would cover another, the nearest first."""


class FourCorners(QWidget):
    """Four fields with a dot for this setup and hollow dots for the other methods.

    Args:
        theme: Colours, fonts, lengths.
        parent: Owner.
    """

    method_chosen = Signal(str)
    """The person clicked a hollow dot."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._verdict: Verdict | None = None
        self._presets: tuple[CornerPreset, ...] = ()
        self._from = QPointF()
        self._compact = False
        self._hovered = ""
        self._slide = QVariantAnimation(self)
        self._slide.setStartValue(0.0)
        self._slide.setEndValue(1.0)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._slide.valueChanged.connect(lambda _value: self.update())
        self.setObjectName("four_corners")
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
        theme.changed.connect(self._measure)
        self._measure()

    def set_compact(self, compact: bool) -> None:
        """Draws the fields lower, for small windows."""
        self._compact = compact
        self._measure()

    def _measure(self) -> None:
        self.setMaximumHeight(self._theme.px(_COMPACT_HEIGHT if self._compact else HEIGHT))
        self.updateGeometry()
        self.update()

    def set_verdict(self, verdict: Verdict | None, presets: Sequence[CornerPreset] = ()) -> None:
        """Shows where this setup stands and where the other methods would.

        Args:
            verdict: Of this setup; ``None`` while it is not known.
            presets: The other methods.
        """
        before = self.dot_place()
        self._presets = tuple(presets)
        if verdict == self._verdict:
            self.update()
            return
        moves = self._verdict is not None and verdict is not None and before is not None
        self._verdict = verdict
        self._slide.stop()
        duration = self._theme.duration("verdictDot")
        if moves and duration > 0 and before is not None:
            self._from = before
            self._slide.setDuration(duration)
            self._slide.start()
        self.update()

    @property
    def chosen_corner(self) -> str:
        """Returns the name of the corner; empty when an answer is not known."""
        verdict = self._verdict
        if verdict is None or Answer.UNKNOWN in (verdict.task_changes, verdict.weights_change):
            return ""
        return _NAMES[verdict.task_changes is Answer.YES, verdict.weights_change is Answer.YES]

    # --- places -----------------------------------------------------------------------------------

    def _field(self) -> QRectF:
        """Returns the area of the four fields."""
        px = self._theme.px
        return QRectF(px(60), 0.5, self.width() - px(60) - px(2), self.height() - px(39))

    def _cells(self) -> dict[tuple[bool, bool], QRectF]:
        field, gap = self._field(), self._theme.px(3)
        width, height = (field.width() - gap) / 2, (field.height() - gap) / 2
        return {
            (task, weights): QRectF(
                field.left() + (width + gap) * weights,
                field.top() + (height + gap) * (not task),
                width,
                height,
            )
            for task, weights in _NAMES
        }

    def _place(self, verdict: Verdict) -> QPointF:
        field, px = self._field(), self._theme.px
        x = field.left() + horizontal_place(verdict) * field.width()
        if verdict.task_changes is Answer.UNKNOWN:
            return QPointF(x, field.center().y())
        cell = self._cells()[verdict.task_changes is Answer.YES, False]
        low = max(0.64 * cell.height(), min(cell.height() - self._halo() - px(2), px(36)))
        return QPointF(x, cell.top() + low)

    def _is_low(self) -> bool:
        return next(iter(self._cells().values())).height() < self._theme.px(_LOW)

    def _name_pad(self) -> int:
        """Returns how far a field's name stands below its edge."""
        return self._theme.px(3 if self._is_low() else 7)

    def name_places(self) -> dict[str, QRectF]:
        """Returns name of a field → where it is written."""
        font = QFontMetricsF(self._theme.font("caption", 600))
        height = self._theme.px(_NAME_LINE)
        places = {}
        for answers, name in _NAMES.items():
            cell, width = self._cells()[answers], font.horizontalAdvance(name)
            pad = min(self._theme.px(11), (cell.width() - width) / 2)  # in a narrow field in the middle
            places[name] = QRectF(cell.left() + pad, cell.top() + self._name_pad(), width, height)
        return places

    def _halo(self) -> int:
        """Returns the radius of the light ring around the dot; smaller in low fields."""
        return self._theme.px(12 if self._field().height() >= self._theme.px(100) else 9)

    def dot_place(self) -> QPointF | None:
        """Returns where the dot is drawn now; ``None`` without a verdict."""
        if self._verdict is None:
            return None
        place = self._place(self._verdict)
        if self._slide.state() == QVariantAnimation.State.Running:
            return self._from + (place - self._from) * float(self._slide.currentValue())
        return place

    def preset_places(self) -> dict[str, QPointF]:
        """Returns method → where its hollow dot is drawn; dots do not cover each other."""
        apart = self._theme.px(_LOW_APART if self._is_low() else _APART)
        edge = self._theme.px(_FROM_EDGE)
        taken: list[tuple[QPointF, float]] = []
        if self._verdict is not None:
            taken.append((self._place(self._verdict), max(apart, self._halo() + self._theme.px(5))))
        places: dict[str, QPointF] = {}
        for preset in self._presets:
            if preset.verdict is None:
                continue
            wanted = self._place(preset.verdict)
            cell = next((one for one in self._cells().values() if one.contains(wanted)), self._field())
            top = self._name_pad() + self._theme.px(_NAME_LINE + 4)
            inside = cell.adjusted(max(edge, apart / 2), top, -max(edge, apart / 2), -edge)
            around = (wanted + offset * apart * far for far in (1, 1.2) for offset in _OFFSETS)
            first = QPointF(
                min(max(wanted.x(), cell.left() + edge), cell.right() - edge),
                min(max(wanted.y(), cell.top() + edge), cell.bottom() - edge),
            )
            options = itertools.chain([first], (place for place in around if inside.contains(place)))
            free = (
                place
                for place in options
                if all(
                    math.hypot(place.x() - other.x(), place.y() - other.y()) >= least - 0.5
                    for other, least in taken
                )
            )
            places[preset.method] = next(free, first)
            taken.append((places[preset.method], apart))
        return places

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the least height; it grows to 212, to 150 when compact, where there is room."""
        return QSize(self._theme.px(WIDTH), self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the least size at which the names of the corners fit."""
        return QSize(self._theme.px(240), self._theme.px(_COMPACT_LEAST if self._compact else _LEAST_HEIGHT))

    # --- painting ---------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws fields, axes and dots."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        corner = self.chosen_corner
        for answers, cell in self._cells().items():
            self._paint_cell(
                painter, cell, _NAMES[answers], warm=answers[1], chosen=_NAMES[answers] == corner
            )
        self._paint_axes(painter)
        for method, place in self.preset_places().items():
            strong = method == self._hovered
            painter.setPen(
                QPen(self._theme.color("text" if strong else "borderStrong"), 2 if strong else 1.5)
            )
            painter.setBrush(self._theme.color("surface") if strong else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(place, self._theme.px(3.5), self._theme.px(3.5))
        self._paint_dot(painter)
        painter.end()

    def _paint_cell(self, painter: QPainter, cell: QRectF, name: str, *, warm: bool, chosen: bool) -> None:
        theme, px = self._theme, self._theme.px
        fill = ("emberTint" if warm else "frozenTint") if chosen else "sunken"
        draw_panel(
            painter,
            cell,
            theme.color(fill),
            theme.color("ink" if chosen else "border"),
            radius=px(6),
            width=1.5 if chosen else 1,
        )
        painter.setFont(theme.font("caption", 600 if chosen else 400))
        painter.setPen(theme.color("text" if chosen else "text3"))
        place = self.name_places()[name].topLeft()
        painter.drawText(QRectF(place, cell.bottomRight()), int(Qt.AlignmentFlag.AlignLeft), name)

    def _paint_axes(self, painter: QPainter) -> None:
        theme, px, field, cells = self._theme, self._theme.px, self._field(), self._cells()
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        center = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("text3"))
        for task, word in ((True, "yes"), (False, "no")):
            cell = cells[task, False]
            middle = field.center().y()  # the three words between them need 27 above and below
            y = min(cell.center().y(), middle - px(27)) if task else max(cell.center().y(), middle + px(27))
            painter.drawText(QRectF(0, y - px(7), px(51), px(14)), right, word)
        for weights, word in ((False, "no"), (True, "yes")):
            cell = cells[False, weights]
            painter.drawText(QRectF(cell.left(), field.bottom() + px(6), cell.width(), px(14)), center, word)
        painter.setPen(theme.color("text2"))
        below = QRectF(field.left(), field.bottom() + px(21), field.width(), px(16))
        painter.drawText(below, center, "Do the pretrained weights change?")
        middle = field.center().y()
        for line, words in enumerate(("Does", "the task", "change?")):
            place = QRectF(0, middle + (line - 1.5) * px(13), px(58), px(13))
            painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), words)

    def _paint_dot(self, painter: QPainter) -> None:
        place = self.dot_place()
        if place is None:
            return
        theme = self._theme
        painter.setPen(QPen(theme.tint("ink", 0.4), 1))
        painter.setBrush(theme.color("surface"))
        painter.drawEllipse(place, self._halo(), self._halo())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("ink"))
        painter.drawEllipse(place, theme.px(14) / 2 - 1, theme.px(14) / 2 - 1)

    # --- pointer ----------------------------------------------------------------------------------

    def method_at(self, point: QPointF) -> str:
        """Returns the method whose hollow dot is at a point; empty for none."""
        reach = self._theme.px(9)
        near = {
            method: math.hypot(place.x() - point.x(), place.y() - point.y())
            for method, place in self.preset_places().items()
        }
        method = min(near, key=lambda name: near[name], default="")
        return method if method and near[method] <= reach else ""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Marks the dot under the pointer."""
        method = self.method_at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if method else Qt.CursorShape.ArrowCursor)
        if method != self._hovered:
            self._hovered = method
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Chooses the method of the clicked dot."""
        method = self.method_at(event.position())
        if method and event.button() == Qt.MouseButton.LeftButton:
            self.method_chosen.emit(method)

    def event(self, event: QEvent) -> bool:
        """Names a hollow dot."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def words_at(self, point: QPointF) -> str:
        """Returns the name of the method whose hollow dot is at a point."""
        method = self.method_at(point)
        name = next((preset.name for preset in self._presets if preset.method == method), "")
        return f"{name}. Click to choose it." if name else ""
