"""A field for a number with arrows."""

from __future__ import annotations

from PySide6.QtWidgets import QSpinBox, QWidget

from gui.look.theme import Theme


class NumberField(QSpinBox):
    """A whole number; the style sheet cannot move its digits away from the edge, so this does.

    Args:
        theme: Where lengths come from.
        low: Smallest value.
        high: Largest value.
        suffix: Unit behind the number.
        parent: Owner.
    """

    def __init__(
        self, theme: Theme, low: int, high: int, suffix: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setRange(low, high)
        self.setSuffix(suffix)
        self._measure()
        theme.changed.connect(self._measure)

    def _measure(self) -> None:
        self.lineEdit().setTextMargins(self._theme.px(8), 0, 0, 0)
