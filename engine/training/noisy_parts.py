"""Noise on its way into a run: which parts have it, what a fresh epoch reads, what is told of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np

from engine.contracts import Asked, EncodedRow, Settings, Task
from engine.data.noise_settings import (
    SHARE,
    TRAIN_ON,
    chosen_kinds,
    in_words,
    is_fresh,
    is_noisy,
    noise_kinds,
    noise_of,
    rows_with_noise,
    switch_name,
)
from engine.data.table import usable_numbers
from engine.protocol import noise_problems
from engine.protocol.fields import ChoiceField
from engine.protocol.problems import Problem
from engine.training.rows import row_length

_TRAIN, _VALIDATION, _TEST = "train", "validation", "test"
_FEW = 30
"""Rows that tell how much longer noise makes them."""
_SHORT = 80
"""Letters of a text that a sentence can quote."""


def has_noise(task: Task, settings: Settings) -> bool:
    """Returns whether a run reads noise at all."""
    return is_noisy(settings) or task.undoes_noise(settings)


def has_fresh_noise(task: Task, settings: Settings) -> bool:
    """Returns whether each epoch of a run reads noise of its own."""
    return has_noise(task, settings) and is_fresh(settings)


def surviving(task: Task, settings: Settings) -> str:
    """Returns what a run learns beside its task, a sentence; empty where texts are clean."""
    if not is_noisy(settings) or task.undoes_noise(settings):
        return ""
    return f"It learns to survive {in_words(settings)}."


def why_no_noise(task: Task, settings: Settings) -> list[Problem]:
    """Returns the problem of a run that is to read noise of no kind."""
    if not has_noise(task, settings) or chosen_kinds(settings):
        return []
    usual = next(kind for kind in noise_kinds() if kind.default)
    choice = _called(TRAIN_ON, str(settings[TRAIN_ON.name]))
    return [noise_problems.no_noise_chosen(choice, (switch_name(usual), usual.name))]


def with_noise(task: Task, parts: Mapping[str, Asked], settings: Settings) -> dict[str, Asked]:
    """Returns the parts of a run as they are read.

    Rows to check with have the noise that rows to learn from have, so that the best checkpoint is the best
    at what the model is trained for. The final test stays clean, unless noise is what is to be undone.

    Args:
        task: The task.
        parts: Part → clean rows.
        settings: Of the run.
    """
    if not has_noise(task, settings):
        return dict(parts)
    return {
        name: part if name == _TEST and not task.undoes_noise(settings) else _noisy(task, part, settings, 0)
        for name, part in parts.items()
    }


def first_rows(clean: Asked) -> Asked:
    """Returns the few rows that tell how much longer noise makes all of them.

    Args:
        clean: The rows to learn from, without noise.
    """
    return dataclasses.replace(clean, rows=clean.rows.select(range(min(len(clean.rows), _FEW))))


def longer_with_noise(task: Task, few: Asked) -> float:
    """Returns how many times as long rows are with noise, in word pieces.

    Args:
        task: The task.
        few: Rows without noise, from :func:`first_rows`, and the settings of the run.
    """
    before, after = (
        sum(row_length(row) for row in task.encode(part))
        for part in (few, _noisy(task, few, few.settings, 0))
    )
    return after / max(1, before)


def fresh_rows(task: Task, clean: Asked, settings: Settings, epoch: int, windows: int) -> Asked:
    """Returns what an epoch learns from where each has noise of its own.

    Each epoch has as many windows, and so as many steps, as the first. Where noise cuts long texts into more
    of them, some wait for another epoch, chosen by lot; where it makes fewer, some are read twice.

    Args:
        task: The task.
        clean: The rows to learn from, without noise.
        settings: Of the run.
        epoch: The first is 0; it has the noise that stays where it is fixed.
        windows: How many the first epoch has.
    """
    noisy = _noisy(task, clean, settings, epoch)
    encoded = task.encode(noisy)
    return dataclasses.replace(noisy, encoded=_as_many(encoded, windows, noise_of(settings).seed, epoch))


def _as_many(encoded: list[EncodedRow], windows: int, seed: int, epoch: int) -> list[EncodedRow]:
    if len(encoded) == windows or not encoded:
        return encoded
    lots = np.argsort(np.random.PCG64([seed, epoch]).random_raw(len(encoded)), kind="stable").tolist()
    if len(encoded) > windows:
        return [encoded[place] for place in sorted(lots[:windows])]
    return encoded + [encoded[lots[place % len(lots)]] for place in range(windows - len(encoded))]


def _noisy(task: Task, part: Asked, settings: Settings, epoch: int) -> Asked:
    noise = noise_of(settings, epoch=epoch)
    if not task.undoes_noise(settings):
        rows = rows_with_noise(settings, usable_numbers(part.rows), epoch)
        noise = dataclasses.replace(noise, rows=rows)
    return dataclasses.replace(part, rows=task.with_noise(part, noise).rows)


def told(task: Task, clean: Mapping[str, Asked], noisy: Mapping[str, Asked]) -> tuple[Problem, ...]:
    """Returns what is told of noise when a run starts, with an example from the rows to learn from.

    Args:
        task: The task.
        clean: Part → rows without noise.
        noisy: Part → rows as they are read.
    """
    settings = clean[_TRAIN].settings
    if not has_noise(task, settings):
        return ()
    role = task.input_roles[0]
    before, after = _texts(clean[_TRAIN], role), _texts(noisy[_TRAIN], role)
    changed = [place for place, text in enumerate(before) if text != after[place]]
    place = min(changed or [0], key=lambda place: len(before[place]) > _SHORT)
    parts = (_TRAIN, _VALIDATION, _TEST) if task.undoes_noise(settings) else (_TRAIN, _VALIDATION)
    chosen = [rows_with_noise(settings, usable_numbers(clean[name].rows)) for name in parts]
    counts = [
        len(clean[name].rows) if rows is None or task.undoes_noise(settings) else len(rows)
        for name, rows in zip(parts, chosen, strict=True)
    ]
    problem = noise_problems.noise_put_in(
        in_words(settings),
        float(settings[SHARE.name]),
        sum(counts),
        untouched=0 if _TEST in parts else len(clean[_TEST].rows),
        row=usable_numbers(clean[_TRAIN].rows)[place],
        before=before[place],
        after=after[place],
        fresh=is_fresh(settings),
    )
    return (problem,)


def _texts(part: Asked, role: str) -> list[str]:
    """Returns the texts of a role as a person reads them."""
    column = "text" if "text" in part.rows.column_names else role
    return [str(text) for text in part.rows[column][:]]


def _called(field: ChoiceField, value: str) -> str:
    return next((choice.label for choice in field.choices if choice.value == value), value)
