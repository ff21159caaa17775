"""Which of the three layouts fits the window's size."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Signal

MINIMUM_WIDTH, MINIMUM_HEIGHT = 960, 520
"""Smallest window, in logical pixels."""

_WIDE = (1400, 760)
_COMPACT = (1200, 640)


class LayoutName(StrEnum):
    """How a page lays itself out."""

    WIDE = "wide"
    COMPACT = "compact"
    NARROW = "narrow"


def layout_for(width: float, height: float) -> LayoutName:
    """Returns the layout for a window of that size.

    Args:
        width: Of the window in logical pixels, divided by the scale of the user interface.
        height: Likewise.
    """
    if width >= _WIDE[0] and height >= _WIDE[1]:
        return LayoutName.WIDE
    if width >= _COMPACT[0] and height >= _COMPACT[1]:
        return LayoutName.COMPACT
    return LayoutName.NARROW


class LayoutClass(QObject):
    """The layout that holds now; pages lay themselves out again when it changes."""

    changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = LayoutName.WIDE

    def fit(self, width: float, height: float) -> None:
        """Takes over the window's size; see :func:`layout_for`."""
        self.set_name(layout_for(width, height))

    def set_name(self, name: LayoutName) -> None:
        """Takes a layout over that was worked out elsewhere."""
        if name is not self.name:
            self.name = name
            self.changed.emit(name)

    @property
    def is_wide(self) -> bool:
        """Whether everything is as drawn at 1440 × 900."""
        return self.name is LayoutName.WIDE

    @property
    def is_narrow(self) -> bool:
        """Whether columns fold into tabs."""
        return self.name is LayoutName.NARROW
