"""What is known of a finished run row by row: read from its folder, or judged again from its saved model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engine import registry
from engine.contracts import Task
from engine.errors import EngineError
from engine.evaluation.evidence import read_evidence, write_evidence
from engine.protocol import comparison_problems, run_folder_problems
from engine.protocol.config import RunConfig
from engine.protocol.events import Event, ResultWritten, StageReached, TrainingStarted
from engine.protocol.problems import Problem
from engine.protocol.results import Prediction, RunResult
from engine.protocol.run_files import (
    EVENTS_FILE,
    RUN_FILE,
    TEST_EVIDENCE_FILE,
    TEST_PREDICTIONS_FILE,
    read_events,
    read_predictions,
    unread_events,
)
from engine.row_measures import Measures, Rows
from engine.run_folder import kept_run
from engine.training.answering import FinishedRun
from engine.training.newer_runs import raise_if_newer
from engine.training.workbench import Workbench


@dataclass(frozen=True)
class JudgedRun:
    """A finished run, row by row.

    Attributes:
        folder: Where it is.
        run: What was chosen.
        task: Its task.
        result: Its result, as it was written down.
        training_rows: How many rows it learned from; 0 where that is not known.
        evidence: What each test row adds to the measures, ``(rows, k)``.
        measures: How these follow from it.
        asked: Of the questions and how much each asks for, in their order: equal where the test rows are.
        missing: What of its folder is missing or damaged.
    """

    folder: Path
    run: RunConfig
    task: Task
    result: RunResult
    training_rows: int
    evidence: Rows
    measures: Measures
    asked: str
    missing: tuple[Problem, ...]

    @classmethod
    def read(cls, folder: Path, bench: Workbench, send: Callable[[Event], None]) -> JudgedRun:
        """Reads a run, and judges it again where what it answered is not there.

        Args:
            folder: The run's folder.
            bench: Reads the rows.
            send: Takes stages. May raise to end it.

        Raises:
            EngineError: When it is no finished run, or nothing is known of its answers.
        """
        written = _Written.of(folder)
        missing = list(written.missing)
        task, measures = _known_task(written.run)
        rows = read_evidence(folder / TEST_EVIDENCE_FILE)
        questions = _kept_questions(folder)
        fits = rows is not None and len(rows) == written.result.rows
        if not fits or len(questions) != written.result.rows:
            damaged = [TEST_PREDICTIONS_FILE] if len(questions) != written.result.rows else []
            damaged += [] if fits else [TEST_EVIDENCE_FILE]
            is_older = not (folder / TEST_EVIDENCE_FILE).exists()  # runs of older versions never had it
            rows, questions = _judged_again(folder, damaged, bench, send)
            missing += [_mended(name) for name in damaged if name != TEST_EVIDENCE_FILE or not is_older]
            if not fits:
                with suppress(OSError):  # a folder that cannot be written to is judged again each time
                    write_evidence(folder / TEST_EVIDENCE_FILE, rows)
        assert rows is not None  # noqa: S101 - either read or made
        return cls(
            folder=folder,
            run=written.run,
            task=task,
            result=written.result,
            training_rows=written.training_rows,
            evidence=rows,
            measures=measures,
            asked=_digest(questions, rows, measures),
            missing=tuple(missing),
        )


@dataclass(frozen=True)
class _Written:
    """What stands in the files of a run that say what it was and what it reached."""

    run: RunConfig
    result: RunResult
    training_rows: int
    missing: tuple[Problem, ...]

    @classmethod
    def of(cls, folder: Path) -> _Written:
        """Reads them; what one of them lacks the other may know.

        Raises:
            EngineError: When it is no finished run, or its result cannot be read.
        """
        run, has_file = kept_run(folder)
        started: TrainingStarted | None = None
        result: RunResult | None = None
        for event in read_events(folder):
            if isinstance(event, TrainingStarted):
                started, result = event, None
            elif isinstance(event, ResultWritten):
                result = event.result
        newer, damaged = unread_events(folder)
        missing = []
        if not has_file:
            missing.append(comparison_problems.part_missing(name=RUN_FILE, what="", mended=False))
        if newer:
            what = "some of what it says about its training"
            missing.append(comparison_problems.newer_run(what=what, known=result is not None))
        if damaged and result is not None:
            what = "its curves may have gaps"
            missing.append(comparison_problems.part_missing(name=EVENTS_FILE, what=what, mended=False))
        if result is None:
            raise EngineError(_why_no_result(folder, newer=bool(newer), damaged=bool(damaged)))
        rows = started.prepared.train if started is not None else 0
        return cls(run, result, rows, tuple(missing))


def _why_no_result(folder: Path, *, newer: bool, damaged: bool) -> Problem:
    if newer:
        return comparison_problems.newer_run(what="how its result is written down", known=False)
    if damaged or not (folder / EVENTS_FILE).is_file():
        return comparison_problems.no_result(folder=str(folder))
    return run_folder_problems.run_not_finished(folder=str(folder))


def _known_task(run: RunConfig) -> tuple[Task, Measures]:
    """Returns the task of a run, and how its measures follow from the rows.

    Raises:
        EngineError: When this version does not know it, or its method.
    """
    raise_if_newer(run)
    task = registry.task(run.task)
    return task, task.measures(run.settings)


def _kept_questions(folder: Path) -> Sequence[Prediction]:
    """Returns the predictions that a run has kept; none where the file is missing or damaged."""
    try:
        return read_predictions(folder)
    except (OSError, msgspec.MsgspecError):
        return ()


def _judged_again(
    folder: Path, damaged: Sequence[str], bench: Workbench, send: Callable[[Event], None]
) -> tuple[Rows, Sequence[Prediction]]:
    """Returns what each row adds, and the questions, from the saved model.

    Raises:
        EngineError: When it cannot be judged again.
    """
    send(StageReached(stage="testing", label=f"Judging {folder.name} again"))
    try:
        finished = FinishedRun.load(folder)
        test, judged = finished.judged(finished.split(bench))
    except EngineError as error:
        raise EngineError(comparison_problems.no_row_answers(parts=damaged, why=error.problem)) from error
    rows = finished.task.evidence(test.asked, judged.said).astype(float)
    return rows, finished.task.questions(test.asked)


def _mended(name: str) -> Problem:
    return comparison_problems.part_missing(name=name, what="", mended=True)


def _digest(questions: Sequence[Prediction], rows: Rows, measures: Measures) -> str:
    """Returns what is equal for runs that were judged on the same rows, in the same order."""
    found = hashlib.sha256()
    for one in questions:
        found.update(msgspec.json.encode((one.row, one.text, one.second, one.truth)) + b"\n")
    if measures.asked is not None:
        found.update(rows[:, measures.asked].tobytes())
    return found.hexdigest()
