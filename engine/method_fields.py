"""Settings that several methods have: declared once, so that they mean and read the same everywhere."""

from __future__ import annotations

import msgspec

from engine.protocol.fields import NumberField, RangesField
from engine.protocol.stack import ModelFacts

LAYER_DECAY = NumberField(
    name="layer_wise_learning_rate_decay",
    label="Learning rate decay per layer",
    help="Each layer learns at this fraction of the rate of the layer above it. 1 means all learn alike.",
    source="Howard & Ruder 2018 use 1/2.6; Clark 2020 (ELECTRA) 0.8",
    advanced=True,
    default=1.0,
    minimum=0.1,
    maximum=1.0,
)
"""For every method that trains the model's own weights; the optimizer heeds it."""

BLOCKS = RangesField(
    name="blocks",
    label="In blocks",
    help="Which blocks get the new parts, counted from the bottom: all, or numbers such as 4-6.",
    source="All; Rücklé 2021 (AdapterDrop): leaving out the lowest blocks is faster and costs little",
    advanced=True,
    default="all",
    maximum=512,
    unit="blocks",
)
"""For every method that puts parts into blocks."""


def blocks_of(model: ModelFacts) -> RangesField:
    """Returns :data:`BLOCKS` with the number of blocks that a model has."""
    return msgspec.structs.replace(BLOCKS, maximum=max(1, model.blocks))
