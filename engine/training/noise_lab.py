"""The noise lab: how a finished model fares on its test rows when they have noise."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from itertools import count

import msgspec
import numpy as np

from engine.contracts import EncodedRow, Said, Settings, Task, TaskModel
from engine.data.noise_settings import in_words, noise_of
from engine.data.table import cells
from engine.errors import EngineError
from engine.protocol.results import NoisePoint, RunResult
from engine.training.batching import batches_to_judge
from engine.training.judging import judge, pieces_to_judge
from engine.training.noisy_parts import has_noise
from engine.training.rows import EncodedPart
from engine.training_fields import FP32

SHARES = (0.0, 0.05, 0.1, 0.2, 0.3)
"""Shares of what noise can touch."""

_MOST_ROWS, _MOST_WRITTEN = 500, 200
"""Rows that are tried at most, at each share; fewer where answers are written, which takes long."""
_MOST_LETTERS, _FEWEST_ROWS = 100_000, 50
"""Letters that these rows have at most together, unless they are so few: long texts take long, too."""
_LONGER = 1.3
"""How much longer rows are with noise, in word pieces, about."""


class TrialLeftOutError(Exception):
    """The trial with noise is not wanted any more; the result is whole without it."""


Keep = Callable[[TaskModel, EncodedPart, Callable[[int], None]], bool]
"""Reads rows once where nothing below the head has changed, and keeps that for later runs; tells after each
batch how many rows it had, and returns whether it did so."""


def _untold(_done: int, _total: int) -> None:
    pass


def with_noise_points(
    result: RunResult,
    model: TaskModel,
    task: Task,
    test: EncodedPart,
    said: Sequence[Said],
    seed: int,
    most: int | None = None,
    told: Callable[[int, int], None] = _untold,
    precision: str = FP32,
    keep: Keep | None = None,
) -> RunResult:
    """Judges a model on its test rows again, with more and more noise in them.

    The same rows get the same noise in every run of a project that names the same kinds, so that runs can
    be compared. It is the most that is read after training, so it is read in the numbers of the run; only
    the rows as they are, the final test, are always judged in 32 bits.

    Args:
        result: What the test rows gave.
        model: The finished model.
        task: Its task.
        test: The test rows.
        said: What the model said to them.
        seed: Of the split; chooses rows and noise.
        most: Rows at most; as many as the task and the length of the texts allow by default.
        told: Is told how many batches were judged, of how many. May raise :class:`TrialLeftOutError`.
        precision: In which numbers the run computes: ``"fp32"`` or ``"bf16"``.
        keep: Keeps what a frozen model reads, so that the next run need not.

    Returns:
        The result with the score at each share, and a sentence about the rows; only a sentence where a
        tokenizer does not let noise in.
    """
    rows = len(test.windows)
    chosen = tried_rows(task, test, seed, most)
    clean = test.of_rows(chosen)
    clean.precision = precision
    known = [said[number] for row in chosen for number in test.windows[row]]
    try:
        parts = [_with_noise(task, clean, share, seed) for share in SHARES]
    except EngineError as error:
        note = f"It was not tried with noise. {error.problem.title}."
        return msgspec.structs.replace(result, notes=(*result.notes, note))
    try:
        points = _points(model, task, clean, parts, known, told, keep)
    except TrialLeftOutError:
        note = "It was not tried with noise to the end: that was stopped."
        return msgspec.structs.replace(result, notes=(*result.notes, note))
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


def _points(
    model: TaskModel,
    task: Task,
    clean: EncodedPart,
    parts: Sequence[EncodedPart],
    known: Sequence[Said],
    told: Callable[[int, int], None],
    keep: Keep | None,
) -> list[NoisePoint]:
    """Returns the score at each share; rows that noise does not change are not judged again."""
    is_known = [_same(part.asked.encoded, clean.asked.encoded) for part in parts]
    pieces = pieces_to_judge(model)
    total = sum(
        len(list(batches_to_judge(part.lengths, pieces=pieces)))
        for part, is_same in zip(parts, is_known, strict=True)
        if not is_same
    )
    done = count()

    def on_batch(_rows: int = 0) -> None:
        told(min(next(done), total), total)  # there are more of them where memory runs out

    on_batch()
    points = []
    for share, part, is_same in zip(SHARES, parts, is_known, strict=True):
        if is_same:
            answers = known
        elif keep is not None and keep(model, part, on_batch):
            answers = judge(model, task, part).said
        else:
            answers = judge(model, task, part, on_batch).said
        points.append(NoisePoint(share=share, scores=task.result(part.asked, answers, ()).scores))
    return points


def tried_rows(task: Task, test: EncodedPart, seed: int, most: int | None = None) -> list[int]:
    """Returns which test rows are tried with noise: some by lot, fewer where their texts are long.

    They are the same for every model, for how a text is cut into word pieces does not matter.

    Args:
        task: The task.
        test: The test rows.
        seed: Of the split.
        most: Rows at most; ``None`` for as many as the task and the length of the texts allow.
    """
    rows = len(test.windows)
    drawn = [int(row) for row in np.random.default_rng([seed, rows]).permutation(rows)]
    if most is None:
        most = _MOST_WRITTEN if task.written_rows is None else _MOST_ROWS
        texts = [cells(test.asked.rows, role) for role in _read_roles(task, test)]
        letters = np.cumsum([sum(len(column[row]) for column in texts) for row in drawn])
        most = min(most, max(_FEWEST_ROWS, int(np.searchsorted(letters, _MOST_LETTERS, side="right"))))
    return sorted(drawn[:most])


def _read_roles(task: Task, test: EncodedPart) -> list[str]:
    return [role for role in task.input_roles if role in test.asked.rows.column_names]


def rows_read(task: Task, test: EncodedPart, seed: int) -> float:
    """Returns as how many more test rows it counts, about, that a model is tried with noise.

    Args:
        task: The task.
        test: The test rows.
        seed: Of the split.
    """
    return (len(SHARES) - 1) * len(tried_rows(task, test, seed)) * _LONGER


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
