"""The run that Train shows, whichever it is: one place to listen to."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from engine.protocol.problems import Problem
from gui.state.fold_set import FoldSet
from gui.state.run_history import RunHistory
from gui.state.run_status import RunStatus

_RELAYED = (
    "state_changed",
    "training_started",
    "stage_reached",
    "steps_ended",
    "evaluation_ended",
    "layers_changed",
    "warning_raised",
    "notes_changed",
)
_SAME_AGAIN = ("resume", "train_again")
"""Ways to go on that change nothing, so that going on with all folds is as good."""


class CurrentRun(QObject):
    """Passes on the signals of the current run of a history.

    Args:
        runs: Whose current run.
        parent: Owner.
    """

    run_changed = Signal()
    """Another run is the current one, or there is none any more."""
    state_changed = Signal()
    training_started = Signal()
    stage_reached = Signal()
    steps_ended = Signal()
    evaluation_ended = Signal()
    layers_changed = Signal()
    warning_raised = Signal(object)
    notes_changed = Signal()

    def __init__(self, runs: RunHistory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._run: RunStatus | None = None
        runs.current_changed.connect(self._take_current)
        runs.run_removed.connect(self.notes_changed)  # what told it from another run of its name
        self._follow(runs.current)

    @property
    def run(self) -> RunStatus | None:
        """The run, or ``None`` when there is none."""
        return self._run

    @property
    def has_folds_in_line(self) -> bool:
        """Whether other folds of the same choices train or wait."""
        folds = self._folds()
        return folds is not None and any(run is not self._run for run in folds.active)

    @property
    def missing_folds(self) -> Problem | None:
        """Which folds of the same choices are not trained, while none of them trains or waits."""
        folds = self._folds()
        return folds.problem() if folds is not None else None

    @property
    def problem(self) -> Problem | None:
        """Why the run broke off; where it is a fold and others are missing too, all can be gone on with."""
        problem, folds = self._run.problem if self._run is not None else None, self._folds()
        missing = folds.problem() if folds is not None and len(folds.missing) > 1 else None
        if problem is None or missing is None:
            return problem
        own, more = problem.actions, missing.actions
        first = bool(own) and own[0].id in _SAME_AGAIN and "smaller_batches" not in own[0].arguments
        return replace(problem, actions=(*more, *own) if first else (*own, *more))

    def stop_folds(self) -> None:
        """Stops the run, and those that wait for the other folds."""
        folds = self._folds()
        if folds is not None:
            folds.stop(self._runs)

    def _folds(self) -> FoldSet | None:
        return FoldSet.of(self._run.config, self._runs.runs) if self._run is not None else None

    def _take_current(self) -> None:
        if self._runs.current is not self._run:
            self._follow(self._runs.current)
            self.run_changed.emit()

    def _follow(self, run: RunStatus | None) -> None:
        for name in _RELAYED:
            relay = getattr(self, name)
            if self._run is not None:
                getattr(self._run, name).disconnect(relay)
            if run is not None:
                getattr(run, name).connect(relay)
        self._run = run
