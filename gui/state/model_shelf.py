"""The base models that a person may choose from: those here, those of the hub, and their downloads."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.protocol.commands import DownloadModel, ListModels, SearchModels
from engine.protocol.events import Event, JobFailed, JobStopped, JobSucceeded
from engine.protocol.model_events import DownloadProgressed, ModelsFound, ModelsListed
from gui.engine_client.engines import Engines
from gui.state.preferences import Preferences
from gui.state.project import Project

_KEPT_FOLDERS = 6


class ModelShelf(QObject):
    """Asks the engine about models, and passes on what it says.

    A download belongs to no project: it is noticed by what it tells, whoever began it.

    Args:
        project: Whose model is chosen.
        engines: Who answers.
        preferences: Keep the folders that were chosen.
    """

    listed = Signal(object)
    """The models of this computer: a tuple of ``ModelEntry``."""

    found = Signal(object)
    """What a search found: ``ModelsFound``."""

    searching_changed = Signal(bool)
    """A search has begun, or ended."""

    download_changed = Signal(str, object)
    """Name of a model, and how far its download is: ``DownloadProgressed``; ``None``: it has ended."""

    problem_raised = Signal(object)
    """Why a search or a download failed: a ``Problem``."""

    chosen_arrived = Signal()
    """The chosen model was not here, and is now."""

    def __init__(
        self, project: Project, engines: Engines, preferences: Preferences, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._engines = engines
        self._preferences = preferences
        self._listing = ""
        self._searching = ""
        self._downloads: dict[str, str] = {}
        engines.event_arrived.connect(self._take_event)

    # --- what the person wishes -------------------------------------------------------------------

    def refresh(self) -> None:
        """Looks again which models are on this computer."""
        if self._listing:
            self._engines.cancel(self._listing)
        self._listing = self._engines.new_job_id()
        self._engines.ask(ListModels(job_id=self._listing, folders=self._folders()))

    def search(self, query: str) -> None:
        """Searches the hub; a search that is under way is given up."""
        if self._searching:
            self._engines.cancel(self._searching)
        self._searching = self._engines.new_job_id() if query.strip() else ""
        self.searching_changed.emit(bool(self._searching))
        if self._searching:
            self._engines.ask(SearchModels(job_id=self._searching, query=query.strip()))

    def download(self, model: str) -> None:
        """Fetches a model of the hub, or goes on with that."""
        if model in self._downloads.values():
            return
        job_id = self._engines.new_job_id()
        self._downloads[job_id] = model
        self.download_changed.emit(model, DownloadProgressed(name=model, file="", host="", done=0, total=0))
        self._engines.ask(DownloadModel(job_id=job_id, model=model))

    def cancel(self, model: str) -> None:
        """Gives a download up; what has arrived stays."""
        for job_id in [job_id for job_id, name in self._downloads.items() if name == model]:
            self._engines.cancel(job_id)

    def choose(self, model: str) -> None:
        """Chooses a model, by its id, its name on the hub or its folder."""
        if Path(model).is_absolute():
            others = (folder for folder in self._preferences.values.model_folders if folder != model)
            self._preferences.change(model_folders=(model, *others)[:_KEPT_FOLDERS])
        self._project.set_model(model)

    def _folders(self) -> tuple[str, ...]:
        """Returns the folders to look at: the chosen one, and those chosen before that are still there."""
        chosen = self._project.choices.model
        known = self._preferences.values.model_folders
        before = (folder for folder in known if folder != chosen and Path(folder).is_dir())
        return ((chosen,) if Path(chosen).is_absolute() else ()) + tuple(before)

    # --- what the engine says ---------------------------------------------------------------------

    def _take_event(self, event: Event) -> None:
        match event:
            case ModelsListed() if event.job_id == self._listing:
                self.listed.emit(event.models)
            case ModelsFound() if event.job_id == self._searching:
                self.found.emit(event)
            case DownloadProgressed():
                self._downloads[event.job_id] = event.name
                self.download_changed.emit(event.name, event)
            case JobSucceeded() | JobStopped() | JobFailed():
                self._take_end(event)
            case _:
                pass

    def _take_end(self, event: JobSucceeded | JobStopped | JobFailed) -> None:
        if event.job_id and event.job_id == self._listing:
            self._listing = ""
        elif event.job_id and event.job_id == self._searching:
            self._searching = ""
            self.searching_changed.emit(False)
            if isinstance(event, JobFailed):
                self.problem_raised.emit(event.problem)
        elif event.job_id in self._downloads:
            self._take_end_of_download(self._downloads.pop(event.job_id), event)

    def _take_end_of_download(self, model: str, event: JobSucceeded | JobStopped | JobFailed) -> None:
        self.download_changed.emit(model, None)
        if isinstance(event, JobFailed):
            self.problem_raised.emit(event.problem)
        elif isinstance(event, JobSucceeded) and model == self._project.choices.model:
            self.chosen_arrived.emit()
        self.refresh()
