"""Pairs whose two texts are of lengths that do not go together: one of them may belong to another row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_FEWEST = 20
"""Pairs from which it can be said what is usual."""
_SPREADS = 4.0
"""Standard deviations from what is usual; one in 16,000 of pairs that are as they should be."""
_LEAST_SPREAD = 0.15
"""Of the logarithm of the ratio, at least: where all pairs fit closely a little more is nothing odd."""
_TIMES = 3.0
_LETTERS = 20
"""How many times as long as usual, and by how many letters, a text is at least that does not fit."""
_SMOOTHING = 5
"""Letters that are added to both lengths, so that "OK" and "D'accord" are not far apart."""


def odd_lengths(sources: Sequence[str], targets: Sequence[str]) -> list[int]:
    """Returns the places of pairs whose second text is much too long or too short, the oddest first.

    What is usual is the median of the logarithm of the ratio, and how far ratios spread is its median
    absolute deviation: both stay as they are where some pairs are wrong (Huber 1981).

    Args:
        sources: The first text of each pair.
        targets: The second one.
    """
    if len(sources) < _FEWEST:
        return []
    read, written = (np.array([len(text) for text in texts], dtype=float) for texts in (sources, targets))
    ratios = np.log((written + _SMOOTHING) / (read + _SMOOTHING))
    usual = np.median(ratios)
    far = np.abs(ratios - usual)
    spread = max(1.4826 * float(np.median(far)), _LEAST_SPREAD)
    expected = np.exp(usual) * (read + _SMOOTHING) - _SMOOTHING
    odd = (far > max(_SPREADS * spread, np.log(_TIMES))) & (np.abs(written - expected) >= _LETTERS)
    places = np.flatnonzero(odd)
    order: list[int] = places[np.argsort(-far[places], kind="stable")].tolist()
    return order


def usual_ratio(sources: Sequence[str], targets: Sequence[str]) -> float:
    """Returns how many times as long as the first the second text of a pair usually is, in letters."""
    ratios = [
        (len(target) + _SMOOTHING) / (len(source) + _SMOOTHING)
        for source, target in zip(sources, targets, strict=True)
    ]
    return float(np.median(ratios))
