"""How high the rows of the layer map are, and what stands between them, in the room that there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass
from enum import StrEnum

Length = Callable[[float], int]
"""Turns a length of the design into pixels."""

LOWEST_BLOCK = 24


class MapSize(StrEnum):
    """How the map is drawn."""

    EDIT = "edit"
    COMPACT = "compact"
    HEAT = "heat"


@dataclass(frozen=True)
class Tier:
    """Vertical lengths that belong together."""

    gap: int
    head_gap: int
    outputs: int
    outputs_gap: int
    pieces: int
    pieces_gap: int
    margin: int
    tallest: int
    lowest: int

    def scaled(self, px: Length) -> Tier:
        """Returns the same lengths in pixels."""
        return Tier(*(px(length) for length in astuple(self)))

    def around(self, rows: int) -> int:
        """Returns the height of everything but ``rows`` blocks."""
        gaps = self.gap * max(0, rows - 2) + self.head_gap * (rows > 1)
        outside = self.outputs + self.outputs_gap + self.pieces + self.pieces_gap
        return gaps + outside + 2 * self.margin


ROOMY = Tier(8, 16, 30, 22, 26, 18, 12, 51, 44)
COMPACT = Tier(6, 8, 24, 8, 26, 8, 8, 39, 32)
TIGHT = Tier(4, 6, 22, 6, 22, 6, 4, 39, LOWEST_BLOCK)
HEAT = Tier(8, 16, 0, 0, 0, 0, 7, 52, 40)
HEAT_COMPACT = Tier(7, 13, 0, 0, 0, 0, 4, 40, 28)
HEAT_TIGHT = Tier(4, 8, 0, 0, 0, 0, 2, 40, LOWEST_BLOCK)


def fit_tier(size: MapSize, rows: int, height: float, px: Length) -> tuple[Tier, int]:
    """Chooses the roomiest lengths with which the blocks keep a readable height.

    Args:
        size: How the map is drawn.
        rows: How many rows it has.
        height: Of the map without opened lines, in pixels.
        px: Turns lengths of the design into pixels.

    Returns:
        The lengths in pixels, and the height of a block.
    """
    tiers = {
        MapSize.EDIT: (ROOMY, COMPACT, TIGHT),
        MapSize.COMPACT: (COMPACT, TIGHT),
        MapSize.HEAT: (HEAT, HEAT_COMPACT, HEAT_TIGHT),
    }[size]
    for tier in (tier.scaled(px) for tier in tiers):
        block = int((height - tier.around(rows)) / max(1, rows))
        if block >= tier.lowest:
            return tier, min(block, tier.tallest)
    return tiers[-1].scaled(px), px(LOWEST_BLOCK)
