"""Answers that are scores: what was said and the truth, as numbers."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from engine.protocol.cell_numbers import number_of
from engine.protocol.results import Prediction


class ScoreSaid(msgspec.Struct, frozen=True, kw_only=True):
    """A score beside its truth.

    Attributes:
        truth: The right one.
        said: The answer.
        is_near: Whether it is near enough to count as right.
    """

    truth: float
    said: float
    is_near: bool


def scores_said(answers: Sequence[Prediction]) -> tuple[ScoreSaid, ...]:
    """Returns answers as numbers, in their order; none where one of them is a class, a place or a word.

    Args:
        answers: Of a run, on its test rows.
    """
    found = []
    for one in answers:
        truth, said = number_of(one.truth), number_of(one.said)
        if truth is None or said is None or one.probabilities or one.spans:
            return ()
        found.append(ScoreSaid(truth=truth, said=said, is_near=one.is_right))
    return tuple(found)
