"""Answers to a whole file: the command and its event."""

from __future__ import annotations

from engine.protocol.command_header import CommandHeader as _Command
from engine.protocol.config import Reading
from engine.protocol.event_header import EventHeader as _Event


class AnswerFile(_Command, frozen=True, kw_only=True, tag="AnswerFile"):
    """Answer each row of a file, and write the answers to a new file. Answers: stages, ``AnswersWritten``.

    Given up, nothing is written.

    Attributes:
        folder: The run's.
        path: A table with the run's columns, or a file with one text a line.
        reading: How it is to be read.
        out: The new file, of which there must be none; empty for ``<name>-answers.csv`` beside the file,
            with a number where that is taken.
    """

    folder: str
    path: str
    reading: Reading = Reading()
    out: str = ""


class AnswersWritten(_Event, frozen=True, kw_only=True, tag="AnswersWritten"):
    """All rows of a file were answered.

    Attributes:
        path: The new file.
        rows: How many rows it has.
        unanswered: How many of them have no text, and so no answer.
        silent: How many have a text, and the answer to it is an empty one.
        cut: How many of them were too long to be read whole.
        note: What a person has to know of the new file, a sentence; may be empty.
    """

    path: str
    rows: int
    unanswered: int = 0
    silent: int = 0
    cut: int = 0
    note: str = ""
