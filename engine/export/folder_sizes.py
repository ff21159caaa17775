"""How large what is written will be, told from what lies in a run's folder."""

from __future__ import annotations

from engine.export.contract import RunToExport
from engine.models.weights import Holds
from engine.training.finishing import size_of

_TOKENIZER = 800_000
"""Bytes of a usual tokenizer, which is written beside a copy of the weights."""


def whole_model_size(source: RunToExport) -> int:
    """Returns the bytes of a complete model, about."""
    own = size_of(source.model_folder)
    if source.saved.holds is Holds.ENCODER:
        return own
    return own + 4 * source.saved.base.parameters + _TOKENIZER


def learned_size(source: RunToExport) -> int:
    """Returns the bytes of what the run has saved."""
    return size_of(source.model_folder)
