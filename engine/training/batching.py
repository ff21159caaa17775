"""Which rows go into which batch: a pure function of the seed and the epoch, so it can be repeated.

Rows of like length go together, so that little is computed on padding. Every row is seen once an
epoch, whatever its length, and which rows meet changes from epoch to epoch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

_POOL = 16
"""Steps whose rows are sorted by length together. More: less padding; fewer: more mixing."""


def steps_of_epoch(
    lengths: Sequence[int], *, batch_size: int, accumulation: int, seed: int, epoch: int
) -> list[list[list[int]]]:
    """Divides rows into optimizer steps and these into batches.

    Args:
        lengths: Length of each row in word pieces.
        batch_size: Rows in a batch, at most.
        accumulation: Batches in a step. 4 batches of 8 hold the rows of 1 batch of 32.
        seed: Of the run.
        epoch: First is 0.

    Returns:
        Steps → batches → numbers of rows. Every row occurs exactly once.
    """
    chance = np.random.default_rng([seed, epoch])
    order = chance.permutation(len(lengths))
    rows_per_step = batch_size * accumulation
    sizes = np.asarray(lengths)
    steps: list[list[list[int]]] = []
    for start in range(0, len(order), rows_per_step * _POOL):
        pool = order[start : start + rows_per_step * _POOL]
        pool = pool[np.argsort(sizes[pool], kind="stable")]
        for step_start in range(0, len(pool), rows_per_step):
            rows = [int(row) for row in pool[step_start : step_start + rows_per_step]]
            steps.append([rows[at : at + batch_size] for at in range(0, len(rows), batch_size)])
    return [steps[number] for number in chance.permutation(len(steps))]


def steps_per_epoch(rows: int, *, batch_size: int, accumulation: int) -> int:
    """Returns how many optimizer steps an epoch has.

    Args:
        rows: Rows to train on.
        batch_size: Rows in a batch.
        accumulation: Batches in a step.
    """
    return -(-rows // (batch_size * accumulation))


def batches_to_judge(lengths: Sequence[int], *, pieces: int = 4096) -> Iterator[list[int]]:
    """Yields batches for rows that are only judged: by length, shortest first, so always the same.

    Args:
        lengths: Length of each row in word pieces.
        pieces: Word pieces in a batch, padding included, at most (a single row may be longer).
    """
    batch: list[int] = []
    for row in np.argsort(np.asarray(lengths), kind="stable"):
        if batch and lengths[row] * (len(batch) + 1) > pieces:
            yield batch
            batch = []
        batch.append(int(row))
    if batch:
        yield batch


def of_one_length(batch: Sequence[int], lengths: Sequence[int]) -> list[list[int]]:
    """Returns the rows of a batch that are equally long together, in the order in which lengths occur.

    Args:
        batch: Numbers of rows.
        lengths: Length of each row in word pieces.
    """
    same: dict[int, list[int]] = {}
    for row in batch:
        same.setdefault(lengths[row], []).append(row)
    return [*same.values()]


def padded_pieces(lengths: Sequence[int], batches: Sequence[Sequence[int]]) -> int:
    """Returns how many word pieces a model computes for some batches, padding included."""
    return sum(len(batch) * max(lengths[row] for row in batch) for batch in batches)
