"""An answer in large letters, with how sure it is in small ones behind it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.theme import Theme


class SaidLine(QWidget):
    """One line; a long answer is cut, how sure it is never."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._theme = theme
        self._role = "hero"
        self.said, self.sure = "", ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    def set_words(self, said: str, sure: str) -> None:
        """Shows an answer.

        Args:
            said: The answer.
            sure: How sure it is; may be empty.
        """
        was_large, self.said, self.sure = bool(self.said), said, sure
        if was_large != bool(said):
            self.updateGeometry()
        self.setAccessibleName(", ".join(part for part in (said, sure) if part))
        self.setToolTip(said)
        self.update()

    def set_role(self, role: str) -> None:
        """Writes the answer in another type role."""
        self._role = role
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the height of the line."""
        return QSize(self._theme.px(120), self._line_height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns a width at which the beginning of the answer is there."""
        return QSize(self._theme.px(80), self._line_height())

    def _line_height(self) -> int:
        """Returns the height of the largest words there are."""
        return self._theme.line_height(self._role if self.said or not self.sure else "small")

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws both on one base line."""
        painter, theme = QPainter(self), self._theme
        small = theme.font("small")
        large = theme.font(self._role) if self.said else small
        beside = QFontMetricsF(small).horizontalAdvance(self.sure) + theme.px(8) if self.sure else 0.0
        metrics = QFontMetricsF(large)
        room = self.width() - (beside if self.said else 0.0)
        words = metrics.elidedText(self.said, Qt.TextElideMode.ElideRight, max(0.0, room))
        base = (self.height() + metrics.ascent() - metrics.descent()) / 2
        painter.setFont(large)
        painter.setPen(theme.color("text"))
        painter.drawText(QPointF(0, base), words)
        painter.setFont(small)
        painter.setPen(theme.color("text2"))
        left = metrics.horizontalAdvance(words) + theme.px(8) if words else 0.0
        painter.drawText(QPointF(left, base), self.sure)
