"""What is kept of frozen layers on this computer: how much it is, and emptying it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from engine.protocol.events import EndEvent, Event, JobFailed, TrainingStarted
from engine.protocol.kept_states import EmptyKeptStates, KeptStatesMeasured, MeasureKeptStates
from gui.engine_client.engines import Engines


class KeptStates(QObject):
    """Asks the engine how much is kept, again whenever a run has begun or ended.

    Args:
        engines: Who answers.

    Attributes:
        is_shown: Whether somebody looks at it, so that it is asked again.
    """

    measured = Signal(object)
    """A ``KeptStatesMeasured``."""

    failed = Signal(object)
    """Why it could not be looked at; a ``Problem``."""

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_shown = False
        self._emptying = ""
        self._engines = engines
        self._asked: set[str] = set()
        self._training: set[str] = set()
        engines.event_arrived.connect(self._take)

    def refresh(self) -> None:
        """Looks again."""
        self._asked.add(self._engines.ask(MeasureKeptStates(job_id=self._engines.new_job_id())))

    def empty(self) -> None:
        """Removes all that is kept."""
        self._emptying = self._engines.ask(EmptyKeptStates(job_id=self._engines.new_job_id()))
        self._asked.add(self._emptying)

    def _take(self, event: Event) -> None:
        if isinstance(event, TrainingStarted):
            self._training.add(event.job_id)
            self._refresh_if_shown()
        elif isinstance(event, KeptStatesMeasured) and event.job_id in self._asked:
            self.measured.emit(event)
        elif isinstance(event, EndEvent) and event.job_id in self._asked:
            self._asked.discard(event.job_id)
            if isinstance(event, JobFailed) and event.job_id == self._emptying:
                self.refresh()  # a run has begun somewhere: it says so then
            elif isinstance(event, JobFailed):
                self.failed.emit(event.problem)
        elif isinstance(event, EndEvent) and event.job_id in self._training:
            self._training.discard(event.job_id)
            self._refresh_if_shown()

    def _refresh_if_shown(self) -> None:
        if self.is_shown:
            self.refresh()
