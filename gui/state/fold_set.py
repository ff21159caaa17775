"""Runs of a project that differ in their fold alone: which folds are trained, which are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from engine.protocol.config import RunConfig
from engine.protocol.fold_problems import folds_missing
from engine.protocol.fold_runs import recipe_of, run_of_fold
from engine.protocol.problems import Problem
from gui.state.run_history import RunHistory
from gui.state.run_progress import is_whole
from gui.state.run_status import RunState, RunStatus

_ENDED = (RunState.FINISHED, RunState.STOPPED)


@dataclass(frozen=True)
class FoldSet:
    """All folds of one recipe. It is read from the runs each time it is wanted, so nothing of it can be lost.

    Attributes:
        config: What was chosen, with every setting filled in; its fold does not matter.
        runs: The run that counts for each fold; ``None`` where there is none.
        active: Runs that train or wait, of any fold.
    """

    config: RunConfig
    runs: tuple[RunStatus | None, ...]
    active: tuple[RunStatus, ...]

    @classmethod
    def of(cls, config: RunConfig, runs: Sequence[RunStatus]) -> FoldSet | None:
        """Returns the folds of a recipe; ``None`` where its rows are not divided into folds.

        Args:
            config: Of a run or a checked draft, with every setting filled in.
            runs: All runs of the project, oldest first.
        """
        folds = config.data.split.folds
        if not folds:
            return None
        recipe = recipe_of(config)
        alike = [
            run for run in runs if run.config.data.split.folds == folds and recipe_of(run.config) == recipe
        ]
        counting: list[RunStatus | None] = [None] * folds
        for run in sorted(alike, key=_weight):  # stable: of equal weight the newest counts
            counting[run.config.data.split.fold] = run
        return cls(config, tuple(counting), tuple(run for run in alike if run.is_active))

    @property
    def trained(self) -> list[int]:
        """Returns the folds that are trained to their end and judged, from 0."""
        return [fold for fold, run in enumerate(self.runs) if run is not None and is_trained(run)]

    @property
    def missing(self) -> list[int]:
        """Returns the folds that are not trained and do not train, from 0."""
        return [
            fold
            for fold, run in enumerate(self.runs)
            if run is None or not (is_trained(run) or run.is_active)
        ]

    @property
    def is_complete(self) -> bool:
        """Returns whether every fold is trained."""
        return len(self.trained) == len(self.runs)

    def problem(self) -> Problem | None:
        """Returns which folds are missing and why; ``None`` while they train, and when all are there."""
        if self.active or not self.missing:
            return None
        missing = [(fold, why_missing(self.runs[fold])) for fold in self.missing]
        return folds_missing(len(self.runs), len(self.trained), missing)

    def train_missing(self, history: RunHistory) -> None:
        """Trains the missing folds one after the other; one that has a checkpoint goes on from it."""
        for fold in self.missing:
            run = self.runs[fold]
            if run is not None and (run.can_resume or not run.has_begun):
                history.resume(run)
            else:
                history.start(run_of_fold(msgspec.structs.replace(self.config, name=""), fold))

    def stop(self, history: RunHistory) -> None:
        """Stops the fold that trains and keeps its best; those that wait never start."""
        for run in reversed(self.active):  # waiting ones first, so that none starts
            history.stop(run)


def is_trained(run: RunStatus) -> bool:
    """Returns whether a run was trained to its end and judged; what was stopped before is another recipe."""
    if run.result is None or run.state not in _ENDED:
        return False
    return run.state is RunState.FINISHED or is_whole(run)


def _weight(run: RunStatus) -> int:
    """Returns how much a run counts for its fold, beside others of the same fold."""
    signs = (is_trained(run), run.is_active, run.can_resume, run.has_begun)
    return next((len(signs) - place for place, is_so in enumerate(signs) if is_so), 0)


def why_missing(run: RunStatus | None) -> str:
    """Returns why the run of a fold counts for nothing yet, e.g. ``"stopped early"``."""
    if run is not None and run.is_active:
        return "waits" if run.state is RunState.WAITING else "trains"
    if run is None or (not run.has_begun and run.problem is None):
        return "not begun"
    if run.problem is not None and run.state is RunState.FAILED:
        return f"failed ({run.problem.title})"
    return "interrupted" if run.state is RunState.INTERRUPTED else "stopped early"
