"""A whole training run as the engine tells it: events made by hand, of the real shapes and sizes.

The rows are those of posts.csv (3,099 posts, 2,169 to train on), the model is MiniLM as in
``sample_facts``; scores and losses follow smooth curves with seeded noise.
"""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Iterator

import msgspec

from engine.protocol.commands import ReadRows
from engine.protocol.config import RunConfig
from engine.protocol.data_events import RowsRead
from engine.protocol.data_facts import (
    ClassCount,
    ColumnFacts,
    HistogramBin,
    NoisyExample,
    PreparedFacts,
    TableFacts,
)
from engine.protocol.devices import DeviceFacts
from engine.protocol.events import (
    PROTOCOL_VERSION,
    CheckpointSaved,
    EngineReady,
    EpochEnded,
    EvaluationEnded,
    Event,
    JobAccepted,
    JobSucceeded,
    LayersChanged,
    PredictionsWritten,
    ResultWritten,
    StageReached,
    StepPoint,
    StepsEnded,
    TrainingStarted,
    WatchedAnswer,
    WatchedText,
)
from engine.protocol.label_doubts import LabelDoubt, LabelDoubtsFound
from engine.protocol.pooled_folds import BaselineMean, PooledFolds
from engine.protocol.problems import Problem, Severity
from engine.protocol.repairs import Repair
from engine.protocol.results import Baseline, ClassScore, Prediction, RunResult, Score, Span
from tests.gui.sample_facts import CATALOG, MODEL, freeze_stack, run_config, verdict

CLASSES = ("happy", "upset")
TRAIN, VALIDATION, TEST = 2169, 465, 465
STEPS_PER_EPOCH = 68
WATCHED = (
    WatchedText(text="Finally home after two weeks, the cat remembers me", truth="happy"),
    WatchedText(text="My flight is late again and nobody says why", truth="upset"),
    WatchedText(text="Well that was a day", truth="upset"),
    WatchedText(text="Rain all week but the garden loves it", truth="happy"),
    WatchedText(text="I cannot find the words for how good this is", own=True),
)
_SAID_AT_THE_END = (0.98, 0.03, 0.41, 0.88, 0.97)
_START = 1_750_000_000.0


def table() -> TableFacts:
    """Returns posts.csv as it is read: two columns, six rows of preview."""
    rows = (
        ("Finally home after two weeks", "happy"),
        ("My flight is late again", "upset"),
        ("Rain all week but the garden loves it", "happy"),
        ("The tap drips, the neighbour drums", "upset"),
        ("Found a fiver in the old coat", "happy"),
        ("Tea, a blanket, a long book", "happy"),
    )
    columns = (
        ColumnFacts(name="text", role="text", reason="the longest texts, all different", distinct=3099),
        ColumnFacts(name="mood", role="label", reason="2 different values in 3,099 rows", distinct=2),
    )
    return TableFacts(
        path="posts.csv",
        name="posts.csv",
        rows=3099,
        columns=columns,
        preview=rows * 10,
        encoding="utf-8",
        delimiter=",",
        task=CATALOG.tasks[0].id,
        size=214_000,
    )


def rows_read(command: ReadRows) -> RowsRead:
    """Returns a page of posts.csv: the rows of its preview, over and over."""
    facts, query = table(), command.query
    found = [
        number
        for number in range(facts.rows)
        for row in (facts.preview[number % len(facts.preview)],)
        if query.search.casefold() in " ".join(row).casefold()
        and query.label in ("", row[1])
        and (not query.rows or number + 1 in query.rows)
    ]
    page = found[command.first : command.first + command.most]
    return RowsRead(
        job_id=command.job_id,
        query=query,
        first=command.first,
        total=len(found),
        rows=tuple(facts.preview[number % len(facts.preview)] for number in page),
        numbers=tuple(number + 1 for number in page),
    )


def label_doubts(job_id: str) -> tuple[StageReached, LabelDoubtsFound]:
    """Returns a look at the labels of posts.csv that finds two."""
    doubts = tuple(
        LabelDoubt(row=row, text=text, given=given, expected=expected, confidence=sure, given_confidence=0.02)
        for row, text, given, expected, sure in (
            (41, "Missed the bus, lost the umbrella, what a day", "happy", "upset", 0.97),
            (7, "Tea, a blanket, a long book, and the telephone off the hook", "upset", "happy", 0.81),
        )
    )
    finding = Problem(
        code="labels_look_wrong", title="2 labels look wrong", reason="Row 41.", fix="Read them."
    )
    return (
        StageReached(job_id=job_id, stage="computing_features", label="MiniLM reads", done=3, total=4),
        LabelDoubtsFound(job_id=job_id, doubts=doubts, finding=finding, rows=3099),
    )


def prepared() -> PreparedFacts:
    """Returns the rows of posts.csv as a classifier uses them, with one warning and one note."""
    uneven = Problem(
        code="uneven_labels",
        title="Labels are uneven",
        reason='Always answering "happy" is right 74 % of the time.',
        fix="Thaw judges by F1, so that both labels count as much.",
        severity=Severity.WARNING,
    )
    twice = Problem(
        code="duplicates",
        title="12 exact duplicates",
        reason="12 rows stand in the file more than once.",
        fix="They are kept on one side of the split.",
        severity=Severity.NOTE,
        rows=(4, 9, 311),
        row_count=12,
    )
    return PreparedFacts(
        usable=3099,
        renaming=Repair(kind="replace_values", columns=("mood",)),
        train=TRAIN,
        validation=VALIDATION,
        test=TEST,
        classes=(ClassCount(name="happy", count=2281), ClassCount(name="upset", count=818)),
        lengths=tuple(
            HistogramBin(low=low, high=low + 5, count=round(900 * math.exp(-(((low - 12) / 9) ** 2))))
            for low in range(0, 45, 5)
        ),
        majority_share=0.736,
        findings=(uneven, twice),
        examples=tuple(text.text for text in WATCHED[:3]),
    )


NOISY = (
    NoisyExample(
        row=4,
        text="What a lovely day",
        noisy="Wht a l0vely day",
        changes=(Span(start=1, end=3, label="Slips"), Span(start=7, end=8, label="Scans")),
    ),
    NoisyExample(row=9, text="Not again", noisy="Not again"),
)
"""Two texts with noise, of kinds as the sample catalog calls them."""


def engine_ready() -> EngineReady:
    """Returns the first thing that an engine says."""
    device = DeviceFacts(id="cpu", label="CPU · 8 threads", memory=16_000_000_000, memory_free=5_100_000_000)
    return EngineReady(protocol_version=PROTOCOL_VERSION, catalog=CATALOG, devices=(device,))


def result(score: float = 0.95) -> RunResult:
    """Returns the result of a run on 465 test posts, with both baselines."""

    def around(value: float, half: float) -> Score:
        return Score(value=round(value, 3), low=round(value - half, 3), high=round(value + half, 3))

    wrong = round((1 - score) * TEST * 0.8)
    missed = wrong * 2 // 3
    baselines = (
        Baseline(
            id="majority",
            label='Always answering "happy"',
            wrong=123,
            scores={"macro_f1": around(0.424, 0.01), "accuracy": around(0.736, 0.04)},
        ),
        Baseline(
            id="tfidf",
            label="Word counts (TF-IDF)",
            wrong=66,
            scores={"macro_f1": around(0.797, 0.045), "accuracy": around(0.858, 0.032)},
        ),
    )
    return RunResult(
        metric="macro_f1",
        scores={"macro_f1": around(score, 0.025), "accuracy": around((TEST - wrong) / TEST, 0.018)},
        baselines=baselines,
        rows=TEST,
        wrong=wrong,
        classes=CLASSES,
        confusion=((342 - (wrong - missed), wrong - missed), (missed, 123 - missed)),
        class_scores=(
            ClassScore(name="happy", precision=0.965, recall=0.974, f1=0.97, support=342),
            ClassScore(name="upset", precision=0.93, recall=0.905, f1=0.917, support=123),
        ),
        best_epoch=2.5,
        trainable_parameters=freeze_stack().trainable_parameters,
        total_parameters=freeze_stack().total_parameters,
        seconds=105.0,
        estimated_seconds=110.0,
        changed_pretrained=48,
        predictions_file="predictions.test.jsonl",
        peak_memory=1_400_000_000,
        size=90_000_000,
    )


def pooled_folds(folds: int) -> PooledFolds:
    """Returns what the runs of all folds of posts.csv reach together; fold by fold a little better."""
    values = tuple(round(0.9 + 0.01 * fold, 3) for fold in range(folds))
    return PooledFolds(
        metric="macro_f1",
        rows=3099,
        wrong=176,
        folds={"macro_f1": values},
        mean={"macro_f1": statistics.fmean(values)},
        spread={"macro_f1": statistics.stdev(values)},
        pooled={"macro_f1": Score(value=0.921, low=0.909, high=0.932)},
        baselines=(
            BaselineMean(id="majority", label='Always answering "happy"', scores={"macro_f1": 0.424}),
            BaselineMean(id="tfidf", label="Word counts (TF-IDF)", scores={"macro_f1": 0.797}),
        ),
    )


def predictions(count: int = TEST, wrong: int = 19, seed: int = 0) -> tuple[Prediction, ...]:
    """Returns predictions of the test rows, the wrong ones spread among them."""
    chance = random.Random(seed)
    wrong_rows = set(chance.sample(range(count), wrong))
    found = []
    for index in range(count):
        truth = CLASSES[chance.random() > 0.736]
        said = CLASSES[1 - CLASSES.index(truth)] if index in wrong_rows else truth
        sure = round(chance.uniform(0.52, 0.9) if index in wrong_rows else chance.uniform(0.7, 0.999), 3)
        found.append(
            Prediction(
                text=f"{WATCHED[index % len(WATCHED)].text} ({index})",
                said=said,
                truth=truth,
                probability=sure,
                probabilities={said: sure, CLASSES[1 - CLASSES.index(said)]: round(1 - sure, 3)},
                row=5 * index + 3,
            )
        )
    return tuple(found)


def recorded_run(
    *,
    run: RunConfig | None = None,
    folder: str = "runs/2026-01-05_10-00-00_thaw_top",
    job_id: str = "job-1",
    epochs: int = 3,
    until_step: int | None = None,
    score: float = 0.95,
    seed: int = 0,
) -> list[Event]:
    """Returns all events of a run, in order, with ``seq`` and ``time`` as the file has them.

    Args:
        run: What was chosen; by default :func:`~tests.gui.sample_facts.run_config`.
        folder: The run's folder, as the engine writes it into its events.
        job_id: The job.
        epochs: 68 steps each, validated twice an epoch.
        until_step: Stop after this step without an end, as when the process was killed; 0 gives the
            preparation only. ``None``: to the end.
        score: Macro F1 on the test rows.
        seed: Of the noise.
    """
    run = run or run_config()
    events: list[Event] = []
    clock = _START
    for seconds, event in _tell(run, folder, epochs, score, random.Random(seed)):
        if until_step is not None and getattr(event, "step", 0) > until_step:
            break
        if isinstance(event, StepsEnded) and until_step is not None:
            points = tuple(point for point in event.points if point.step <= until_step)
            if not points:
                break
            event = msgspec.structs.replace(event, points=points)
        clock += seconds
        events.append(msgspec.structs.replace(event, job_id=job_id, seq=len(events) + 1, time=clock))
    return events


def _tell(
    run: RunConfig, folder: str, epochs: int, score: float, noise: random.Random
) -> Iterator[tuple[float, Event]]:
    total = epochs * STEPS_PER_EPOCH
    yield 0.0, JobAccepted()
    yield 0.1, StageReached(stage="reading", label="Reading 3,099 texts", done=3099, total=3099)
    yield 0.4, StageReached(stage="tokenizing", label="Tokenizing 3,099 texts", done=1000, total=3099)
    yield 0.4, StageReached(stage="tokenizing", label="Tokenizing 3,099 texts", done=3099, total=3099)
    yield 0.5, StageReached(stage="loading_model", label="Loading MiniLM")
    yield 0.5, StageReached(stage="baselines", label="Counting words for comparison")
    yield 0.5, StageReached(stage="first_batch", label="First batch")
    stack = freeze_stack()
    yield (
        0.2,
        TrainingStarted(
            run_id=folder.rsplit("/", 1)[-1],
            folder=folder,
            run=run,
            total_steps=total,
            steps_per_epoch=STEPS_PER_EPOCH,
            epochs=epochs,
            stack=stack,
            verdict=verdict(stack),
            model=MODEL,
            prepared=prepared(),
            device="CPU · 8 threads",
            baselines={
                "majority": {"macro_f1": 0.424, "accuracy": 0.736},
                "tfidf": {"macro_f1": 0.797, "accuracy": 0.858},
            },
            baseline_labels={"majority": 'Always guessing "happy"', "tfidf": "Word counts (TF-IDF)"},
            watched=WATCHED,
            classes=CLASSES,
            plan=110.0,
        ),
    )
    yield 0.3, _evaluation(0, total, score, 0.0)
    best = -1.0
    half = STEPS_PER_EPOCH // 2
    for first in range(1, total + 1, 2):
        last = min(first + 1, total)
        points = tuple(_step(step, total, noise) for step in range(first, last + 1))
        left = (total - last) * 0.5
        yield (
            1.0,
            StepsEnded(
                points=points,
                rows_per_second=64.0 + noise.uniform(-3, 3),
                seconds_left=left,
                memory=1_400_000_000,
            ),
        )
        if last % 10 == 0:
            yield 0.0, _changes(last, total)
        if last % half == 0:
            evaluation = _evaluation(last, total, score, best)
            best = max(best, evaluation.metrics["macro_f1"])
            yield 0.6, evaluation
            yield (
                0.2,
                CheckpointSaved(
                    step=last,
                    epoch=last / STEPS_PER_EPOCH,
                    path="checkpoints/last",
                    is_best=evaluation.is_best,
                ),
            )
        if last % STEPS_PER_EPOCH == 0:
            yield 0.0, EpochEnded(epoch=last // STEPS_PER_EPOCH, training_loss=points[-1].loss)
    yield 0.5, StageReached(stage="testing", label="Judging 465 test texts", done=465, total=465)
    test = _evaluation(total, total, score, 2.0)
    yield 0.5, msgspec.structs.replace(test, split="test", watched=(), is_best=False)
    yield 0.1, PredictionsWritten(split="test", path="predictions.test.jsonl", count=TEST)
    yield 0.1, ResultWritten(result=result(score))
    yield 0.1, JobSucceeded(seconds=105.0)


def _step(step: int, total: int, noise: random.Random) -> StepPoint:
    loss = 0.07 + 0.62 * math.exp(-4.5 * step / total)
    return StepPoint(
        step=step,
        epoch=step / STEPS_PER_EPOCH,
        loss=max(0.004, loss * (1 + noise.gauss(0, 0.22))),
        learning_rate=1e-4 * min(step / (0.1 * total), (total - step) / (0.9 * total)),
        gradient_norm=abs(noise.gauss(1.2, 0.4)),
    )


def _evaluation(step: int, total: int, score: float, best: float) -> EvaluationEnded:
    share = step / total
    learned = 1 - math.exp(-6 * share)
    dip = 0.006 if share > 0.9 else 0.0
    macro_f1 = 0.42 + (score + 0.004 - 0.42) * learned - dip
    watched = tuple(
        WatchedAnswer(
            said=CLASSES[0] if 0.5 + (end - 0.5) * learned >= 0.5 else CLASSES[1],
            probabilities=(0.5 + (end - 0.5) * learned, 0.5 - (end - 0.5) * learned),
        )
        for end in _SAID_AT_THE_END
    )
    return EvaluationEnded(
        split="validation",
        step=step,
        epoch=step / STEPS_PER_EPOCH,
        loss=0.1 + 0.59 * math.exp(-5 * share) + 2 * dip,
        metrics={"macro_f1": macro_f1, "accuracy": 0.74 + 0.22 * learned - dip, "mcc": 0.9 * learned},
        is_best=macro_f1 > best,
        watched=watched,
    )


def _changes(step: int, total: int) -> LayersChanged:
    final = {"block.4": 0.61, "block.5": 1.62, "block.6": 3.41}
    frozen = dict.fromkeys(("embeddings", "block.1", "block.2", "block.3"), 0.0)
    grown = {layer: percent * (step / total) ** 0.6 for layer, percent in final.items()}
    return LayersChanged(
        step=step, epoch=step / STEPS_PER_EPOCH, percent=frozen | grown, new_layers=("head",)
    )
