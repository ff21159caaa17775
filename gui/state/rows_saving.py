"""Writes a project's rows to a new file, by asking the engine."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from engine.protocol.commands import WriteRows
from engine.protocol.config import DataConfig
from engine.protocol.data_events import RowsWritten
from engine.protocol.events import Event, JobFailed, JobStopped, JobSucceeded
from gui.engine_client.engines import Engines


class RowsSaving(QObject):
    """Asks for as many files as are wished; each has its answer.

    Signals:
        saved: The :class:`RowsWritten` that says how many rows there are.
        failed: The :class:`Problem` that was in the way.
    """

    saved = Signal(object)
    failed = Signal(object)

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        """Takes whom it asks.

        Args:
            engines: The engine processes.
            parent: Owner.
        """
        super().__init__(parent)
        self._engines = engines
        self._asked: set[str] = set()
        engines.event_arrived.connect(self._take_event)

    def save(self, data: DataConfig, path: str) -> None:
        """Writes rows, as they are after their repairs.

        Args:
            data: Which rows.
            path: The new file.
        """
        job_id = self._engines.new_job_id()
        self._asked.add(job_id)
        self._engines.ask(WriteRows(job_id=job_id, data=data, path=path))

    def _take_event(self, event: Event) -> None:
        if event.job_id not in self._asked:
            return
        if isinstance(event, RowsWritten):
            self.saved.emit(event)
        elif isinstance(event, JobFailed):
            self.failed.emit(event.problem)
        if isinstance(event, (JobSucceeded, JobFailed, JobStopped)):
            self._asked.discard(event.job_id)
