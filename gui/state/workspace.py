"""All projects of a person: making them, opening them, the samples they may start from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from engine.protocol.catalog import SampleEntry, SampleList
from engine.protocol.config import DataConfig
from engine.protocol.folder_files import files_in, what_is_read
from engine.protocol.hub_origin import ORIGIN_FILE
from engine.protocol.problems import Problem
from engine.protocol.project_problems import (
    cannot_use_file,
    no_such_project,
    project_not_made,
    sample_missing,
    unreadable_project,
)
from engine.protocol.run_files import DATA_FOLDER, read_stack
from engine.protocol.stack import StackFacts
from gui.state.data_copy import BESIDE_A_COPY
from gui.state.new_project import NewProject, Pairs
from gui.state.places import projects_folder
from gui.state.preferences import Preferences
from gui.state.project import Project
from gui.state.project_file import PROJECT_FILE, RUNS_FOLDER, Choices, ProjectFile, Summary
from gui.state.toml_file import read_toml

_KEPT_RECENT = 12


class ProjectError(Exception):
    """A project could not be made or opened; carries the words for the person."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


@dataclass(frozen=True)
class RecentProject:
    """A line of the list of recent projects.

    Attributes:
        changed: When its file was written last.
    """

    folder: Path
    name: str
    task: str
    summary: Summary
    changed: datetime

    @property
    def stack(self) -> StackFacts | None:
        """Returns the layers of the best run; ``None`` without one."""
        return _stack_of(self.folder / RUNS_FOLDER / self.summary.run) if self.summary.run else None


@lru_cache(maxsize=64)
def _stack_of(run: Path) -> StackFacts | None:
    """Reads the first lines of a run, once; what it began with does not change."""
    return read_stack(run)


class Workspace(QObject):
    """The folder of projects and the list of recent ones.

    Args:
        preferences: Keep the list of recent projects.
        folder: Where new projects are made; by default :func:`~gui.state.places.projects_folder`.
    """

    recent_changed = Signal()

    def __init__(
        self, preferences: Preferences, folder: Path | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.folder = folder or projects_folder()
        self._preferences = preferences
        self._samples: tuple[SampleEntry, ...] | None = None

    @property
    def samples(self) -> tuple[SampleEntry, ...]:
        """The samples that come with the app, in the order of their cards."""
        if self._samples is None:
            listing = files("resources") / "samples" / "samples.toml"
            self._samples = msgspec.toml.decode(listing.read_bytes(), type=SampleList).samples
        return self._samples

    def sample(self, sample_id: str) -> SampleEntry | None:
        """Returns a sample by its id, or ``None``."""
        return next((entry for entry in self.samples if entry.id == sample_id), None)

    @property
    def recent(self) -> tuple[RecentProject, ...]:
        """Projects opened before that are still there, last opened first."""
        found = (self._recent(Path(folder)) for folder in self._preferences.values.recent)
        return tuple(project for project in found if project is not None)

    def create_from_sample(self, sample: SampleEntry) -> Project:
        """Makes a project with a copy of a sample, task and columns set.

        Raises:
            ProjectError: When the sample is missing or the folder cannot be filled.
        """
        with as_file(files("resources") / "samples" / sample.file) as source:
            if not source.is_file():
                raise ProjectError(sample_missing(sample.title, f'"{sample.file}" is missing'))
            choices = Choices(
                data=DataConfig(path=f"{DATA_FOLDER}/{sample.file}", columns=sample.columns),
                task=sample.task,
                model=sample.model,
            )
            return self.open(self.finish(self._begin(sample.title, source, choices, sample.id)))

    def why_no_data(self, path: Path) -> Problem | None:
        """Says at a glance why a path cannot be data; ``None`` for a file or folder, whatever is in it."""
        if not path.exists():
            return cannot_use_file(str(path), "it is not there (moved or renamed?)")
        special = not path.is_file() and not path.is_dir()
        return cannot_use_file(str(path), "it is a device or a pipe") if special else None

    def new_from_file(self, path: Path, encoding: str = "") -> NewProject:
        """Begins a project with a copy of a person's file or folder; columns are guessed once it is read.

        Args:
            path: The file, or a folder of texts.
            encoding: Its text encoding; empty to find out.

        Returns:
            The project, to be filled where something waits, and then finished.

        Raises:
            ProjectError: When it is not there, or the project's folder cannot be filled.
        """
        problem = self.why_no_data(path)
        if problem is not None:
            raise ProjectError(problem)
        choices = Choices(data=DataConfig(path=f"{DATA_FOLDER}/{path.name}", encoding=encoding))
        return self._begin(path.name if path.is_dir() else path.stem, path, choices)

    def open(self, folder: Path) -> Project:
        """Opens a project's folder, or the ``project.toml`` in it.

        Raises:
            ProjectError: When there is none, or it cannot be read.
        """
        folder = (folder.parent if folder.name == PROJECT_FILE else folder).absolute()
        file = folder / PROJECT_FILE
        if not file.is_file():
            raise ProjectError(no_such_project(str(folder)))
        try:
            contents = read_toml(file, ProjectFile)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ProjectError(unreadable_project(str(file), str(error))) from error
        self._remember(folder)
        return Project(folder, contents, self.sample(contents.sample))

    def copy_of(self, project: Project) -> NewProject:
        """Begins a copy of a project's data and choices in a folder beside it; its runs stay where they are.

        Returns:
            The copy, to be filled where something waits, and then finished.

        Raises:
            ProjectError: When the folder cannot be filled.
        """
        data = project.folder / DATA_FOLDER
        inside = [path for path in sorted(data.rglob("*")) if path.is_file()]
        kept = [path for path in inside if not any(map(path.match, BESIDE_A_COPY))]
        pairs = [(path, path.relative_to(project.folder)) for path in kept]
        name = f"{project.name} copy"
        return self._fill(name, project.contents_for_copy(name), pairs, link=False)

    def finish(self, new: NewProject) -> Path:
        """Makes what was filled a project; returns its folder.

        Raises:
            ProjectError: When that does not work; nothing of it stays.
        """
        folder, name = self._new_folder(new.name)
        try:
            new.finish(folder, name)
        except OSError as error:
            new.give_up()
            raise ProjectError(project_not_made(str(folder), error.strerror or str(error))) from error
        return folder

    def forget(self, folder: Path) -> None:
        """Takes a project off the list; its folder stays."""
        kept = tuple(entry for entry in self._preferences.values.recent if Path(entry) != folder)
        self._preferences.change(recent=kept)
        self.recent_changed.emit()

    def is_project(self, path: Path) -> bool:
        """Whether a path is a project's folder or file."""
        return path.name == PROJECT_FILE or (path / PROJECT_FILE).is_file()

    def _begin(self, name: str, source: Path, choices: Choices, sample: str = "") -> NewProject:
        contents = ProjectFile(
            name=name,
            created=datetime.now().astimezone().isoformat(timespec="seconds"),
            sample=sample,
            choices=choices,
        )
        return self._fill(name, contents, _pairs(source), link=source.is_file())

    def _fill(self, name: str, contents: ProjectFile, pairs: Pairs, *, link: bool) -> NewProject:
        new: NewProject | None = None
        try:
            new = NewProject(self.folder, name, contents)
            new.bring(pairs, link=link)
        except OSError as error:
            if new is not None:
                new.give_up()
            folder = str(self._new_folder(name)[0])
            raise ProjectError(project_not_made(folder, error.strerror or str(error))) from error
        return new

    def _new_folder(self, name: str) -> tuple[Path, str]:
        """Returns a free folder and the project's name, both with a number where the name is taken."""
        stem = re.sub(r'[\x00-\x1f<>:"/\\|?*]', "", name).strip(" .")[:60].strip(" .") or "Project"
        number, folder = 1, self.folder / stem
        while folder.exists():
            number += 1
            folder = self.folder / f"{stem} {number}"
        return folder.absolute(), name if number == 1 else f"{name} {number}"

    def _remember(self, folder: Path) -> None:
        others = (entry for entry in self._preferences.values.recent if Path(entry) != folder)
        self._preferences.change(recent=(str(folder), *others)[:_KEPT_RECENT])
        self.recent_changed.emit()

    @staticmethod
    def _recent(folder: Path) -> RecentProject | None:
        file = folder / PROJECT_FILE
        try:
            contents = read_toml(file, ProjectFile)
            changed = datetime.fromtimestamp(file.stat().st_mtime, UTC).astimezone()
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return None
        return RecentProject(folder, contents.name, contents.choices.task, contents.summary, changed)


def _pairs(source: Path) -> Pairs:
    """Returns a file, or of a folder what is read of it and where it comes from, and where these go."""
    place = Path(DATA_FOLDER, source.name)
    if source.is_file():
        return [(source, place)]
    names = [*what_is_read(files_in(source).names).names]
    if (source / ORIGIN_FILE).is_file():
        names.append(ORIGIN_FILE)
    return [(source / name, place / name) for name in names]
