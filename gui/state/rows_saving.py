"""Writes a project's rows to a new file, by asking the engine."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from engine.protocol.commands import WriteRows
from engine.protocol.config import DataConfig
from engine.protocol.data_events import RowsWritten
from engine.protocol.events import Event, JobFailed
from gui.engine_client.engines import Engines


class RowsSaving(QObject):
    """Asks for one file after the other; only the last answer counts.

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
        self._job_id = ""
        engines.event_arrived.connect(self._take_event)

    def save(self, data: DataConfig, path: str) -> None:
        """Writes rows, as they are after their repairs.

        Args:
            data: Which rows.
            path: The new file.
        """
        self._job_id = self._engines.new_job_id()
        self._engines.ask(WriteRows(job_id=self._job_id, data=data, path=path))

    def _take_event(self, event: Event) -> None:
        if not self._job_id or event.job_id != self._job_id:
            return
        if isinstance(event, RowsWritten):
            self._job_id = ""
            self.saved.emit(event)
        elif isinstance(event, JobFailed):
            self._job_id = ""
            self.failed.emit(event.problem)
