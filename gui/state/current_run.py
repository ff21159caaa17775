"""The run that Train shows, whichever it is: one place to listen to."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

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
        self._follow(runs.current)

    @property
    def run(self) -> RunStatus | None:
        """The run, or ``None`` when there is none."""
        return self._run

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
