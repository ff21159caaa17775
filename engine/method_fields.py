"""Settings that several methods have: declared once, so that they mean and read the same everywhere."""

from __future__ import annotations

import msgspec

from engine.protocol.fields import IntegerField, NumberField, RangesField
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

PROMPT_LENGTH = IntegerField(
    name="length",
    label="Length",
    help="How many learned vectors stand before each text. So many fewer word pieces are left for the text.",
    source="20: usual for classification; more helps little (Lester 2021, figure 3a)",
    default=20,
    minimum=1,
    maximum=200,
    unit="vectors",
)
"""For the methods that put learned vectors before the text."""

_LEAST_TEXT = 8  # word pieces that must be left for a text


def prompt_length_of(model: ModelFacts) -> IntegerField:
    """Returns :data:`PROMPT_LENGTH` as far as a model has positions for it."""
    most = min(PROMPT_LENGTH.maximum, max(1, model.max_length - _LEAST_TEXT))
    return msgspec.structs.replace(PROMPT_LENGTH, maximum=most, default=min(PROMPT_LENGTH.default, most))


def blocks_of(model: ModelFacts) -> RangesField:
    """Returns :data:`BLOCKS` with the number of blocks that a model has."""
    return msgspec.structs.replace(BLOCKS, maximum=max(1, model.blocks))
