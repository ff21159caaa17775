"""Where setups stand between the four corners."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from engine.protocol.catalog import MethodEntry
from engine.protocol.stack import Answer, MethodPreview, Verdict

_FEWEST, _MOST = 2.0, 7.5
"""Exponents of ten between which new parameters are spread over the left half."""


@dataclass(frozen=True)
class CornerPreset:
    """Another method, drawn as a hollow dot; not drawn while its verdict is not known."""

    method: str
    name: str
    verdict: Verdict | None


def horizontal_place(verdict: Verdict) -> float:
    """Returns where a verdict stands from left, 0, to right, 1.

    In the right half, where pretrained weights change, the share of them that may change decides; in the
    left half the number of new parameters, on a logarithmic scale.
    """
    if verdict.weights_change is Answer.YES:
        return 0.5 + 0.5 * (0.1 + 0.8 * min(1.0, max(0.0, verdict.changed_share)))
    if verdict.weights_change is Answer.UNKNOWN:
        return 0.5
    exponent = math.log10(max(1, verdict.new_parameters))
    share = (exponent - _FEWEST) / (_MOST - _FEWEST)
    return 0.5 * (0.1 + 0.8 * min(1.0, max(0.0, share)))


def corner_presets(
    previews: Sequence[MethodPreview], methods: Sequence[MethodEntry], chosen: str
) -> list[CornerPreset]:
    """Returns where the other methods would stand.

    Args:
        previews: What each method would do.
        methods: Of the catalog, for their names.
        chosen: Id of the method that is the filled dot.
    """
    names = {entry.id: entry.name for entry in methods}
    return [
        CornerPreset(preview.method, names[preview.method], preview.verdict)
        for preview in previews
        if preview.verdict is not None and preview.method != chosen and preview.method in names
    ]
