"""How likely each answer is: a broad bar for each, that of what was said in the run's colour."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.texts import probability_words
from gui.look.theme import Theme

MOST = 5
_BAR, _PITCH = 22, 35
_LOW_BAR, _LOW_PITCH = 16, 25


class CertaintyBars(QWidget):
    """The likeliest answers, from the top; of many the last line says how many more there are."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._theme = theme
        self._rows: list[tuple[str, float]] = []
        self._said: frozenset[str] = frozenset()
        self._run_number = 1
        self._most = MOST
        self._low = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    def set_values(
        self, shares: Mapping[str, float], said: Collection[str], run_number: int, most: int = MOST
    ) -> None:
        """Shows answers.

        Args:
            shares: Answer → probability, 0 to 1.
            said: Those that were said.
            run_number: Number of the run's colour.
            most: Lines at most.
        """
        self._rows = sorted(shares.items(), key=lambda row: -row[1])
        self._said, self._run_number, self._most = frozenset(said), run_number, most
        words = [f"{name} {probability_words(share)}" for name, share in self._rows[: self._most]]
        self.setAccessibleName(", ".join(words))
        self.setToolTip("\n".join(words))
        self.updateGeometry()
        self.update()

    def set_low(self, low: bool) -> None:
        """Takes less height, in a low window."""
        self._low = low
        self.updateGeometry()
        self.update()

    def rows(self) -> list[tuple[str, float]]:
        """Returns answer and probability, likeliest first, as they are drawn."""
        return self._rows[: self._most]

    def _sizes(self) -> tuple[int, int]:
        bar, pitch = (_LOW_BAR, _LOW_PITCH) if self._low or len(self.rows()) > 3 else (_BAR, _PITCH)
        return self._theme.px(bar), self._theme.px(pitch)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns room for all lines."""
        bar, pitch = self._sizes()
        lines = len(self.rows())
        height = (lines - 1) * pitch + bar if lines else 0
        rest = self._theme.px(18) if len(self._rows) > self._most else 0
        return QSize(self._theme.px(200), height + rest)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the same height."""
        return QSize(self._theme.px(120), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the lines."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, px = self._theme, self._theme.px
        bar, pitch = self._sizes()
        metrics = QFontMetricsF(theme.font("body", 600))
        widest = max((metrics.horizontalAdvance(name) for name, _ in self.rows()), default=0.0)
        names = min(widest + 1, self.width() * 0.36)
        numbers = metrics.horizontalAdvance("> 99 %") + px(10)
        for number, (name, share) in enumerate(self.rows()):
            line = QRectF(0, number * pitch, self.width(), bar)
            strong = name in self._said
            painter.setFont(theme.font("body", 600 if strong else 400))
            painter.setPen(theme.color("text" if strong else "text2"))
            cut = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(names) + 1)
            painter.drawText(QRectF(0, line.top(), names + 2, bar), Qt.AlignmentFlag.AlignVCenter, cut)
            left = names + px(12)
            track = QRectF(left, line.top(), max(px(20), self.width() - left - numbers), bar)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("sunken"))
            painter.drawRoundedRect(track, px(4), px(4))
            filled = QRectF(track)
            filled.setWidth(max(px(3), min(1.0, share) * track.width()))
            painter.setBrush(theme.run_color(self._run_number) if strong else theme.color("disabled"))
            painter.drawRoundedRect(filled, px(4), px(4))
            painter.setPen(theme.color("text" if strong else "text2"))
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(line, side, probability_words(share))
        rest = len(self._rows) - len(self.rows())
        if rest > 0:
            painter.setFont(theme.font("caption"))
            painter.setPen(theme.color("text3"))
            top = (len(self.rows()) - 1) * pitch + bar + px(4)
            words = f"and {rest:,} more"
            painter.drawText(QRectF(0, top, self.width(), px(14)), Qt.AlignmentFlag.AlignVCenter, words)
