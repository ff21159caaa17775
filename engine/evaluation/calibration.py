"""Calibration: whether answers that were given with 90 % certainty are right nine times in ten.

Bins and the expected calibration error are those of Guo 2017 (*On Calibration of Modern Neural Networks*),
with ten bins of equal width. Even a model that is exactly as sure as it should be misses the diagonal by
chance, the more the fewer rows there are; how far is told beside what was measured (consistency bars,
Bröcker & Smith 2007).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from engine.protocol.results import Calibration, CalibrationBin

BINS = 10
"""Bins of equal width from 0 to 1."""

_DRAWS = 1000
_SEED = 0

_Numbers = npt.NDArray[np.float64]


def calibration_of(
    confidences: Sequence[float] | _Numbers, right: Sequence[bool] | npt.NDArray[np.bool_], counted: str = ""
) -> Calibration | None:
    """Compares how sure a model was with how often it was right.

    Args:
        confidences: The probability that it gave each of its answers, 0 to 1.
        right: Whether each answer is right.
        counted: What the answers are where they are not those to whole rows, plural: ``"words"``.

    Returns:
        What was found; ``None`` where there is nothing to compare.
    """
    sure = np.clip(np.asarray(confidences, dtype=np.float64), 0.0, 1.0)
    if not sure.size:
        return None
    hit = np.asarray(right, dtype=np.float64)
    places = np.minimum((sure * BINS).astype(np.int64), BINS - 1)
    rows = np.bincount(places, minlength=BINS)
    sums_sure = np.bincount(places, weights=sure, minlength=BINS).astype(np.float64)
    hits = np.bincount(places, weights=hit, minlength=BINS).astype(np.float64)
    by_chance = _hits_by_chance(sure, places)
    low, high = np.quantile(by_chance, [0.025, 0.975], axis=0)
    bins = tuple(
        CalibrationBin(
            low=place / BINS,
            high=(place + 1) / BINS,
            rows=int(rows[place]),
            confidence=float(sums_sure[place] / rows[place]),
            accuracy=float(hits[place] / rows[place]),
            expected_low=float(low[place] / rows[place]),
            expected_high=float(high[place] / rows[place]),
        )
        for place in np.flatnonzero(rows).tolist()
    )
    return Calibration(
        error=float(_error(hits, sums_sure, sure.size)),
        error_by_chance=float(np.quantile(_error(by_chance, sums_sure, sure.size), 0.95)),
        confidence=float(sure.mean()),
        accuracy=float(hit.mean()),
        rows=int(sure.size),
        bins=bins,
        counted=counted,
    )


def calibration_of_classes(said: Sequence[torch.Tensor], truth: Sequence[int]) -> Calibration | None:
    """Compares the probability of the likeliest class with how often it is the right one.

    Args:
        said: Logits of each row, ``(classes,)``.
        truth: Class of each row, from 0.
    """
    if not len(said):
        return None
    shares, answers = torch.stack(list(said)).float().softmax(dim=-1).max(dim=-1)
    return calibration_of(shares.double().cpu().numpy(), answers.cpu().numpy() == np.asarray(truth))


def calibration_of_labels(said: Sequence[torch.Tensor], truth: npt.NDArray[np.int64]) -> Calibration | None:
    """Counts each label of each row for itself: how surely it was said or left out, and whether rightly.

    Args:
        said: Logits of each row, ``(labels,)``.
        truth: ``(rows, labels)``, 1 where a label holds.
    """
    if not len(said):
        return None
    shares = torch.stack(list(said)).double().sigmoid().cpu().numpy()
    right = (shares >= 0.5) == truth.astype(bool)
    return calibration_of(
        np.maximum(shares, 1 - shares).ravel(), right.ravel(), "labels, each said or left out"
    )


def _hits_by_chance(sure: _Numbers, places: npt.NDArray[np.int64]) -> _Numbers:
    """Returns how many answers of each bin are right if each is so with its own probability.

    Args:
        sure: ``(answers,)``.
        places: Bin of each.

    Returns:
        ``(draws, bins)``.
    """
    chance = np.random.default_rng(_SEED)
    drawn = np.zeros((_DRAWS, BINS))
    for place in np.unique(places).tolist():
        own = sure[places == place]
        at_once = max(1, 4_000_000 // own.size)
        for start in range(0, _DRAWS, at_once):
            size = (min(at_once, _DRAWS - start), own.size)
            drawn[start : start + size[0], place] = (chance.random(size) < own).sum(axis=1)
    return drawn


def _error(hits: _Numbers, sums_sure: _Numbers, answers: int) -> _Numbers:
    """Returns the expected calibration error of ``(…, bins)`` hits: the mean gap over all answers."""
    gaps: _Numbers = np.abs(hits - sums_sure).sum(axis=-1) / answers
    return gaps
