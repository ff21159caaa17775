"""The noise lab: how a finished model fares on its test rows when they have typos."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import msgspec
import numpy as np

from engine.contracts import Said, Task, TaskModel
from engine.protocol.results import NoisePoint, RunResult
from engine.training.judging import judge
from engine.training.rows import EncodedPart

SHARES = (0.0, 0.05, 0.1, 0.2)
"""Shares of the characters that get typos."""

MOST_ROWS = 200
"""Rows that are tried at most, at each share: answers that are written take long."""


def with_noise_points(
    result: RunResult,
    model: TaskModel,
    task: Task,
    test: EncodedPart,
    said: Sequence[Said],
    seed: int,
    most: int = MOST_ROWS,
) -> RunResult:
    """Judges a model on its test rows again, with more and more typos in them.

    The same rows get the same typos in every run of a seed, so that runs can be compared.

    Args:
        result: What the test rows gave.
        model: The finished model.
        task: Its task.
        test: The test rows.
        said: What the model said to them.
        seed: Of the run; chooses the rows.
        most: Rows at most.

    Returns:
        The result with the score at each share, and a sentence about the rows; as it was for tasks that
        are not tried so.
    """
    if task.with_typos is None:
        return result
    rows = len(test.windows)
    chance = np.random.default_rng([seed, rows])
    chosen = sorted(int(row) for row in chance.permutation(rows)[:most])
    clean = test.of_rows(chosen)
    known = [said[number] for row in chosen for number in test.windows[row]]
    points = []
    for share in SHARES:
        asked = dataclasses.replace(clean.asked, rows=task.with_typos(clean.asked, share, seed), encoded=())
        asked = dataclasses.replace(asked, encoded=task.encode(asked))
        unchanged = [row["input_ids"] for row in asked.encoded] == [
            row["input_ids"] for row in clean.asked.encoded
        ]
        answers = known if unchanged else judge(model, task, test.with_rows(asked)).said
        points.append(NoisePoint(share=share, scores=task.result(asked, answers, ()).scores))
    which = f"all {rows:,}" if len(chosen) == rows else f"{len(chosen):,} of the {rows:,}"
    note = f"Scores by typos are those of {which} test rows, the same at each share."
    return msgspec.structs.replace(result, by_noise=tuple(points), notes=(*result.notes, note))
