"""What a run's first rows tell of all: what is said and written, what is drawn, how long batching takes."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from engine.contracts import Asked, EncodedRow, Network, Task
from engine.data.continuations import LONGEST_CONTINUATION
from engine.padding import IGNORED
from engine.training.prefix_cache import TRIED_ROWS, draws_anew
from engine.training.rows import EncodedPart, row_length
from engine.training.work import WordsSaid
from engine.training_fields import MAX_TARGET_LENGTH

_FEW = 200
"""Rows that tell how many words are said."""

_ANSWERED = 1000
"""Rows of a part that tell how long answers are."""

_TIMES = 3
"""How often some rows are put into a batch."""


@dataclass(frozen=True)
class FirstRows:
    """What the first rows of a run tell of all.

    Attributes:
        said: How many words a model says and writes.
        drawn: Parts whose rows a model reads otherwise in each epoch, as where words are hidden.
        row: Seconds in which a row is put into a batch.
    """

    said: WordsSaid
    drawn: frozenset[str]
    row: float


def told_by(task: Task, parts: Mapping[str, Asked]) -> FirstRows:
    """Returns what the first rows of a run tell of all.

    Args:
        task: Its task.
        parts: Part → rows that are no word pieces yet.
    """
    first = {name: _first_encoded(task, part) for name, part in parts.items()}
    return FirstRows(
        said=WordsSaid() if task.network is Network.ENCODER else _words_said(task, parts),
        drawn=frozenset(name for name, part in first.items() if draws_anew(part)),
        row=_seconds_a_row(first["train"]),
    )


def _words_said(task: Task, parts: Mapping[str, Asked]) -> WordsSaid:
    encoded = _encoded(task, parts["train"], _FEW)
    if not encoded:
        return WordsSaid()
    labels = task.collate(parts["train"].tokenizer, encoded, range(len(encoded)))["labels"]
    said = (labels != IGNORED).sum(dim=1).float()
    read = sum(row_length(row) for row in encoded)
    judged = [] if task.written_rows == 0 else [name for name in parts if name != "train"]
    return WordsSaid(
        share=float(said.sum()) / max(1, read),
        a_row=float(said.mean()),
        answers={name: _answers(parts[name], _encoded(task, parts[name], _ANSWERED)) for name in judged},
    )


def _answers(part: Asked, rows: Sequence[EncodedRow]) -> list[int]:
    """Returns how many pieces the right answer has to each row that one is written to, else 0."""
    most = int(part.settings.get(MAX_TARGET_LENGTH.name, LONGEST_CONTINUATION))
    return [
        min(most, sum(label != IGNORED for label in row.get("labels", ())))
        * bool(row.get("writes", True) and row.get("prompt", 1))
        for row in rows
    ]


def _seconds_a_row(part: EncodedPart) -> float:
    some = list(range(min(TRIED_ROWS, len(part))))
    started = time.perf_counter()
    for _ in range(_TIMES if some else 0):
        part.batch(some)
    return (time.perf_counter() - started) / max(1, _TIMES * len(some))


def _first_encoded(task: Task, part: Asked) -> EncodedPart:
    first = part.rows.select(range(min(len(part.rows), TRIED_ROWS)))
    encoded = task.encode(dataclasses.replace(part, rows=first))
    return EncodedPart(task, dataclasses.replace(part, rows=first, encoded=encoded), torch.device("cpu"))


def _encoded(task: Task, part: Asked, most: int) -> list[EncodedRow]:
    return task.encode(dataclasses.replace(part, rows=part.rows.select(range(min(len(part.rows), most)))))
