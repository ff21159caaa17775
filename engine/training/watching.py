"""Watched examples: a few texts whose answers are followed from validation to validation."""

from __future__ import annotations

from collections.abc import Sequence

from datasets import Dataset

from engine.contracts import Task, TaskModel
from engine.evaluation.watched import choose_watched
from engine.protocol.events import WatchedAnswer, WatchedText
from engine.protocol.results import Prediction
from engine.training.judging import Judged, judge
from engine.training.rows import EncodedPart
from engine.training.setup import TrainingSetup

_HELD_OUT = 4
"""Validation rows: two by chance and the two that the model is least sure of at first."""

_MOST = 6
"""With the person's own."""


class Watching:
    """Follows a few validation rows and the person's own texts.

    Attributes:
        rows: Numbers of the validation rows that are followed.
        texts: All texts that are followed, held-out rows first.
    """

    rows: tuple[int, ...]
    texts: tuple[WatchedText, ...]

    def __init__(self, setup: TrainingSetup, first: Judged, rows: tuple[int, ...] | None = None) -> None:
        """Chooses what to follow.

        Args:
            setup: The run.
            first: What the model says to the validation rows before the first step.
            rows: What a resumed run has followed so far.
        """
        self._setup = setup
        held_out = setup.task.answers(first.logits, setup.split.validation, setup.classes)
        self.rows = _choose(held_out, setup) if rows is None else rows
        own = setup.run.watch[: _MOST - len(self.rows)]
        self.texts = (
            *(WatchedText(text=held_out[row].text, truth=held_out[row].truth) for row in self.rows),
            *(WatchedText(text=text, own=True) for text in own),
        )
        self._held_out = setup.split.validation.select(self.rows)
        self._typed = typed_rows(setup.task, own)
        encoded = setup.task.encode(
            setup.base.tokenizer, self._typed, setup.classes, setup.whole("max_length")
        )
        self._own = EncodedPart(setup.task, setup.base.tokenizer, encoded, setup.device)

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
