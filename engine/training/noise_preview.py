"""A few of a person's own texts with noise, to be looked at before anything is trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from transformers import PreTrainedTokenizerBase

from engine import registry
from engine.contracts import Asked, SplitRows
from engine.data.noise_settings import noise_kinds, noise_of
from engine.data.table import cells, usable_numbers
from engine.noising import NoisyText
from engine.protocol.data_facts import NoisyExample
from engine.protocol.fields import SettingValue
from engine.protocol.results import Span

_WORDS = range(5, 26)
"""Words of a text that is good to look at."""
_LOOKED_AT = 300
"""Rows among which such texts are looked for."""


def noisy_examples(
    split: SplitRows, task_id: str, settings: Mapping[str, SettingValue], most: int
) -> tuple[NoisyExample, ...]:
    """Returns texts of the rows to learn from with the noise that they would have.

    Args:
        split: The rows.
        task_id: The task.
        settings: Of the run; those of the task and of noise matter.
        most: How many texts.

    Raises:
        EngineError: When there is no such task.
    """
    task = registry.task(task_id)
    first = split.train.select(range(min(len(split.train), _LOOKED_AT)))
    texts = cells(first, "text" if "text" in first.column_names else task.input_roles[0])
    good = [place for place, text in enumerate(texts) if len(text.split()) in _WORDS]
    places = sorted((good + [place for place in range(len(texts)) if place not in good])[:most])
    rows, shared = first.select(places), registry.shared_settings(task, settings)
    # Rows to learn from get their noise before they are cut: no tokenizer is asked.
    asked = Asked(rows, (), shared, cast("PreTrainedTokenizerBase", None), learns=True)
    noisy = task.with_noise(asked, noise_of(shared)).texts
    return tuple(
        NoisyExample(row=row, text=texts[place], noisy=one.text, changes=_changes(one))
        for place, row, one in zip(places, usable_numbers(rows), noisy, strict=True)
    )


def _changes(noisy: NoisyText) -> tuple[Span, ...]:
    """Returns the touched parts of a noisy text; where nothing is left, the characters on both sides."""
    names = {kind.id: kind.name for kind in noise_kinds()}
    marks = []
    for (start, end), edit in noisy.changes:
        if start == end:
            start, end = max(0, start - 1), min(len(noisy.text), end + 1)
        marks.append(Span(start=start, end=end, label=names[edit.kind]))
    return tuple(marks)
