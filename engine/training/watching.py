"""Watched examples: a few texts whose answers are followed from validation to validation."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence

import numpy as np
from datasets import Dataset

from engine.contracts import Task, TaskModel
from engine.evaluation.watched import choose_watched
from engine.protocol.events import WatchedAnswer, WatchedText
from engine.protocol.results import Prediction
from engine.training.batching import batches_to_judge
from engine.training.judging import judge
from engine.training.rows import EncodedPart
from engine.training.setup import TrainingSetup

HELD_OUT = 4
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
        task = setup.task
        sampled = sampled_rows(len(validation.windows), setup.run.seed) if rows is None else rows
        sample = validation.of_rows(sampled)
        started = time.perf_counter()
        judged = judge(model, task, sample)
        work = sample.work(list(batches_to_judge(sample.lengths)))
        self._per_work = (time.perf_counter() - started) / max(1.0, work)
        seen = task.answers(sample.asked, judged.said)
        chosen = _choose(seen, setup) if rows is None else tuple(range(len(rows)))
        self.rows = tuple(sampled[place] for place in chosen)
        self._held_out = validation.of_rows(self.rows)
        own = setup.run.watch[: _MOST - len(self.rows)]
        asked = dataclasses.replace(validation.asked, rows=typed_rows(task, own))
        asked = dataclasses.replace(asked, encoded=task.encode(asked))
        self._own = EncodedPart(task, asked, setup.device, setup.run.seed)
        self.texts = (
            *(_watched(seen[place]) for place in chosen),
            *(_watched(question, own=True) for question in task.questions(asked)),
        )

    def seconds_to_judge(self, part: EncodedPart) -> float:
        """Returns how long it may take to judge rows, by how long the sample took."""
        return self._per_work * part.work(list(batches_to_judge(part.lengths)))

    def answers(self, model: TaskModel) -> tuple[WatchedAnswer, ...]:
        """Returns what a model says now, in the order of ``texts``.

        Args:
            model: The model.
        """
        task, classes = self._setup.task, self._setup.classes
        predictions = [
            prediction
            for part in (self._held_out, self._own)
            if len(part)
            for prediction in task.answers(part.asked, judge(model, task, part).said)
        ]
        return tuple(
            WatchedAnswer(
                said=prediction.said,
                probabilities=tuple(prediction.probabilities.get(name, 0.0) for name in classes)
                if prediction.probabilities
                else (),
                spans=prediction.spans,
                right=prediction.right,
                # Beside a whole answer nobody would see of which part of it they are.
                alternatives=() if prediction.alternatives_to else prediction.alternatives,
            )
            for prediction in predictions
        )


def _watched(question: Prediction, *, own: bool = False) -> WatchedText:
    return WatchedText(
        text=question.text,
        truth=question.truth,
        own=own,
        second=question.second,
        true_spans=question.true_spans,
    )


def sampled_rows(rows: int, seed: int) -> tuple[int, ...]:
    """Returns numbers of rows by chance, in their order; of few rows all."""
    chance = np.random.default_rng([seed, rows])
    return tuple(sorted(int(row) for row in chance.permutation(rows)[:_SAMPLE]))


def typed_rows(task: Task, texts: Sequence[str] | Sequence[dict[str, str]]) -> Dataset:
    """Returns typed texts as rows without a right answer.

    Args:
        task: Its ``input_roles`` take what was typed.
        texts: What was typed: a value for each role, or a text for the first of them.
    """
    typed = [text if isinstance(text, dict) else {task.input_roles[0]: text} for text in texts]
    roles = [role for role in task.input_roles if any(role in values for values in typed)]
    columns = {role: [values.get(role, "") for values in typed] for role in roles or task.input_roles[:1]}
    return Dataset.from_dict({**columns, "row": [0] * len(typed)})


def _choose(predictions: Sequence[Prediction], setup: TrainingSetup) -> tuple[int, ...]:
    sure = [[prediction.probability] for prediction in predictions]
    labels = [prediction.truth for prediction in predictions]
    known = sure if any(prediction.probability for prediction in predictions) else None
    return tuple(choose_watched(labels, HELD_OUT, setup.run.seed, known))
