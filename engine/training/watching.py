"""Watched examples: a few texts whose answers are followed from validation to validation."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from datasets import Dataset

from engine.contracts import Task, TaskModel
from engine.evaluation.watched import choose_watched
from engine.protocol.events import WatchedAnswer, WatchedText
from engine.protocol.results import Prediction
from engine.training.batching import batches_to_judge
from engine.training.judging import Judged, judge
from engine.training.rows import EncodedPart
from engine.training.setup import TrainingSetup

_HELD_OUT = 4
"""Validation rows: two by chance and the two that the model is least sure of at first."""

_MOST = 6
"""With the person's own."""

_SAMPLE = 64
"""Validation rows among which the least sure are looked for."""


class Watching:
    """Follows a few validation rows and the person's own texts.

    Attributes:
        rows: Numbers of the validation rows that are followed.
        texts: All texts that are followed, held-out rows first.
    """

    rows: tuple[int, ...]
    texts: tuple[WatchedText, ...]

    def __init__(
        self,
        setup: TrainingSetup,
        model: TaskModel,
        validation: EncodedPart,
        rows: tuple[int, ...] | None = None,
    ) -> None:
        """Chooses what to follow, from a sample: the first step must not wait for all rows.

        Args:
            setup: The run.
            model: The model before its first step.
            validation: The validation rows.
            rows: What a resumed run has followed so far.
        """
        self._setup = setup
        sample = rows if rows is not None else _sample(len(validation), setup.run.seed)
        started = time.perf_counter()
        judged = judge(model, validation, only=sample)
        self._per_work = (time.perf_counter() - started) / max(
            1.0, validation.work([[row] for row in sample])
        )
        seen = setup.task.answers(judged.logits, setup.split.validation.select(sample), setup.classes)
        chosen = range(len(sample)) if rows is not None else _choose(seen, setup)
        self.rows = tuple(sample[place] for place in chosen)
        own = setup.run.watch[: _MOST - len(self.rows)]
        self.texts = (
            *(WatchedText(text=seen[place].text, truth=seen[place].truth) for place in chosen),
            *(WatchedText(text=text, own=True) for text in own),
        )
        self._held_out = setup.split.validation.select(self.rows)
        self._typed = typed_rows(setup.task, own)
        encoded = setup.task.encode(
            setup.base.tokenizer, self._typed, setup.classes, setup.whole("max_length")
        )
        self._own = EncodedPart(setup.task, setup.base.tokenizer, encoded, setup.device)

    def seconds_to_judge(self, part: EncodedPart) -> float:
        """Returns how long it may take to judge rows, by how long the sample took."""
        return self._per_work * part.work(list(batches_to_judge(part.lengths)))

    def answers(self, model: TaskModel, judged: Judged) -> tuple[WatchedAnswer, ...]:
        """Returns what a model says now, in the order of ``texts``.

        Args:
            model: The model.
            judged: What it says to the validation rows.
        """
        task, classes = self._setup.task, self._setup.classes
        predictions = task.answers(judged.logits[list(self.rows)], self._held_out, classes)
        if len(self._own):
            predictions += task.answers(judge(model, self._own).logits, self._typed, classes)
        return tuple(
            WatchedAnswer(
                said=prediction.said,
                probabilities=tuple(prediction.probabilities.get(name, 0.0) for name in classes),
            )
            for prediction in predictions
        )


def _sample(rows: int, seed: int) -> tuple[int, ...]:
    """Returns numbers of rows by chance, in their order; of few rows all."""
    chance = np.random.default_rng([seed, rows])
    return tuple(sorted(int(row) for row in chance.permutation(rows)[:_SAMPLE]))


def typed_rows(task: Task, texts: Sequence[str]) -> Dataset:
    """Returns typed texts as rows without a right answer.

    Args:
        task: Its first role takes the text.
        texts: What was typed.
    """
    return Dataset.from_dict({task.roles[0].id: list(texts), "row": [0] * len(texts)})


def _choose(predictions: Sequence[Prediction], setup: TrainingSetup) -> tuple[int, ...]:
    probabilities = [list(prediction.probabilities.values()) for prediction in predictions]
    labels = [prediction.truth for prediction in predictions]
    known = probabilities if all(probabilities) else None
    return tuple(choose_watched(labels, _HELD_OUT, setup.run.seed, known))
