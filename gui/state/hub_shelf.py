"""What a person searches on the hub and fetches from it: one search at a time, any number of downloads."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from engine.protocol.commands import Command
from engine.protocol.events import Event, JobFailed, JobStopped, JobSucceeded
from engine.protocol.hub_kinds import HubKind
from engine.protocol.model_events import DownloadProgressed
from gui.engine_client.engines import Engines


class HubShelf(QObject):
    """Asks the engine to search and to fetch, and passes on what it says.

    A download belongs to no project: it is noticed by what it tells, whoever began it. Subclasses say
    which commands are sent and what else is listened to.

    Args:
        engines: Who answers.
    """

    kind: HubKind
    """What it searches and fetches."""

    found = Signal(object)
    """What a search found: the event."""

    searching_changed = Signal(bool)
    """A search has begun, or ended."""

    download_changed = Signal(str, object)
    """A name, and how far its download is: ``DownloadProgressed``; ``None``: it has ended."""

    problem_raised = Signal(object)
    """Why a search or a download failed: a ``Problem``."""

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engines = engines
        self._searching = ""
        self._downloads: dict[str, str] = {}
        engines.event_arrived.connect(self._take_event)

    # --- what the person wishes -------------------------------------------------------------------

    def search(self, query: str) -> None:
        """Searches the hub; a search that is under way is given up."""
        if self._searching:
            self._engines.cancel(self._searching)
        self._searching = self._engines.new_job_id() if query.strip() else ""
        self.searching_changed.emit(bool(self._searching))
        if self._searching:
            self._engines.ask(self._search_command(self._searching, query.strip()))

    def download(self, name: str) -> None:
        """Fetches something of the hub, or goes on with that."""
        if name in self._downloads.values():
            return
        job_id = self._engines.new_job_id()
        self._downloads[job_id] = name
        begun = DownloadProgressed(name=name, file="", host="", done=0, total=0, kind=self.kind)
        self.download_changed.emit(name, begun)
        self._engines.ask(self._download_command(job_id, name))

    def cancel(self, name: str) -> None:
        """Gives a download up; what has arrived stays."""
        for job_id in [job_id for job_id, one in self._downloads.items() if one == name]:
            self._engines.cancel(job_id)

    # --- what the engine says ---------------------------------------------------------------------

    def _take_event(self, event: Event) -> None:
        match event:
            case DownloadProgressed() if event.kind is self.kind:
                name = self._downloads.setdefault(event.job_id, event.name)
                self.download_changed.emit(name, event)
            case JobSucceeded() | JobStopped() | JobFailed():
                self._take_end(event)
            case _:
                self._take_answer(event)

    def _take_end(self, event: JobSucceeded | JobStopped | JobFailed) -> None:
        if event.job_id and event.job_id == self._searching:
            self._searching = ""
            self.searching_changed.emit(False)
            if isinstance(event, JobFailed):
                self.problem_raised.emit(event.problem)
        elif event.job_id in self._downloads:
            name = self._downloads.pop(event.job_id)
            self.download_changed.emit(name, None)
            if isinstance(event, JobFailed):
                self.problem_raised.emit(event.problem)
            self._take_end_of_download(name, event)

    # --- what subclasses say ----------------------------------------------------------------------

    def _search_command(self, job_id: str, query: str) -> Command:
        raise NotImplementedError

    def _download_command(self, job_id: str, name: str) -> Command:
        raise NotImplementedError

    def _take_answer(self, event: Event) -> None:
        """Listens to what else the engine says."""

    def _take_end_of_download(self, name: str, event: JobSucceeded | JobStopped | JobFailed) -> None:
        """Does what follows the end of a download; its problem has been told."""
