"""Where the stacks of the layer map stand: one in the middle, or an encoder and a decoder side by side."""

from __future__ import annotations

from dataclasses import dataclass

from engine.protocol.stack import LayerKind
from gui.widgets.layer_map_tiers import Length, MapSize
from gui.widgets.layer_map_view import StackView

WORDS_FROM_WIDTH = 640
"""Narrower maps leave the words on the left out."""

STACK_WIDTH = 240
"""Width of each of two stacks."""

_LANE, _NARROW_LANE = 40, 28
"""Room between two stacks, in which what the encoder says goes over to the decoder."""

_COUNTS_FROM = 84
"""Room beside two stacks that their counts need."""


@dataclass(frozen=True)
class Columns:
    """The columns of a map.

    Attributes:
        rows: For each column the indices of its rows, bottom first. The embeddings are in each of two.
        spans: Left edge and width of each row.
        lane: Place of the middle between two columns; 0 for one.
        counts: For each row where its count stands: where it begins, and 1 if it runs to the right, -1 to
            the left, 0 if it has no room.
        longest_bar: Length at 100 % of the bar of the layer with the most numbers.
    """

    rows: tuple[tuple[int, ...], ...]
    spans: tuple[tuple[float, float], ...]
    lane: float
    counts: tuple[tuple[float, int], ...]
    longest_bar: int

    @property
    def are_two(self) -> bool:
        """Returns whether there are two stacks side by side."""
        return len(self.rows) == 2


def make_columns(view: StackView, size: MapSize, width: float, px: Length) -> Columns:
    """Finds the columns of a map; a heat map has one, in which a decoder follows its encoder.

    Args:
        view: What is drawn.
        size: How it is drawn.
        width: Of the widget, in pixels.
        px: Turns lengths of the design into pixels.
    """
    if size is MapSize.HEAT or len(view.stacks) < 2:
        left, block = _one_column(size, width, px)
        count = (left + block + px(18), 1)
        rows = tuple(range(len(view.rows)))
        return Columns((rows,), ((left, block),) * len(rows), 0.0, (count,) * len(rows), 54)
    lane = px(_LANE if width >= px(WORDS_FROM_WIDTH) else _NARROW_LANE)
    block = min(float(px(STACK_WIDTH)), (width - lane - 2 * px(8)) / 2)
    left = width / 2 - lane / 2 - block
    right = width / 2 + lane / 2
    has_room = left >= px(_COUNTS_FROM)
    side = {view.stacks[0]: (left, block), view.stacks[1]: (right, block)}
    spans, counts = [], []
    for row in view.rows:
        shared = (left, right + block - left) if row.kind is LayerKind.EMBEDDINGS else side[view.stacks[1]]
        spans.append(side.get(row.stack, shared))
        runs = -1 if row.stack == view.stacks[0] else 1
        counts.append((left - px(10) if runs < 0 else right + block + px(10), runs if has_room else 0))
    kinds = ((LayerKind.EMBEDDINGS,), (LayerKind.EMBEDDINGS, LayerKind.HEAD))
    rows_of = tuple(
        tuple(index for index, row in enumerate(view.rows) if row.stack == stack or row.kind in shared_kinds)
        for stack, shared_kinds in zip(view.stacks, kinds, strict=True)
    )
    return Columns(rows_of, tuple(spans), width / 2, tuple(counts), 18)


def _one_column(size: MapSize, width: float, px: Length) -> tuple[float, float]:
    """Returns left edge and width of the blocks."""
    if size is MapSize.HEAT:
        roomy = width >= px(250)
        outside = px(2) + (px(12) + px(62) + px(11) if roomy else px(12) + px(42) + px(3))
        return px(2), max(px(80), width - outside)
    if width >= px(WORDS_FROM_WIDTH):
        growth = max(0.0, width - px(760)) / 2
        block = min(px(404) + growth, width - px(300), px(560))
        return width / 2 + px(6) - block / 2, block
    block = min(px(404), width - px(16 + 136))
    return max(px(16), (width - block - px(136)) / 2), block
