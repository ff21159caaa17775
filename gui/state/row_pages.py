"""Fetches rows of the open file from the engine, a page at a time, as the table asks for them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from engine.protocol.commands import ReadRows
from engine.protocol.data_events import RowsRead
from engine.protocol.data_facts import RowQuery
from engine.protocol.events import Event, JobFailed, JobStopped, JobSucceeded
from gui.engine_client.engines import Engines
from gui.state.project import Project


class RowPages(QObject):
    """Asks for pages; answers about another file, other repairs or another search are dropped.

    Signals:
        arrived: A :class:`RowsRead`.
        failed: The query and the place of a page that did not come; it may be asked for again.
    """

    arrived = Signal(object)
    failed = Signal(object, int)

    def __init__(self, engines: Engines, project: Project, parent: QObject | None = None) -> None:
        """Takes whom it asks.

        Args:
            engines: The engine processes.
            project: Whose rows are read.
            parent: Owner.
        """
        super().__init__(parent)
        self._engines, self._project = engines, project
        self._asked: dict[str, tuple[RowQuery, int]] = {}
        engines.event_arrived.connect(self._take_event)

    def ask(self, query: RowQuery, first: int) -> None:
        """Asks for a page of rows.

        Args:
            query: Which of them are wanted.
            first: How many of these are passed over.
        """
        data = self._project.data
        if data is None:
            return
        if any(old != query for old, _ in self._asked.values()):
            self.forget()
        job_id = self._engines.new_job_id()
        self._asked[job_id] = (query, first)
        self._engines.ask(
            ReadRows(
                job_id=job_id,
                path=data.path,
                reading=data.reading,
                repairs=data.repairs,
                query=query,
                first=first,
            )
        )

    def forget(self) -> None:
        """Waits for no page any more: they are of another search, or from before a repair."""
        for job_id in list(self._asked):
            del self._asked[job_id]
            self._engines.cancel(job_id)

    def _take_event(self, event: Event) -> None:
        if event.job_id not in self._asked:
            return
        if isinstance(event, RowsRead):
            self.arrived.emit(event)
        elif isinstance(event, (JobFailed, JobStopped)):
            self.failed.emit(*self._asked.pop(event.job_id))
        elif isinstance(event, JobSucceeded):
            del self._asked[event.job_id]
