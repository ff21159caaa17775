"""Plain text to be read in a field that may be lower than it."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit


class WholeLines(QPlainTextEdit):
    """Shows no half line at its lower edge."""

    laid_out = Signal()
    """Its lines are broken for the width that it has now."""
    _is_breaking = False

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Leaves free what is too low for a line."""
        super().resizeEvent(event)
        rest = self.left_over()
        if self.viewportMargins().bottom() != rest:
            self.setViewportMargins(0, 0, 0, rest)
        first = self.document().firstBlock().layout()
        broken_at = first.boundingRect().width() if first is not None else 0.0
        if broken_at > self.viewport().width() and not self._is_breaking:
            self._break_lines_anew()
        self.laid_out.emit()

    def _break_lines_anew(self) -> None:
        """Qt leaves lines below a scroll bar that has come up while they were broken."""
        mode, self._is_breaking = self.lineWrapMode(), True
        self.setLineWrapMode(self.LineWrapMode.NoWrap)
        self.setLineWrapMode(mode)
        self._is_breaking = False

    def line_height(self) -> float:
        """Returns how high its lines are laid out, which is more than fonts say."""
        first = self.document().firstBlock().layout()
        known = first is not None and first.lineCount() > 0
        return first.lineAt(0).height() if known else math.ceil(QFontMetricsF(self.font()).lineSpacing())

    def left_over(self) -> int:
        """Returns how much of its height, in pixels, is too low for a line; 0 where all lines fit."""
        line = self.line_height()
        room = self.contentsRect().height() - self.document().documentMargin()
        lines = self.document().size().height()  # of plain text in lines, not in pixels
        return int(room % line) if room > line and lines * line > room else 0
