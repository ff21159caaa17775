"""The noise lab: how a finished model fares on its test rows when they have noise."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import msgspec
import numpy as np

from engine.contracts import EncodedRow, Said, Settings, Task, TaskModel
from engine.data.noise_settings import in_words, noise_of
from engine.errors import EngineError
from engine.protocol.results import NoisePoint, RunResult
from engine.training.judging import judge
from engine.training.noisy_parts import has_noise
from engine.training.rows import EncodedPart

SHARES = (0.0, 0.05, 0.1, 0.2, 0.3)
"""Shares of what noise can touch."""

_MOST_ROWS, _MOST_WRITTEN = 500, 200
"""Rows that are tried at most, at each share; fewer where answers are written, which takes long."""
_LONGER = 1.3
"""How much longer rows are with noise, in word pieces, about."""


def with_noise_points(
    result: RunResult,
    model: TaskModel,
    task: Task,
    test: EncodedPart,
    said: Sequence[Said],
    seed: int,
    most: int | None = None,
) -> RunResult:
    """Judges a model on its test rows again, with more and more noise in them.

    The same rows get the same noise in every run of a project that names the same kinds, so that runs can
    be compared.

    Args:
        result: What the test rows gave.
        model: The finished model.
        task: Its task.
        test: The test rows.
        said: What the model said to them.
        seed: Of the split; chooses rows and noise.
        most: Rows at most; as many as the task allows by default.

    Returns:
        The result with the score at each share, and a sentence about the rows; only a sentence where a
        tokenizer does not let noise in.
    """
    rows = len(test.windows)
    chance = np.random.default_rng([seed, rows])
    chosen = sorted(int(row) for row in chance.permutation(rows)[: most or _most(task)])
    clean = test.of_rows(chosen)
    known = [said[number] for row in chosen for number in test.windows[row]]
    try:
        parts = [_with_noise(task, clean, share, seed) for share in SHARES]
    except EngineError as error:
        note = f"It was not tried with noise. {error.problem.title}."
        return msgspec.structs.replace(result, notes=(*result.notes, note))
    points = []
    for share, part in zip(SHARES, parts, strict=True):
        is_known = _same(part.asked.encoded, clean.asked.encoded)
        answers = known if is_known else judge(model, task, part).said
        points.append(NoisePoint(share=share, scores=task.result(part.asked, answers, ()).scores))
    which = f"all {rows:,}" if len(chosen) == rows else f"{len(chosen):,} of the {rows:,}"
    words = in_words(test.asked.settings)
    learned = "texts with noise" if has_noise(task, test.asked.settings) else "clean texts"
    note = (
        f"It learned from {learned}; after training it was tried with {words}, too, on {which} test rows, "
        "the same at each rate."
    )
    return msgspec.structs.replace(
        result, by_noise=tuple(points), noise=words, noise_rows=len(chosen), notes=(*result.notes, note)
    )


def rows_read(task: Task, rows: int) -> float:
    """Returns as how many more test rows it counts, about, that a model is tried with noise.

    Args:
        task: The task.
        rows: Test rows.
    """
    return (len(SHARES) - 1) * min(rows, _most(task)) * _LONGER


def _most(task: Task) -> int:
    return _MOST_WRITTEN if task.written_rows is None else _MOST_ROWS


def _with_noise(task: Task, clean: EncodedPart, share: float, seed: int) -> EncodedPart:
    """Returns test rows with noise; nothing is written that serves to be shown only."""
    settings: Settings = clean.asked.settings
    noise = dataclasses.replace(noise_of(settings), share=share, seed=seed)
    asked = dataclasses.replace(clean.asked, rows=task.with_noise(clean.asked, noise).rows, encoded=())
    return clean.with_rows(dataclasses.replace(asked, encoded=task.encode(asked), writes=False))


def _same(rows: Sequence[EncodedRow], others: Sequence[EncodedRow]) -> bool:
    """Returns whether a model is asked the same."""
    plain = [
        [{name: row[name] for name in row if name != "example"} for row in part] for part in (rows, others)
    ]
    return plain[0] == plain[1]
