"""Which held-out texts to follow while a model learns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def choose_watched(
    labels: Sequence[str],
    count: int,
    seed: int = 0,
    probabilities: Sequence[Sequence[float]] | None = None,
) -> list[int]:
    """Returns which rows to follow: half of them any, half of them those answered least surely.

    Without probabilities all are taken at random, a class after the other, so that a rare one is
    among them.

    Args:
        labels: Right answer of each held-out row.
        count: How many to choose.
        seed: Of the random ones.
        probabilities: ``(rows, classes)`` of a first model, to know what is uncertain.
    """
    wanted = min(count, len(labels))
    chosen: list[int] = []
    if probabilities is not None:
        unsure = sorted(range(len(labels)), key=lambda row: (max(probabilities[row]), row))
        chosen = unsure[: wanted // 2]
    keys = np.random.PCG64(seed % 2**63).random_raw(len(labels))
    order = [int(row) for row in np.argsort(keys, kind="stable") if int(row) not in set(chosen)]
    turn: dict[str, int] = {}
    turns = []
    for place, row in enumerate(order):
        turn[labels[row]] = turn.get(labels[row], 0) + 1
        turns.append((turn[labels[row]], place, row))
    return chosen + [row for _, _, row in sorted(turns)[: wanted - len(chosen)]]
