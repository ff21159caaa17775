"""The base models that a person may choose from: those here, those of the hub, and their downloads."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.protocol.commands import Command, DownloadModel, ListModels, SearchModels
from engine.protocol.events import Event, JobFailed, JobStopped, JobSucceeded
from engine.protocol.hub_kinds import HubKind
from engine.protocol.model_events import ModelsFound, ModelsListed
from gui.engine_client.engines import Engines
from gui.state.hub_shelf import HubShelf
from gui.state.preferences import Preferences
from gui.state.project import Project

_KEPT_FOLDERS = 6


class ModelShelf(HubShelf):
    """Asks the engine about models, and passes on what it says.

    Args:
        project: Whose model is chosen.
        engines: Who answers.
        preferences: Keep the folders that were chosen.
    """

    kind = HubKind.MODEL

    listed = Signal(object)
    """The models of this computer: a tuple of ``ModelEntry``."""

    chosen_arrived = Signal()
    """The chosen model was not here, and is now."""

    def __init__(
        self, project: Project, engines: Engines, preferences: Preferences, parent: QObject | None = None
    ) -> None:
        super().__init__(engines, parent)
        self._project = project
        self._preferences = preferences
        self._listing = ""

    # --- what the person wishes -------------------------------------------------------------------

    def refresh(self) -> None:
        """Looks again which models are on this computer."""
        if self._listing:
            self._engines.cancel(self._listing)
        self._listing = self._engines.new_job_id()
        self._engines.ask(ListModels(job_id=self._listing, folders=self._folders()))

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

    def _search_command(self, job_id: str, query: str) -> Command:
        return SearchModels(job_id=job_id, query=query)

    def _download_command(self, job_id: str, name: str) -> Command:
        return DownloadModel(job_id=job_id, model=name)

    def _take_answer(self, event: Event) -> None:
        if isinstance(event, ModelsListed) and event.job_id == self._listing:
            self.listed.emit(event.models)
        elif isinstance(event, ModelsFound) and event.job_id == self._searching:
            self.found.emit(event)

    def _take_end(self, event: JobSucceeded | JobStopped | JobFailed) -> None:
        if event.job_id and event.job_id == self._listing:
            self._listing = ""
        else:
            super()._take_end(event)

    def _take_end_of_download(self, name: str, event: JobSucceeded | JobStopped | JobFailed) -> None:
        if isinstance(event, JobSucceeded) and name == self._project.choices.model:
            self.chosen_arrived.emit()
        self.refresh()
