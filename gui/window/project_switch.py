"""Which project is open. A project whose run trains is kept, though another one is looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.protocol.catalog import SampleEntry
from engine.protocol.project_problems import copy_saved, project_open_elsewhere
from gui.engine_client.engines import Engines
from gui.state.advisor import Advisor
from gui.state.data_copy import DataCopy
from gui.state.page_context import OpenProject
from gui.state.project import Project
from gui.state.project_lock import ProjectLock
from gui.state.run_history import RunHistory
from gui.state.run_status import RunState, RunStatus
from gui.state.trial import Trial
from gui.state.workspace import ProjectError, Workspace
from gui.window.copying import Copying


class ProjectSwitch(QObject):
    """Opens projects, one at a time.

    Args:
        engines: Who answers and trains.
        workspace: All projects.

    Attributes:
        opened: The open project; ``None`` before the first.
        copying: Large files on their way into new projects.
    """

    changed = Signal()
    """Another project is open."""

    problem_raised = Signal(object)
    """Why a project could not be made, opened or saved."""

    file_opened = Signal()
    """A data file has become a project, which is open now."""

    run_ended = Signal(object)
    """A run ended, of whichever project."""

    def __init__(self, engines: Engines, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.opened: OpenProject | None = None
        self._engines = engines
        self._workspace = workspace
        self._kept: dict[Path, OpenProject] = {}
        self.copying = Copying(workspace, self)
        self.copying.failed.connect(self.problem_raised)

    # --- opening ----------------------------------------------------------------------------------

    def open_sample(self, sample: SampleEntry) -> bool:
        """Opens a copy of a sample.

        Returns:
            Whether that worked; if not, a problem was raised.
        """
        return self._try(lambda: self._workspace.create_from_sample(sample))

    def open_file(self, path: Path, encoding: str = "") -> None:
        """Makes a project from a data file that can be read, and opens it as soon as its files are there.

        Args:
            path: The file.
            encoding: Its text encoding; empty to find out.
        """
        try:
            new = self._workspace.new_from_file(path, encoding)
        except ProjectError as error:
            self.problem_raised.emit(error.problem)
            return
        self.copying.forget_opening()
        self.copying.start(new, f"Copying {path.name} into the project", self._take_new, opens=True)

    def _take_new(self, folder: Path) -> None:
        if self._try(lambda: self._workspace.open(folder)):
            self.file_opened.emit()

    def open_project(self, path: Path) -> bool:
        """Opens a project's folder or file.

        Returns:
            Whether that worked; if not, a problem was raised.
        """
        folder = (path.parent if path.is_file() else path).absolute()
        opened = self.opened
        if opened is not None and opened.project.folder == folder and not opened.project.is_read_only:
            return True
        if folder in self._kept:
            self._show(self._kept.pop(folder))
            return True
        return self._try(lambda: self._workspace.open(folder))

    def save_copy(self) -> None:
        """Saves a copy of the open project beside it and says where, when it is there."""
        if self.opened is None:
            return
        project = self.opened.project
        try:
            new = self._workspace.copy_of(project)
        except ProjectError as error:
            self.problem_raised.emit(error.problem)
            return
        title = f"Saving a copy of {project.name}"
        self.copying.start(new, title, self._say_saved, opens=False)

    def _say_saved(self, folder: Path) -> None:
        self.problem_raised.emit(copy_saved(folder.name, str(folder)))

    def _try(self, make: Callable[[], Project]) -> bool:
        try:
            project = make()
        except ProjectError as error:
            self.problem_raised.emit(error.problem)
            return False
        lock = ProjectLock(project.folder)
        project.is_read_only = lock.is_open_elsewhere
        project.setParent(self)
        project.save_failed.connect(self.problem_raised)
        runs = RunHistory(project, self._engines, parent=project)
        runs.run_ended.connect(self._take_run_end)
        runs.delete_failed.connect(self.problem_raised)
        advisor = Advisor(project, self._engines, parent=project)
        copy = DataCopy(project, parent=project)
        copy.failed.connect(self.problem_raised)
        trial = Trial(project, runs, self._engines, parent=project)
        trial.history.save_failed.connect(self.problem_raised)
        self._show(OpenProject(project, runs, advisor, copy, trial, lock))
        if lock.is_open_elsewhere:
            problem = project_open_elsewhere(project.name, str(project.folder), lock.holder())
            self.problem_raised.emit(problem)
        return True

    def _show(self, opened: OpenProject) -> None:
        self.copying.forget_opening()
        last, self.opened = self.opened, opened
        if last is not None:
            if self._active_of(last):
                self._kept[last.project.folder] = last
            else:
                self._close(last)
        self.changed.emit()

    # --- runs of all projects -----------------------------------------------------------------------

    @property
    def active_runs(self) -> list[RunStatus]:
        """Runs that train or wait, of all projects."""
        return [run for opened in self._all() for run in self._active_of(opened)]

    def stop_all(self) -> None:
        """Stops the run that trains and keeps its best; those that wait never start."""
        for opened in self._all():
            for run in reversed(self._active_of(opened)):  # waiting ones first, so that none starts
                opened.runs.stop(run)

    def keep_training(self) -> Path | None:
        """Lets the run that trains go on when the window closes; those that wait never start.

        Returns:
            The folder of its project; ``None`` when nothing trains.
        """
        folder: Path | None = None
        for opened in self._all():
            for run in reversed(self._active_of(opened)):  # waiting ones first, so that none starts
                if run.state is RunState.WAITING:
                    opened.runs.stop(run)
                else:
                    self._engines.keep_training(run.job_id)
                    folder = opened.project.folder
        return folder

    def close(self) -> None:
        """Lets go of everything; for the end of the window."""
        self.copying.close()
        for opened in self._all():
            self._close(opened)
        self._kept.clear()
        self.opened = None

    def _all(self) -> list[OpenProject]:
        return [*self._kept.values(), *([self.opened] if self.opened else [])]

    @staticmethod
    def _active_of(opened: OpenProject) -> list[RunStatus]:
        return [run for run in opened.runs.runs if run.is_active]

    def _take_run_end(self, run: RunStatus) -> None:
        for folder, opened in list(self._kept.items()):
            if not self._active_of(opened):
                del self._kept[folder]
                self._close(opened)
        self.run_ended.emit(run)

    @staticmethod
    def _close(opened: OpenProject) -> None:
        opened.project.undo_stack.clear()  # else it would speak to buttons that are gone
        opened.trial.remember()
        opened.advisor.close()
        opened.copy.close()
        opened.runs.close()
        opened.lock.release()
        opened.project.deleteLater()


def first_page(opened: OpenProject) -> str:
    """Returns the id of the page on which a project opens: where the person stopped."""
    current = opened.runs.current
    if not opened.project.task:
        return "data"
    going = current is not None and (current.is_active or current.state is RunState.INTERRUPTED)
    return "train" if going else "setup"
