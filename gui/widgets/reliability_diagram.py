"""The reliability diagram: how often answers are right, by how sure the model was of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.protocol.results import Calibration, CalibrationBin
from gui.look.painting import draw_marker
from gui.look.theme import Theme
from gui.widgets.announce import announce

_LEFT, _RIGHT, _TOP, _AXIS, _COUNTS = 44, 12, 8, 36, 34
_AXIS_WORDS = "how sure it was; bars: how many answers"


class ReliabilityDiagram(QWidget):
    """Draws each bin as a mark against the diagonal, what chance alone gives, and its number of answers.

    Left and right arrows go from bin to bin; what one holds is announced, and shown by the pointer.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts without a model."""
        super().__init__(parent)
        self._theme = theme
        self._found: Calibration | None = None
        self._number = 1
        self._about: Callable[[CalibrationBin], str] = str
        self._current = -1
        self.setObjectName("reliability_diagram")
        self.setAccessibleName("Reliability diagram")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._restyle)

    def set_calibration(
        self, found: Calibration | None, number: int, about: Callable[[CalibrationBin], str]
    ) -> None:
        """Shows a model.

        Args:
            found: What was measured.
            number: Of the run's colour and marker.
            about: Says what a bin holds.
        """
        self._found, self._number, self._about, self._current = found, number, about, -1
        bins = found.bins if found is not None else ()
        self.setAccessibleDescription(" ".join(about(one) for one in bins))
        self.update()

    @property
    def current(self) -> CalibrationBin | None:
        """Returns the bin that is pointed at."""
        bins = self._found.bins if self._found is not None else ()
        return bins[self._current] if 0 <= self._current < len(bins) else None

    # Where things lie

    def _area(self) -> QRectF:
        px = self._theme.px
        below = px(_AXIS) + px(_COUNTS)
        width, height = self.width() - px(_LEFT) - px(_RIGHT), self.height() - px(_TOP) - below
        return QRectF(px(_LEFT), px(_TOP), max(1, width), max(1, height))

    def _lowest(self) -> tuple[float, float]:
        """Returns where the two axes begin: at one half where nothing lies below it, else at 0."""
        bins = self._found.bins if self._found is not None else ()
        across = min((one.low for one in bins), default=0.0)
        up = min((min(one.accuracy, one.expected_low) for one in bins), default=0.0)
        return (0.5 if across >= 0.5 else 0.0), (0.5 if min(up, across) >= 0.5 else 0.0)

    def place(self, sure: float, right: float) -> QPointF:
        """Returns where a certainty and a share of right answers lie, in pixels."""
        area, (left, low) = self._area(), self._lowest()
        across, up = (sure - left) / (1 - left), (right - low) / (1 - low)
        return QPointF(area.left() + across * area.width(), area.bottom() - up * area.height())

    # Qt

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Returns a size at which ten bins can be told apart."""
        return QSize(self._theme.px(420), self._theme.px(230))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Returns the smallest size at which the axes can be read."""
        return QSize(self._theme.px(260), self._theme.px(170))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """Paints grid, diagonal, bins and counts."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter)
        if self._found is None:
            return
        bins = self._found.bins
        most = max(one.rows for one in bins)
        for place, one in enumerate(bins):
            self._paint_chance(painter, one, one.rows / most, is_current=place == self._current)
        self._paint_diagonal(painter)
        for place, one in enumerate(bins):
            self._paint_mark(painter, one, is_current=place == self._current)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own name
        """Points at the bin below the pointer."""
        self._point_at(self._bin_at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own name
        """Points at nothing."""
        self._point_at(-1)
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        """Shows what a bin holds where the pointer rests."""
        if isinstance(event, QHelpEvent) and (one := self.current) is not None:
            QToolTip.showText(event.globalPos(), self._about(one), self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own name
        """Goes from bin to bin and says what each holds."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or self._found is None or not self._found.bins:
            super().keyPressEvent(event)
            return
        last = len(self._found.bins) - 1
        start = self._current if self._current >= 0 else (-1 if step > 0 else last + 1)
        self._point_at(min(max(start + step, 0), last))
        if (one := self.current) is not None:
            announce(self, self._about(one))

    # Inside

    def _bin_at(self, x: float) -> int:
        area, (left, _) = self._area(), self._lowest()
        sure = left + (x - area.left()) / area.width() * (1 - left)
        bins = self._found.bins if self._found is not None else ()
        return next((place for place, one in enumerate(bins) if one.low <= sure < one.high), -1)

    def _point_at(self, place: int) -> None:
        if place != self._current:
            self._current = place
            self.update()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def _paint_axes(self, painter: QPainter) -> None:
        theme, px, area, (left, low) = self._theme, self._theme.px, self._area(), self._lowest()
        painter.setFont(theme.font("caption"))
        for step in range(6):
            sure, right = left + (1 - left) * step / 5, low + (1 - low) * step / 5
            place = self.place(sure, right)
            painter.setPen(QPen(theme.color("chartGrid"), 1))
            painter.drawLine(QPointF(area.left(), place.y()), QPointF(area.right(), place.y()))
            painter.setPen(theme.color("chartAxis"))
            box = QRectF(0, place.y() - px(8), area.left() - px(6), px(16))
            painter.drawText(
                box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{100 * right:.0f} %"
            )
            below = QRectF(place.x() - px(30), self.height() - px(_AXIS) + px(2), px(60), px(16))
            below.moveRight(min(below.right(), self.width()))
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, f"{100 * sure:.0f} %")
        last = QRectF(area.left(), self.height() - px(16), area.width(), px(16))
        painter.drawText(last, Qt.AlignmentFlag.AlignHCenter, _AXIS_WORDS)

    def _paint_chance(
        self, painter: QPainter, one: CalibrationBin, share: float, *, is_current: bool
    ) -> None:
        """Paints where chance puts a bin, and how many answers it holds."""
        theme, px, area = self._theme, self._theme.px, self._area()
        left, right = self.place(one.low, 0).x() + px(3), self.place(one.high, 0).x() - px(3)
        top, bottom = self.place(0, one.expected_high).y(), self.place(0, one.expected_low).y()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("pressed"))
        painter.drawRoundedRect(QRectF(left, top, right - left, max(bottom - top, px(2))), px(3), px(3))
        base, high = area.bottom() + px(_COUNTS), max(2.0, share * (px(_COUNTS) - px(8)))
        painter.setBrush(theme.color("text3" if is_current else "borderStrong"))
        painter.drawRoundedRect(QRectF(left, base - high, right - left, high), px(2), px(2))

    def _paint_diagonal(self, painter: QPainter) -> None:
        start = max(self._lowest())
        painter.setPen(QPen(self._theme.color("text3"), 1.5 * self._theme.scale, Qt.PenStyle.DashLine))
        painter.drawLine(self.place(start, start), self.place(1.0, 1.0))

    def _paint_mark(self, painter: QPainter, one: CalibrationBin, *, is_current: bool) -> None:
        """Paints how often a bin's answers are right, and how far that is from how sure they were."""
        theme, color = self._theme, self._theme.run_color(self._number)
        mark, ideal = self.place(one.confidence, one.accuracy), self.place(one.confidence, one.confidence)
        painter.setPen(QPen(color, 1.5 * theme.scale))
        painter.drawLine(mark, ideal)
        size = theme.px(13 if is_current else 10)
        draw_marker(painter, theme.run_symbol(self._number), color, mark, size)
