"""Questions about finished runs: what they answer, how good they are now, and together."""

from __future__ import annotations

from pathlib import Path

from engine.examining.changed_answers import compare_answers
from engine.examining.comparing import compare_runs
from engine.jobs import Job
from engine.protocol.commands import Evaluate, PoolFolds, Predict
from engine.protocol.comparison import CompareAnswers, CompareRuns
from engine.protocol.events import PredictionMade
from engine.protocol.pooled_folds import FoldsPooled
from engine.training.answering import FinishedRuns
from engine.training.pooling import pool_folds
from engine.training.workbench import Workbench


class RunQuestions:
    """Answers them with the models and rows that were read last."""

    def __init__(self, bench: Workbench) -> None:
        """Takes what it asks.

        Args:
            bench: Reads and keeps rows.
        """
        self._bench = bench
        self._finished = FinishedRuns()

    def predict(self, job: Job, command: Predict) -> None:
        """Answers texts with a finished run."""
        finished = self._finished.get(Path(command.folder))
        job.send(PredictionMade(predictions=finished.predict(command.texts) + finished.predict(command.rows)))

    def evaluate(self, job: Job, command: Evaluate) -> None:
        """Judges a finished run again."""
        self._finished.get(Path(command.folder)).judge_again(self._bench, job.send)

    def pool_folds(self, job: Job, command: PoolFolds) -> None:
        """Judges the runs of all folds together."""
        folders = [Path(folder).absolute() for folder in command.folders]
        job.send(FoldsPooled(folds=pool_folds(folders, self._bench, job.tell_stage)))

    def compare_runs(self, job: Job, command: CompareRuns) -> None:
        """Compares runs row by row."""
        folders = [Path(folder).absolute() for folder in command.folders]
        job.send(compare_runs(folders, self._bench, job.tell_stage, command.metric))

    def compare_answers(self, job: Job, command: CompareAnswers) -> None:
        """Looks which rows one run gets right and another does not."""
        first, second = Path(command.first).absolute(), Path(command.second).absolute()
        job.send(compare_answers(first, second, command.most))
