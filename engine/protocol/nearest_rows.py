"""Rows that a run has learned from and that are like a text to it: the command and its event."""

from __future__ import annotations

import msgspec

from engine.protocol.command_header import CommandHeader as _Command
from engine.protocol.event_header import EventHeader as _Event


class FindNearest(_Command, frozen=True, kw_only=True, tag="FindNearest"):
    """Find the training rows that a run's model reads most like a text. Answers: stages, ``NearestFound``.

    The first time all training rows are read; that is kept.

    Attributes:
        folder: The run's.
        row: A text for each of the task's input roles.
        most: How many rows.
    """

    folder: str
    row: dict[str, str]
    most: int = 5


class NearestRow(msgspec.Struct, frozen=True, kw_only=True):
    """A training row.

    Attributes:
        row: Where it stands in the file (the first row of data is 1).
        text: What is read there.
        truth: Its answer.
        likeness: Cosine of what the head reads of both, -1 to 1.
        second: What is read beside the text.
    """

    row: int
    text: str
    truth: str
    likeness: float
    second: str = ""


class NearestFound(_Event, frozen=True, kw_only=True, tag="NearestFound"):
    """The nearest training rows are known.

    Attributes:
        rows: The nearest first.
        looked_at: Among how many training rows they were looked for.
        usual: Likeness of two training rows drawn by lot, on average.
    """

    rows: tuple[NearestRow, ...]
    looked_at: int
    usual: float = 0.0
