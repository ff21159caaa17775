"""Where a score lies between the lowest and the highest of the test rows."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.protocol.cell_numbers import number_of
from gui.look.theme import Theme

_TRACK, _DOT, _HEIGHT = 8, 14, 40


class ScoreScale(QWidget):
    """A track with both ends named, the score as a dot in the run's colour, the truth as a line."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._theme = theme
        self._ends: tuple[float, float] = (0.0, 1.0)
        self._said = 0.0
        self._truth: float | None = None
        self._run_number = 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    def set_score(self, said: str, truth: str, ends: tuple[float, float] | None, run_number: int) -> bool:
        """Shows a score, and returns whether it is one that can be shown.

        Args:
            said: The answer.
            truth: The right one; empty when not known.
            ends: The lowest and the highest score; ``None`` where answers are no scores.
            run_number: Number of the run's colour; 0 for the base model.
        """
        number = number_of(said)
        if ends is None or number is None or ends[0] >= ends[1]:
            return False
        self._ends, self._said, self._truth, self._run_number = ends, number, number_of(truth), run_number
        words = f"{said} on a scale from {_words(ends[0])} to {_words(ends[1])}, the scores of the test rows"
        self.setAccessibleName(words)
        self.setToolTip(f"{words}.")
        self.update()
        return True

    def place(self, score: float) -> float:
        """Returns how far from the left a score lies, 0 to 1; outside of the scale at its end."""
        low, high = self._ends
        return min(1.0, max(0.0, (score - low) / (high - low)))

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns room for the track and the words below it."""
        return QSize(self._theme.px(200), self._theme.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the same height."""
        return QSize(self._theme.px(120), self._theme.px(_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws track, ends, truth and score."""
        painter, theme, px = QPainter(self), self._theme, self._theme.px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        half, middle = px(_DOT) / 2, px(_DOT) / 2 + 1
        track = QRectF(half, middle - px(_TRACK) / 2, self.width() - 2 * half, px(_TRACK))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("sunken"))
        painter.drawRoundedRect(track, px(_TRACK) / 2, px(_TRACK) / 2)
        if self._truth is not None:
            x = track.left() + self.place(self._truth) * track.width()
            painter.setPen(QPen(theme.color("text"), theme.px(2)))
            painter.drawLine(QPointF(x, middle - half), QPointF(x, middle + half))
        dot = QPointF(track.left() + self.place(self._said) * track.width(), middle)
        painter.setPen(QPen(theme.color("surface"), 2))
        painter.setBrush(theme.run_color(self._run_number) if self._run_number else theme.color("text3"))
        painter.drawEllipse(dot, half, half)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("text3"))
        below = QRectF(0, middle + half + px(4), self.width(), px(16))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, _words(self._ends[0]))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, _words(self._ends[1]))
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, "scores of the test rows")


def _words(number: float) -> str:
    return f"{number:.3g}"
