"""How long the texts are: bars, with the part that is cut in another colour."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.protocol.data_facts import HistogramBin
from gui.look.texts import count
from gui.look.theme import Theme


class LengthHistogram(QWidget):
    """Draws a bar per bin of word counts."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts without bars."""
        super().__init__(parent)
        self._theme = theme
        self._bins: tuple[HistogramBin, ...] = ()
        self._limit: int | None = None
        self.setObjectName("length_histogram")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_bins((), None)
        theme.changed.connect(self._restyle)

    @property
    def total(self) -> int:
        """Number of texts."""
        return sum(entry.count for entry in self._bins)

    @property
    def cut(self) -> int:
        """Number of texts in bins that lie wholly above the limit."""
        return sum(entry.count for entry in self._bins if self._is_cut(entry))

    def set_bins(self, bins: Sequence[HistogramBin], limit: int | None) -> None:
        """Shows other texts.

        Args:
            bins: Counts, shortest texts first.
            limit: Longest text in words that can be read whole; ``None`` when not known.
        """
        self._bins = tuple(bins)
        self._limit = limit
        if self._bins:
            most = max(self._bins, key=lambda entry: entry.count)
            words = f"{self.total:,} texts, most have {most.low} to {most.high - 1} words"
            if self.cut:
                words += f"; {self.cut:,} are longer than {limit} words and will be cut"
        else:
            words = "No texts"
        self.setAccessibleName(f"Length: {words}")
        self.setToolTip(words + ".")
        self.update()

    def bar_heights(self, full: float) -> list[float]:
        """Returns the height of each bar.

        Args:
            full: Height of the highest bar in pixels. A bin that is not empty gets at least 2 px.
        """
        highest = max((entry.count for entry in self._bins), default=0)
        if highest == 0:
            return [0.0] * len(self._bins)
        return [max(2.0, full * entry.count / highest) if entry.count else 0.0 for entry in self._bins]

    def _is_cut(self, entry: HistogramBin) -> bool:
        return self._limit is not None and entry.low > self._limit

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    # Qt

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Returns the height of bars and axis."""
        return QSize(self._theme.px(200), self._theme.px(72))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """Paints bars, base line and three numbers."""
        theme, px = self._theme, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        base = self.height() - px(22)
        bars = len(self._bins)
        if bars:
            pitch = self.width() / bars
            gap = min(px(3), pitch / 4)
            for place, (entry, height) in enumerate(zip(self._bins, self.bar_heights(base), strict=True)):
                color = "warn" if self._is_cut(entry) else "borderStrong"
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color(color))
                bar = QRectF(place * pitch + gap / 2, base - height, pitch - gap, height + px(3))
                painter.setClipRect(QRectF(0, 0, self.width(), base))
                painter.drawRoundedRect(bar, px(2), px(2))
            painter.setClipping(False)
        painter.setPen(QPen(theme.color("borderStrong"), 1))
        painter.drawLine(0, base, self.width(), base)
        if not bars:
            return
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("text3"))
        below = QRectF(0, base + px(4), self.width(), px(18))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, f"{self._bins[0].low}")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, self._last_words())
        if bars > 2:
            place = bars // 2
            tick = QRectF(0, below.top(), px(80), px(18))
            tick.moveLeft(place * self.width() / bars - tick.width() / 2)
            painter.drawText(tick, Qt.AlignmentFlag.AlignHCenter, count("words", self._bins[place].low))

    def _last_words(self) -> str:
        """The end of the axis; a last bar that is wider than the others holds everything from there on."""
        first, last = self._bins[0], self._bins[-1]
        wider = last.high - last.low > first.high - first.low
        return f"{last.low}+" if wider else f"{last.high}"
