"""One number for an answer that can be measured again when something of the text is hidden."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from engine.contracts import Batch, Cut, EncodedRow, HeadKind, Objective
from engine.errors import EngineError
from engine.protocol import examining_problems
from engine.protocol.results import Prediction
from engine.training.answering import FinishedRun
from engine.training.batching import batches_to_judge

HIGHER, LOWER = "a higher score", "a lower score"
_READ_AT_ONCE = 2048
"""Word pieces in a batch: small ones, so that a question that is given up ends soon."""


@dataclass(frozen=True)
class Measure:
    """What is measured of an answer.

    Attributes:
        run: The run that answered.
        prediction: What it said.
        target: What a larger number means.
        against: What a smaller one means; empty where that is not one thing.
        number: Which of the head's numbers it is; ``None`` where the whole answer is measured.
    """

    run: FinishedRun
    prediction: Prediction
    target: str
    against: str
    number: int | None

    @property
    def is_share(self) -> bool:
        """Returns whether it is a probability."""
        return self.number is None or self.run.model.facts.objective is not Objective.NUMBER

    @property
    def can_be_derived(self) -> bool:
        """Returns whether it is one number of the head, which has a gradient."""
        return self.number is not None

    def of_batch(self, batch: Batch) -> torch.Tensor:
        """Returns the head's number for each row of a batch, ``(rows,)``; only where it is one of these."""
        model = self.run.model
        logits = model.answer(model.features(batch), batch).logits.float()
        number = self.number or 0
        if model.facts.objective is Objective.ONE_CLASS:
            return logits.softmax(dim=-1)[:, number]
        return logits.sigmoid()[:, number] if self.is_share else logits[:, 0]

    def of_rows(self, rows: Sequence[EncodedRow], on_rows: Callable[[int], None]) -> dict[int, float]:
        """Returns what is measured of each row that was restated.

        Args:
            rows: Of ``Task.restate``; rows of the same ``example`` are windows of one.
            on_rows: Told after each batch how many were measured. May raise to end it.

        Returns:
            ``example`` → the measure.
        """
        part = self.run.part_of_encoded(rows)
        sums: defaultdict[int, float] = defaultdict(float)
        weights: defaultdict[int, float] = defaultdict(float)
        done = 0
        with torch.no_grad():
            for numbers in batches_to_judge(part.lengths, pieces=_READ_AT_ONCE):
                found = self._of_batch(part.batch(numbers))
                for number, (value, weight) in zip(numbers, found, strict=True):
                    example = rows[number].get("example", number)
                    sums[example] += value
                    weights[example] += weight
                done += len(numbers)
                on_rows(done)
        means = {example: sums[example] / max(1e-9, weights[example]) for example in sums}
        return means if self.number is not None else {row: math.exp(-loss) for row, loss in means.items()}

    def _of_batch(self, batch: Batch) -> list[tuple[float, float]]:
        if self.number is None:
            return self.run.model.row_losses(batch)
        return [(float(value), 1.0) for value in self.of_batch(batch)]


def measure_of(run: FinishedRun, prediction: Prediction, target: str) -> Measure:
    """Returns what is measured of an answer.

    Args:
        run: The run that answered.
        prediction: What it said.
        target: The class that is asked about; empty for what was said.

    Raises:
        EngineError: When there is no such class.
    """
    facts = run.model.facts
    if facts.kind is not HeadKind.TEXT:
        return Measure(run, prediction, prediction.said, "", None)
    if facts.objective is Objective.NUMBER:
        return Measure(run, prediction, HIGHER, LOWER, 0)
    if target and target not in run.classes:
        raise EngineError(examining_problems.no_such_class(asked=target, known=run.classes))
    likeliest = max(run.classes, key=lambda name: prediction.probabilities.get(name, 0.0))
    target = target or likeliest
    others = [name for name in run.classes if name != target]
    several = facts.objective is Objective.ANY_CLASSES
    against = f"not {target}" if several else others[0] if len(others) == 1 else "another class"
    return Measure(run, prediction, target, against, run.classes.index(target))


def restated(measure: Measure, row: dict[str, str], cuts: Sequence[Cut | None]) -> list[EncodedRow]:
    """Returns a row with parts hidden, ready to be measured.

    Args:
        measure: What is to be measured.
        row: A text for each input role.
        cuts: What is hidden each time.

    Raises:
        EngineError: When it cannot be measured for this task or answer.
    """
    task = measure.run.task
    if task.restate is None:
        why = f'The task "{task.name}" has no one answer whose likelihood could be measured.'
        raise EngineError(examining_problems.not_explained(why=why))
    return task.restate(measure.run.typed_asked([row]), measure.prediction, cuts)
