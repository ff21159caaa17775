"""Texts that are longer than a model reads: how much of each was read, in words."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from engine.contracts import Asked, EncodedRow, Task
from engine.protocol.wording import counted

_WHOLE = 1_000_000
"""Word pieces at which nothing is cut."""


def cut_notes(task: Task, asked: Asked) -> list[str]:
    """Returns for each row how much of it was read; empty where that is all of it.

    Rows that were cut into windows are read whole.

    Args:
        task: Says how rows become word pieces.
        asked: Rows with ``encoded``.
    """
    longest = int(asked.settings["max_length"])
    notes = [""] * len(asked.rows)
    windows: dict[int, list[EncodedRow]] = {}
    for number, row in enumerate(asked.encoded):
        windows.setdefault(row.get("example", number), []).append(row)
    full = [row for row, own in windows.items() if len(own) == 1 and len(own[0]["input_ids"]) >= longest]
    if not full:
        return notes
    settings = {**asked.settings, "max_length": _WHOLE}
    whole = dataclasses.replace(asked, rows=asked.rows.select(full), settings=settings, encoded=())
    for place, encoded in zip(full, task.encode(whole), strict=True):
        notes[place] = _note(windows[place][0]["input_ids"], encoded["input_ids"])
    return notes


def _note(read: Sequence[int], whole: Sequence[int]) -> str:
    if len(whole) <= len(read):
        return ""
    half = len(read) // 2
    starts = list(read[:half]) == list(whole[:half])
    ends = list(read[-half:]) == list(whole[-half:])
    which = "first " if starts else "last " if ends else ""
    return f"Too long: only the {which}{len(read):,} of {counted(len(whole), 'word piece')} were read."
