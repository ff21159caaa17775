"""What an answer about a whole text can be: one label, several, or a score.

Each kind knows how the cells of the answer column become something to learn, how the numbers that a model
gives become an answer, and how good that is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec
import numpy as np
import numpy.typing as npt
from torch.nn import functional

from engine.answer_cells import label_sets, written
from engine.contracts import Objective, Said
from engine.evaluation import classification, multilabel, regression
from engine.evaluation.baselines import classification_baselines
from engine.evaluation.calibration import calibration_of_classes, calibration_of_labels
from engine.evaluation.classification import class_scores, confusion_counts, measure
from engine.evaluation.intervals import scores_with_intervals
from engine.evaluation.multilabel import (
    label_scores,
    label_table,
    multilabel_baselines,
    multilabel_measures,
    multilabel_scores,
)
from engine.evaluation.regression import (
    near_enough,
    regression_baselines,
    regression_measures,
    regression_scores,
    rightness,
)
from engine.padding import IGNORED
from engine.protocol.cell_numbers import number_of
from engine.protocol.results import Baseline, Outcome, Prediction, RunResult
from engine.row_measures import Measures, Rows, of_sums

Logits = Sequence[Said]
"""What the model said to each row, ``(outputs,)`` each."""


class AnswerKind(Protocol):
    """What is told apart between the kinds of answers."""

    @property
    def metrics(self) -> tuple[str, ...]:
        """Ids of the measures; the first one chooses the best checkpoint."""

    @property
    def objective(self) -> Objective:
        """What the loss compares."""

    def target(self, cell: str, classes: Sequence[str]) -> Any:
        """Returns what the loss compares with: a class number, 0 and 1 for each class, or a number."""

    def truth(self, cell: str) -> str:
        """Returns a right answer as answers are written, so that both can be compared; empty for none."""

    def measure(self, cells: Sequence[str], said: Logits, classes: Sequence[str]) -> dict[str, float]:
        """Returns every measure: metric id → value."""

    def answers(
        self, questions: Sequence[Prediction], said: Logits, classes: Sequence[str]
    ) -> list[Prediction]:
        """Returns questions with what the model says to them."""

    def baselines(
        self, texts: tuple[Sequence[str], Sequence[str]], cells: tuple[Sequence[str], Sequence[str]],
        classes: Sequence[str],
    ) -> tuple[Baseline, ...]:  # fmt: skip
        """Returns what simpler things reach, weakest first; of texts and cells the trained and the judged."""

    def result(self, cells: Sequence[str], said: Logits, classes: Sequence[str]) -> RunResult:
        """Returns what follows from the answers."""

    @property
    def measures(self) -> Measures:
        """How the measures follow from :meth:`evidence`."""

    def evidence(self, cells: Sequence[str], said: Logits, classes: Sequence[str]) -> Rows:
        """Returns what each row adds to the measures, ``(rows, k)``."""


def _empty_result(metric: str, rows: int, **found: Any) -> RunResult:
    plain = RunResult(
        metric=metric, scores={}, baselines=(), rows=rows, wrong=0, classes=(), confusion=(), class_scores=(),
        best_epoch=0.0, trainable_parameters=0, total_parameters=0, seconds=0.0,
    )  # fmt: skip
    return msgspec.structs.replace(plain, **found)


class OneLabel:
    """One label for each text."""

    metrics = ("macro_f1", "accuracy", "mcc")
    objective = Objective.ONE_CLASS
    measures = classification.ROW_MEASURES

    def target(self, cell: str, classes: Sequence[str]) -> int:
        """Returns the place of a label among the classes."""
        return list(classes).index(cell) if cell in classes else IGNORED

    def truth(self, cell: str) -> str:
        """Returns the cell as it is."""
        return cell

    def measure(self, cells: Sequence[str], said: Logits, classes: Sequence[str]) -> dict[str, float]:
        """Returns macro-F1, accuracy and Matthews correlation; a label that is no class is not judged."""
        places = {name: place for place, name in enumerate(classes)}
        judged = [
            (places[cell], int(one.argmax())) for cell, one in zip(cells, said, strict=True) if cell in places
        ]
        return measure([truth for truth, _ in judged], [answer for _, answer in judged], len(classes))

    def answers(
        self, questions: Sequence[Prediction], said: Logits, classes: Sequence[str]
    ) -> list[Prediction]:
        """Returns the likeliest label of each, with the probability of every class."""
        predictions = []
        for question, logits in zip(questions, said, strict=True):
            shares = functional.softmax(logits, dim=-1).tolist()
            best = max(range(len(classes)), key=shares.__getitem__)
            predictions.append(
                msgspec.structs.replace(
                    question,
                    said=classes[best],
                    probability=shares[best],
                    probabilities=dict(zip(classes, shares, strict=True)),
                )
            )
        return predictions

    def baselines(
        self, texts: tuple[Sequence[str], Sequence[str]], cells: tuple[Sequence[str], Sequence[str]],
        classes: Sequence[str],
    ) -> tuple[Baseline, ...]:  # fmt: skip
        """Returns what always giving the most frequent label and counting words reach."""
        places = {name: place for place, name in enumerate(classes)}
        train, judged = ([places.get(cell, IGNORED) for cell in part] for part in cells)
        return classification_baselines(texts[0], train, texts[1], judged, classes)

    def result(self, cells: Sequence[str], said: Logits, classes: Sequence[str]) -> RunResult:
        """Returns scores with intervals, the confusion matrix, and each class's scores."""
        places = {name: place for place, name in enumerate(classes)}
        truth, answers = [places[cell] for cell in cells], [int(one.argmax()) for one in said]
        confusion = confusion_counts(truth, answers, len(classes))
        return _empty_result(
            self.metrics[0],
            len(cells),
            scores=scores_with_intervals(confusion),
            wrong=sum(1 for right, answer in zip(truth, answers, strict=True) if right != answer),
            classes=tuple(classes),
            confusion=tuple(tuple(int(count) for count in row) for row in confusion),
            class_scores=class_scores(confusion, classes),
            calibration=calibration_of_classes(said, truth),
        )

    def evidence(self, cells: Sequence[str], said: Logits, classes: Sequence[str]) -> Rows:
        """Returns the right class of each row and the said one, ``(rows, 2)``."""
        places = {name: place for place, name in enumerate(classes)}
        return _pairs([places[cell] for cell in cells], [int(one.argmax()) for one in said])


class SeveralLabels:
    """Any number of labels for each text."""

    metrics = ("macro_f1", "micro_f1", "exact_match")
    objective = Objective.ANY_CLASSES
    measures = Measures(of_sums(multilabel.MEASURES), multilabel.PERFECT)

    def target(self, cell: str, classes: Sequence[str]) -> list[float]:
        """Returns 1 for each class that holds, else 0."""
        (held,) = label_sets([cell])
        return [float(name in held) for name in classes]

    def truth(self, cell: str) -> str:
        """Returns the labels of a cell as those of an answer are written."""
        return written(label_sets([cell])[0]) if cell else ""

    def measure(self, cells: Sequence[str], said: Logits, classes: Sequence[str]) -> dict[str, float]:
        """Returns macro-F1, micro-F1 and the share of whole sets that are right."""
        return multilabel_measures(label_table(label_sets(cells), classes), _table(said))

    def answers(
        self, questions: Sequence[Prediction], said: Logits, classes: Sequence[str]
    ) -> list[Prediction]:
        """Returns the labels of each whose probability is at least a half; "no label" for none."""
        predictions = []
        for question, logits in zip(questions, said, strict=True):
            shares = logits.sigmoid().tolist()
            held = [name for name, share in zip(classes, shares, strict=True) if share >= 0.5]
            predictions.append(
                msgspec.structs.replace(
                    question,
                    said=written(held),
                    probability=min((max(share, 1 - share) for share in shares), default=0.0),
                    probabilities=dict(zip(classes, shares, strict=True)),
                )
            )
        return predictions

    def baselines(
        self, texts: tuple[Sequence[str], Sequence[str]], cells: tuple[Sequence[str], Sequence[str]],
        classes: Sequence[str],
    ) -> tuple[Baseline, ...]:  # fmt: skip
        """Returns what always giving the most frequent set and counting words reach."""
        train, judged = (label_table(label_sets(part), classes) for part in cells)
        return multilabel_baselines(texts[0], train, texts[1], judged, classes)

    def result(self, cells: Sequence[str], said: Logits, classes: Sequence[str]) -> RunResult:
        """Returns scores with intervals, and each label's scores."""
        truth, answers = label_table(label_sets(cells), classes), _table(said)
        missed, extra = int((truth > answers).sum()), int((answers > truth).sum())
        return _empty_result(
            self.metrics[0],
            len(cells),
            scores=multilabel_scores(truth, answers),
            wrong=int((truth != answers).any(axis=1).sum()),
            class_scores=label_scores(truth, answers, classes),
            outcomes=(
                Outcome(id="right", label="Right", count=int((truth & answers).sum()), is_right=True),
                Outcome(id="missed", label="Missed", count=missed),
                Outcome(id="extra", label="Said, and not true", count=extra),
            ),
            outcomes_of="labels",
            notes=("A label is said from a probability of 50 % on.",),
            calibration=calibration_of_labels(said, truth),
        )

    def evidence(self, cells: Sequence[str], said: Logits, classes: Sequence[str]) -> Rows:
        """Returns labels right, there and said of each class, whether all are right, and 1."""
        return multilabel.multilabel_statistics(label_table(label_sets(cells), classes), _table(said))


class NumberScore:
    """A number for each text."""

    metrics = ("spearman", "pearson", "rmse")
    objective = Objective.NUMBER
    measures = Measures(regression.ROW_MEASURES)

    def target(self, cell: str, classes: Sequence[str]) -> float:  # noqa: ARG002 - there are none
        """Returns the number."""
        return _number(cell)

    def truth(self, cell: str) -> str:
        """Returns the cell as it is."""
        return cell

    def measure(
        self,
        cells: Sequence[str],
        said: Logits,
        classes: Sequence[str],  # noqa: ARG002 - there are none
    ) -> dict[str, float]:
        """Returns Spearman's and Pearson's correlation and the root mean squared error."""
        return regression_measures([_number(cell) for cell in cells], [float(one) for one in said])

    def answers(
        self,
        questions: Sequence[Prediction],
        said: Logits,
        classes: Sequence[str],  # noqa: ARG002 - there are none
    ) -> list[Prediction]:
        """Returns the number for each, right within a tenth of the range of the true ones beside it.

        Further away it is as right as the share of that range by which it misses leaves.
        """
        truths = [number_of(question.truth) for question in questions]
        within = near_enough(np.asarray([truth for truth in truths if truth is not None]))
        return [
            msgspec.structs.replace(
                question,
                said=f"{float(number):.3g}",
                right=None if truth is None else rightness(abs(float(number) - truth), within),
            )
            for question, truth, number in zip(questions, truths, said, strict=True)
        ]

    def baselines(
        self, texts: tuple[Sequence[str], Sequence[str]], cells: tuple[Sequence[str], Sequence[str]],
        classes: Sequence[str],  # noqa: ARG002 - there are none
    ) -> tuple[Baseline, ...]:  # fmt: skip
        """Returns what always giving the mean and counting words reach."""
        train, judged = ([_number(cell) for cell in part] for part in cells)
        return regression_baselines(texts[0], train, texts[1], judged)

    def result(
        self,
        cells: Sequence[str],
        said: Logits,
        classes: Sequence[str],  # noqa: ARG002 - there are none
    ) -> RunResult:
        """Returns scores with intervals, and how many answers are near."""
        truth = np.asarray([_number(cell) for cell in cells])
        answers = np.asarray([float(one) for one in said])
        within = near_enough(truth)
        near = int((np.abs(truth - answers) <= within).sum())
        return _empty_result(
            self.metrics[0],
            len(cells),
            scores=regression_scores(truth.tolist(), answers.tolist()),
            wrong=len(cells) - near,
            outcomes=(
                Outcome(id="near", label=f"Within {within:.3g} of the truth", count=near, is_right=True),
                Outcome(id="far", label="Further away", count=len(cells) - near),
            ),
            outcomes_of="scores",
            notes=(f"An answer counts as right within {within:.3g}, a tenth of the range of the scores.",),
        )

    def evidence(
        self,
        cells: Sequence[str],
        said: Logits,
        classes: Sequence[str],  # noqa: ARG002 - there are none
    ) -> Rows:
        """Returns the right score of each row and the said one, ``(rows, 2)``."""
        return _pairs([_number(cell) for cell in cells], [float(one) for one in said])


KINDS: dict[str, AnswerKind] = {"one": OneLabel(), "several": SeveralLabels(), "score": NumberScore()}
"""Value of the setting ``answers`` → kind."""


def _pairs(truth: Sequence[float], said: Sequence[float]) -> Rows:
    return np.asarray([truth, said], dtype=np.float64).T


def _table(said: Logits) -> npt.NDArray[np.int64]:
    return np.asarray([(one >= 0).int().tolist() for one in said], dtype=np.int64)


def _number(cell: str) -> float:
    value = number_of(cell)
    return 0.0 if value is None else value
