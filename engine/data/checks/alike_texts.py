"""Texts that are almost the same as another, and whether they stand on both sides of the split."""

from __future__ import annotations

from collections.abc import Sequence

from engine.contracts import SplitRows
from engine.data.check import Check, CheckedRows, Tell
from engine.data.near_duplicates import Pair, near_duplicates
from engine.data.table import usable_numbers
from engine.protocol import alike_problems
from engine.protocol.problems import ComparedTexts, Problem

_SHOWN = 5
_LETTERS = 600
"""Of a text that is shown beside another, at most."""


def look(rows: CheckedRows) -> Tell:
    """Finds the pairs once; how many of them a split parts is told for each split."""
    found = near_duplicates(rows.texts, rows.groups)

    def tell(split: SplitRows | None) -> Sequence[Problem]:
        if not found.pairs:
            return ()
        extra = sorted({rows.numbers[pair.second] for pair in found.pairs})
        compared = tuple(_compared(rows, pair) for pair in found.pairs[:_SHOWN])
        judged = len(split.validation) + len(split.test) if split else 0
        studied = _studied(rows, found.groups, split) if split else 0
        return (alike_problems.near_duplicates(extra, compared, studied=studied, judged=judged),)

    return tell


def _studied(rows: CheckedRows, alike: Sequence[int], split: SplitRows) -> int:
    """Returns how many rows outside of training are almost the same as one that is learned from.

    Args:
        rows: The rows.
        alike: A number per row; those that are almost the same have the same one.
        split: How they are divided.
    """
    trained = {*usable_numbers(split.train)}
    judged = {*usable_numbers(split.validation), *usable_numbers(split.test)}
    every = list(zip(alike, rows.groups, rows.numbers, strict=True))
    learned = {near for near, _, number in every if number in trained}
    # What is the very same is told of where the file itself divides the rows.
    own = {group for _, group, number in every if number in trained}
    return sum(near in learned and group not in own for near, group, number in every if number in judged)


def _compared(rows: CheckedRows, pair: Pair) -> ComparedTexts:
    first, second = rows.texts[pair.first][:_LETTERS], rows.texts[pair.second][:_LETTERS]
    return ComparedTexts(
        rows=(rows.numbers[pair.first], rows.numbers[pair.second]),
        texts=(first, second),
        alike=round(pair.alike, 3),
    )


CHECK = Check(look=look)
