"""Runs that are compared: the questions, and what is found."""

from __future__ import annotations

import msgspec

from engine.protocol.command_header import CommandHeader as _Command
from engine.protocol.energy import Energy
from engine.protocol.event_header import EventHeader as _Event
from engine.protocol.problems import Problem
from engine.protocol.results import Baseline, Prediction, Score


class CompareRuns(_Command, frozen=True, kw_only=True, tag="CompareRuns"):
    """Compare finished runs that were judged on the same rows. Answers: stages, then ``RunsCompared``.

    A run that has not kept what each row added to its score is judged again, which takes as long as its final
    test.

    Attributes:
        folders: Of the runs.
        metric: Id of the measure; empty for the task's first.
        with_run: Folder of a run: those are compared that were judged on its test rows; empty for the largest
            group that was judged on the same ones.
    """

    folders: tuple[str, ...]
    metric: str = ""
    with_run: str = ""


class CompareAnswers(_Command, frozen=True, kw_only=True, tag="CompareAnswers"):
    """Look which rows one run gets right and another does not. Answer: ``AnswersCompared``.

    Attributes:
        first: Folder of the run that the other is compared with.
        second: Folder of the other.
        most: Of the rows of either kind so many at most, in the order of the file.
    """

    first: str
    second: str
    most: int = 500


class ComparedRun(msgspec.Struct, frozen=True, kw_only=True):
    """What a comparison knows of one run.

    Attributes:
        folder: Its folder, by which it is known.
        method: Id of its method.
        model: Its base model.
        seed: Its seed.
        name: What the person called it when it was started; may be empty.
        score: What it reaches.
        wrong: How many test rows it gets wrong.
        training_rows: How many rows it learned from; 0 where that is not known.
        trainable_parameters: Of the model as it was trained.
        total_parameters: Everything.
        seconds: Time the training took.
        energy: What is known of what it drew meanwhile.
        peak_memory: Bytes; 0 where that is not known.
        size: Bytes of what was saved.
        missing: What of its folder is missing or damaged, and does not stand in the way.
    """

    folder: str
    method: str
    model: str
    seed: int
    score: Score
    name: str = ""
    wrong: int = 0
    training_rows: int = 0
    trainable_parameters: int = 0
    total_parameters: int = 0
    seconds: float = 0.0
    energy: Energy | None = None
    peak_memory: int = 0
    size: int = 0
    missing: tuple[Problem, ...] = ()


class RunPair(msgspec.Struct, frozen=True, kw_only=True):
    """How two runs differ.

    Attributes:
        better: Folder of the run with the better score.
        worse: Folder of the other.
        gain: By how much it is better, in the direction of the measure, with the 95 % interval, corrected
            for the number of pairs (Bonferroni).
        p: How often runs that are alike would differ as much, corrected likewise.
        is_clear: Whether the difference counts, as it does where its interval leaves 0 out; else it is too
            close to call.
        rows: In how many test rows their answers differ.
    """

    better: str
    worse: str
    gain: Score
    p: float
    is_clear: bool
    rows: int


class SeedSpread(msgspec.Struct, frozen=True, kw_only=True):
    """Runs that differ in nothing but their seed.

    Attributes:
        folders: Of the runs, best first.
        mean: Of their scores.
        spread: Standard deviation of their scores.
    """

    folders: tuple[str, ...]
    mean: float
    spread: float


class ComparedRecipe(msgspec.Struct, frozen=True, kw_only=True):
    """A way of training: runs that differ in nothing but their seed, or a single run.

    Attributes:
        folders: Of the runs, best first, each seed once. The first stands for all of them in ``RunPair``.
        score: The mean over the seeds; its interval holds what other test rows and other seeds would change.
        spread: Standard deviation over the seeds; 0 of a single run.
    """

    folders: tuple[str, ...]
    score: Score
    spread: float


class LearningCurve(msgspec.Struct, frozen=True, kw_only=True):
    """Runs that differ in nothing but how many rows they learned from, and perhaps their seed.

    Attributes:
        folders: Of the runs, fewest rows first.
        rows: How many rows each learned from.
        scores: What each reaches.
    """

    folders: tuple[str, ...]
    rows: tuple[int, ...]
    scores: tuple[float, ...]


class ComparableRuns(msgspec.Struct, frozen=True, kw_only=True):
    """Runs that were judged on the same rows, and so can be compared.

    Attributes:
        folders: Of the runs.
        rows: How many test rows.
    """

    folders: tuple[str, ...]
    rows: int


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A run that is not compared, and why."""

    folder: str
    problem: Problem


class RunsCompared(_Event, frozen=True, kw_only=True, tag="RunsCompared"):
    """Runs were compared, row by row.

    Attributes:
        metric: Id of the measure.
        higher_is_better: Its direction.
        metrics: Ids of the measures that all of the runs have.
        rows: Test rows that all of them were judged on.
        runs: The runs, best first.
        pairs: Every two of them, in that order.
        best: Folders of the best run and of those that are too close to it to call, best first.
        smallest: Folder of the smallest of these; empty where there is but one, or all are of a size.
        baselines: What simpler things reach, of the run that learned from the most rows.
        left_out: Runs that are not compared, each with the reason.
        groups: Runs that were judged on the same rows, the largest group first.
        seeds: Runs that differ in their seed alone.
        curves: Runs that differ in their number of training rows alone.
        recipes: The ways of training, best first; none where no two runs differ in their seed alone, or where
            there is but one way.
        recipe_pairs: Every two of them, in that order; each is known by the folder of its first run.
        best_recipes: First folders of the best and of those that are too close to it to call, best first.
    """

    metric: str
    higher_is_better: bool
    rows: int
    metrics: tuple[str, ...] = ()
    runs: tuple[ComparedRun, ...] = ()
    pairs: tuple[RunPair, ...] = ()
    best: tuple[str, ...] = ()
    smallest: str = ""
    baselines: tuple[Baseline, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    groups: tuple[ComparableRuns, ...] = ()
    seeds: tuple[SeedSpread, ...] = ()
    curves: tuple[LearningCurve, ...] = ()
    recipes: tuple[ComparedRecipe, ...] = ()
    recipe_pairs: tuple[RunPair, ...] = ()
    best_recipes: tuple[str, ...] = ()


class ChangedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A test row that one run gets right, or more of it, and another does not, with both answers."""

    first: Prediction
    second: Prediction


class AnswersCompared(_Event, frozen=True, kw_only=True, tag="AnswersCompared"):
    """The answers of two runs were compared.

    Attributes:
        first: Folder of the run that the other is compared with.
        second: Folder of the other.
        rows: Test rows.
        fixed: How many the second gets right and the first does not; by degrees: more of it right.
        broken: How many the first gets right and the second does not; by degrees: more of it right.
        both_wrong: How many neither gets wholly right.
        fixed_rows: The first of the fixed ones, in the order of the file; by degrees the most mended first.
        broken_rows: The first of the broken ones; likewise.
        by_degrees: Whether answers are right by degrees, as tags, passages and written texts are.
    """

    first: str
    second: str
    rows: int
    fixed: int
    broken: int
    both_wrong: int
    fixed_rows: tuple[ChangedAnswer, ...] = ()
    broken_rows: tuple[ChangedAnswer, ...] = ()
    by_degrees: bool = False
