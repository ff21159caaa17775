"""Questions about finished runs: what they answer, how good they are now, and together."""

from __future__ import annotations

from pathlib import Path

from engine.examining.probing import probe_layers
from engine.jobs import Job
from engine.protocol.commands import Evaluate, PoolFolds, Predict, ProbeLayers
from engine.protocol.events import PredictionMade
from engine.protocol.pooled_folds import FoldsPooled
from engine.training.answering import FinishedRuns
from engine.training.checking import Checker, on_what_is_here, with_whole_paths
from engine.training.pooling import pool_folds
from engine.training.setting_up import set_up
from engine.training.workbench import Workbench


class RunQuestions:
    """Answers them with the models and rows that were read last."""

    def __init__(self, bench: Workbench, checker: Checker) -> None:
        """Takes what it asks.

        Args:
            bench: Reads and keeps rows.
            checker: Finds out whether a run can be set up.
        """
        self._bench = bench
        self._checker = checker
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

    def probe_layers(self, job: Job, command: ProbeLayers) -> None:
        """Finds out what each layer knows of a task, before training and, of a finished run, after it."""
        trained = self._finished.get(Path(command.folder)).model if command.folder else None
        checked = self._checker.check(on_what_is_here(with_whole_paths(command.run)))
        setup = set_up(checked, self._bench, job.tell_stage)
        job.send(probe_layers(setup, job.tell_progress, trained))
