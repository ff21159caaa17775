"""A finished run in short: marker, name, score."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gui.look.painting import draw_marker, draw_panel, mix
from gui.look.theme import Theme
from gui.widgets.hover_fade import HoverFade

_MIDDLE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True)
class RunChipValue:
    """A finished run in short.

    Attributes:
        id: What :attr:`TransportBar.run_chosen` carries.
        name: What it is called.
        score: E.g. ``"0.921"``.
        color_number: Number of its colour.
    """

    id: str
    name: str
    score: str
    color_number: int


class RunChip(QAbstractButton):
    """A finished run: marker, name, score.

    Args:
        theme: Where colours and lengths come from.
        value: The run.
        parent: Owner.
    """

    def __init__(self, theme: Theme, value: RunChipValue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fade = HoverFade(theme, self)
        self.value = value
        self.setObjectName(f"run_chip_{value.id}")
        self.setAccessibleName(f"Run {value.name}, {value.score}".rstrip(", "))
        self.setToolTip(f"Results of {value.name}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _name(self) -> str:
        metrics = QFontMetricsF(self._theme.font("small", 500))
        return metrics.elidedText(self.value.name, Qt.TextElideMode.ElideRight, self._theme.px(150))

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the size of its words."""
        px = self._theme.px
        name = QFontMetricsF(self._theme.font("small", 500)).horizontalAdvance(self._name())
        score = QFontMetricsF(self._theme.font("small")).horizontalAdvance(self.value.score)
        return QSize(px(6) + px(10) + px(6) + int(name) + px(7) + int(score) + px(8), px(28))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the chip."""
        painter = QPainter(self)
        theme, px = self._theme, self._theme.px
        if self._fade.value > 0:
            fill = mix(theme.tint("pressed", 0.0), theme.color("pressed"), self._fade.value)
            draw_panel(painter, QRectF(self.rect()), fill, None, radius=theme.radius("control"))
        number = self.value.color_number
        center = QPointF(px(6) + px(5), self.height() / 2)
        draw_marker(painter, theme.run_symbol(number), theme.run_color(number), center, px(9))
        left = px(22)
        for words, weight, token in ((self._name(), 500, "text"), (self.value.score, 400, "text2")):
            painter.setFont(theme.font("small", weight))
            painter.setPen(theme.color(token))
            painter.drawText(QRectF(left, 0, self.width(), self.height()), _MIDDLE, words)
            left += int(painter.fontMetrics().horizontalAdvance(words)) + px(7)
