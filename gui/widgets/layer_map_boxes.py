"""The boxes that the layer map is made of: rows, texts, brackets."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QRectF

from gui.widgets.layer_map_parts import PartBoxes


@dataclass(frozen=True)
class RowBox:
    """Places of one row.

    Attributes:
        rect: The block.
        name: What it is called there.
        parts: Plates and inserts inside it; empty when they are not shown.
        lines: Places of the lines of the opened row, top to bottom, below the block.
        sparkline: Place of the curve in a heat map; empty otherwise.
    """

    rect: QRectF
    name: str
    parts: PartBoxes
    lines: tuple[QRectF, ...] = ()
    sparkline: QRectF = field(default_factory=QRectF)

    @property
    def whole(self) -> QRectF:
        """Returns the block with its opened lines."""
        return self.rect.united(self.lines[-1]) if self.lines else self.rect


@dataclass(frozen=True)
class TextBox:
    """A text in a rounded box: a word piece or an output."""

    text: str
    rect: QRectF


@dataclass(frozen=True)
class Bracket:
    """What a stretch of rows tends to know, at the left."""

    title: str
    note: str
    top: float
    bottom: float
