"""Watched examples: a few texts whose answers are followed from validation to validation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from datasets import Dataset

from engine.contracts import Task
from engine.protocol.events import WatchedAnswer, WatchedText
from engine.protocol.results import Prediction

_OF_EACH_KIND = 2
MOST = 6
"""Watched examples, the person's own among them."""


def choose_rows(predictions: Sequence[Prediction], seed: int) -> tuple[int, ...]:
    """Chooses validation rows to follow: two by chance and the two that the model is least sure of.

    Args:
        predictions: What the model says to the validation rows before the first step.
        seed: Of the run.

    Returns:
        Numbers of rows, each once.
    """
    chance = np.random.default_rng([seed, len(predictions)])
    chosen = [int(row) for row in chance.permutation(len(predictions))[:_OF_EACH_KIND]]
    unsure = sorted(range(len(predictions)), key=lambda row: predictions[row].probability)
    chosen += [row for row in unsure if row not in chosen][:_OF_EACH_KIND]
    return tuple(chosen)


def watched_texts(
    predictions: Sequence[Prediction], rows: Sequence[int], own: Sequence[str]
) -> tuple[WatchedText, ...]:
    """Returns the texts that are followed: held-out rows, then the person's own."""
    held_out = [WatchedText(text=predictions[row].text, truth=predictions[row].truth) for row in rows]
    return (*held_out, *(WatchedText(text=text, own=True) for text in own[: MOST - len(rows)]))


def typed_rows(task: Task, texts: Sequence[str]) -> Dataset:
    """Returns typed texts as rows without a right answer.

    Args:
        task: Its first role takes the text.
        texts: What was typed.
    """
    return Dataset.from_dict({task.roles[0].id: list(texts), "row": [0] * len(texts)})


def watched_answers(predictions: Sequence[Prediction], classes: Sequence[str]) -> tuple[WatchedAnswer, ...]:
    """Returns what the model says, with probabilities in the order of the classes."""
    return tuple(
        WatchedAnswer(
            said=prediction.said,
            probabilities=tuple(prediction.probabilities.get(name, 0.0) for name in classes),
        )
        for prediction in predictions
    )
