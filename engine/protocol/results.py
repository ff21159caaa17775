"""What a finished run found out, with what it has to be compared with."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from engine.protocol.energy import Energy

BEFORE = "before"
"""Id of the baseline that is the model itself as it was before training."""


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """A measured value with its 95 % interval (bootstrap over the test rows)."""

    value: float
    low: float
    high: float


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    """What something simpler reaches on the same test rows.

    Attributes:
        id: ``"majority"``, ``"tfidf"``; :data:`BEFORE` for the model itself, before training.
        label: E.g. ``'Always answering "ham"'``, ``"Word counts (TF-IDF)"``.
        wrong: How many test rows it gets wrong.
        scores: Metric id → score.
    """

    id: str
    label: str
    wrong: int
    scores: dict[str, Score]


class ClassScore(msgspec.Struct, frozen=True, kw_only=True):
    """Precision, recall and F1 of one class; ``support`` is its number of test rows."""

    name: str
    precision: float
    recall: float
    f1: float
    support: int


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A marked part of a text.

    Attributes:
        start: First character, from 0.
        end: The character after the last.
        label: What it is marked as, e.g. ``"CITY"``; empty for the answer to a question.
    """

    start: int
    end: int
    label: str = ""


class Prediction(msgspec.Struct, frozen=True, kw_only=True):
    """An answer for one row; a line of a predictions file.

    Attributes:
        text: What was read: a text, a sentence, a passage, a prompt.
        row: Row of the file (first row of data is 1); 0 for typed texts.
        said: The answer.
        truth: The right answer; empty when not known.
        probability: Probability of ``said``, 0 to 1; 0 where there is none.
        probabilities: Class → probability.
        second: What was read beside the text: the second text of a pair, the question to a passage.
        spans: Parts of ``text`` that the answer marks.
        true_spans: Parts that the right answer marks.
        right: How right the answer is, 0 to 1; ``None`` when equal words alone decide.
        alternatives: Other answers that were likely, likeliest first.
        alternatives_to: The part of the answer that they could stand for, e.g. ``"the first blank"``; empty
            for the whole answer.
        before: What the model answered before training, where it could do the task already.
        before_alternatives: Other answers that were likely then.
        note: What a person has to know about the answer, a sentence: that the text was too long to be read
            whole.
    """

    text: str
    said: str
    probability: float
    probabilities: dict[str, float] = {}
    truth: str = ""
    row: int = 0
    second: str = ""
    spans: tuple[Span, ...] = ()
    true_spans: tuple[Span, ...] = ()
    right: float | None = None
    alternatives: tuple[str, ...] = ()
    alternatives_to: str = ""
    before: str = ""
    before_alternatives: tuple[str, ...] = ()
    note: str = ""

    @property
    def degree(self) -> float:
        """Returns how much of the answer is right, 0 to 1; meaningless where the truth is not known."""
        return float(self.is_right) if self.right is None else self.right

    @property
    def is_right(self) -> bool:
        """Returns whether the answer is wholly right; meaningless where the truth is not known."""
        return self.said == self.truth if self.right is None else self.right >= 1.0

    @property
    def sureness(self) -> float:
        """Returns how sure the model was, 0 to 1; without probabilities the worst answers are the surest."""
        return self.probability if self.probability or self.right is None else 1.0 - self.right


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How many answers came out in one way, where a matrix of classes would say nothing.

    Attributes:
        id: E.g. ``"wrong_border"``.
        label: E.g. ``"Wrong border"``.
        count: How many.
        is_right: Whether that is how it should be.
    """

    id: str
    label: str
    count: int
    is_right: bool = False


class CalibrationBin(msgspec.Struct, frozen=True, kw_only=True):
    """Answers that were given with about the same certainty.

    Attributes:
        low: Their probability is at least this, 0 to 1.
        high: And below this; the last bin holds 1.
        rows: How many answers.
        confidence: Their mean probability.
        accuracy: Share of them that is right.
        expected_low: If each were right with its own probability, the share would lie above this …
        expected_high: … and below this, 95 times in 100.
    """

    low: float
    high: float
    rows: int
    confidence: float
    accuracy: float
    expected_low: float
    expected_high: float


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a model is as often right as it is sure.

    Attributes:
        error: Expected calibration error, 0 to 1: how far certainty and accuracy are apart, on average.
        error_by_chance: What it stays below 95 times in 100 for a model that is exactly as sure as it
            should be, with as many answers.
        confidence: Mean probability of all answers.
        accuracy: Share of them that is right.
        rows: How many answers.
        bins: Those that hold any, least sure first.
        counted: What the answers are, plural; empty for those to whole rows.
    """

    error: float
    error_by_chance: float
    confidence: float
    accuracy: float
    rows: int
    bins: tuple[CalibrationBin, ...]
    counted: str = ""


class Objectives(StrEnum):
    """What a model was pretrained to do, as far as it can be asked to do it again."""

    PARTNERS = "partners"
    BLANKS = "blanks"
    NEXT_PIECES = "next_pieces"
    OWN_WORDS = "own_words"


class Forgotten(msgspec.Struct, frozen=True, kw_only=True):
    """How well a model does what it was pretrained for, on a general text, before and after training.

    Attributes:
        objective: One of :class:`Objectives`.
        before: Mean loss of the checkpoint, in nats.
        after: Of the trained model.
        right_before: Share that the checkpoint got right, 0 to 1.
        right_after: That the trained model got right.
        asked: How many sentences or word pieces were asked for.
    """

    objective: str
    before: float
    after: float
    right_before: float
    right_after: float
    asked: int


class NoisePoint(msgspec.Struct, frozen=True, kw_only=True):
    """A score on the test rows with artificial noise in them.

    Attributes:
        share: Share of what the noise can touch that was touched, 0 to 1.
        scores: Metric id → score.
    """

    share: float
    scores: dict[str, Score]


class RunResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result on the test rows, which were looked at once.

    Attributes:
        metric: Id of the task's first metric.
        scores: Metric id → score of this run.
        baselines: What to compare with, weakest first.
        rows: Test rows.
        wrong: How many of them are wrong.
        classes: Class names, in the order of the matrix.
        confusion: ``confusion[truth][said]`` counts; empty where answers are no single classes.
        class_scores: Per class, in the same order.
        best_epoch: Epoch of the checkpoint that was judged.
        trainable_parameters: Of the model as it was trained.
        total_parameters: Everything.
        seconds: Time the training took.
        energy: What was drawn meanwhile, as far as it could be read; ``None`` of runs of an older Thaw.
        estimated_seconds: What the estimate had said; ``None`` when there was none.
        estimated_low: Where it had said a range, because other programs were busy or no step was timed, the
            lower end of it; else ``None``, as of runs of an older Thaw.
        frozen_intact: Whether every frozen tensor has the same bytes as before.
        frozen_tensors: How many tensors were frozen; 0 when nothing was, or when it is not known.
        frozen_changed: Names of frozen tensors that differ (must be empty).
        changed_pretrained: How many pretrained tensors differ.
        predictions_file: Name of the file in the run folder that holds all test predictions.
        peak_memory: Bytes.
        size: Bytes of what was saved.
        outcomes: In what ways the answers came out, where there is no matrix.
        outcomes_of: What is counted there, e.g. ``"entities"``.
        notes: How the scores were computed, a sentence each.
        exact_settings: The same for other programs, e.g. sacrebleu's signature; empty where words are exact.
        by_noise: The score by share of noise.
        noise: What noise that is, inside a sentence: ``"typos"``.
        noise_rows: How many of the test rows were tried with it.
        calibration: How sure it was, and how often right; ``None`` where answers have no probability.
        forgotten: What became of what the model was pretrained for; ``None`` where it cannot be asked.
    """

    metric: str
    scores: dict[str, Score]
    baselines: tuple[Baseline, ...]
    rows: int
    wrong: int
    classes: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    class_scores: tuple[ClassScore, ...]
    best_epoch: float
    trainable_parameters: int
    total_parameters: int
    seconds: float
    energy: Energy | None = None
    estimated_seconds: float | None = None
    estimated_low: float | None = None
    frozen_intact: bool = True
    frozen_tensors: int = 0
    frozen_changed: tuple[str, ...] = ()
    changed_pretrained: int = 0
    predictions_file: str = ""
    peak_memory: int = 0
    size: int = 0
    outcomes: tuple[Outcome, ...] = ()
    outcomes_of: str = ""
    notes: tuple[str, ...] = ()
    exact_settings: str = ""
    by_noise: tuple[NoisePoint, ...] = ()
    noise: str = ""
    noise_rows: int = 0
    calibration: Calibration | None = None
    forgotten: Forgotten | None = None
