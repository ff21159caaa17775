"""A project's folder on its way: hidden until all is in it, so that nothing half copied is a project."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
from PySide6.QtCore import QLockFile, QObject, QThread, Signal

from engine.protocol.run_files import DATA_FOLDER
from gui.state.data_copy import LARGE, copy_whole, linked
from gui.state.project_file import PROJECT_FILE, RUNS_FOLDER, ProjectFile
from gui.state.toml_file import write_toml

_UNFINISHED, _LOCK = ".unfinished", ".lock"

Pairs = Sequence[tuple[Path, Path]]
"""Files, and where they go below the project's folder."""


class NewProject:
    """A folder that is filled. Small files are in it at once; large ones wait for :meth:`fill`.

    Args:
        projects: The folder of projects.
        name: What the project is to be called, if that name is free.
        contents: What its file will say.

    Attributes:
        name: The same.
        contents: The same.
        waiting: Bytes that are still to be copied.
    """

    def __init__(self, projects: Path, name: str, contents: ProjectFile) -> None:
        projects.mkdir(parents=True, exist_ok=True)
        _sweep(projects)
        self.name, self.contents = name, contents
        self.waiting = 0
        self._later: list[tuple[Path, Path]] = []
        self._folder = projects / f".{uuid.uuid4().hex[:12]}{_UNFINISHED}"
        self._folder.mkdir()
        self._lock = QLockFile(str(self._folder / _LOCK))
        self._lock.setStaleLockTime(0)
        self._lock.tryLock(0)
        (self._folder / DATA_FOLDER).mkdir()
        (self._folder / RUNS_FOLDER).mkdir()

    def bring(self, pairs: Pairs, *, link: bool) -> None:
        """Copies files into it, if they are small together; else they wait.

        Args:
            pairs: Which, and where they go.
            link: Whether a large file may be linked where that is possible: then it does not wait, and is
                copied over its link once the project is open.

        Raises:
            OSError: When that does not work.
        """
        size = sum(source.stat().st_size for source, _ in pairs)
        for source, within in pairs:
            place = self._folder / within
            place.parent.mkdir(parents=True, exist_ok=True)
            if size < LARGE:
                shutil.copyfile(source, place)
            elif not link or not linked(source.resolve(), place):
                self._later.append((source, place))
                self.waiting += source.stat().st_size

    def fill(self, go_on: Callable[[int], bool]) -> bool:
        """Copies what waits; returns whether all of it is there.

        Args:
            go_on: Takes the bytes that were copied, now and then, and says whether to go on.

        Raises:
            OSError: When that does not work, or a file was changed meanwhile.
        """
        done = 0

        def more(copied: int) -> bool:
            return go_on(done + copied)

        for source, place in self._later:
            if not copy_whole(source, place, more):
                return False
            done += place.stat().st_size
        return True

    def finish(self, place: Path, name: str) -> None:
        """Makes it a project.

        Args:
            place: Its folder, which is free.
            name: What it is called.

        Raises:
            OSError: When that does not work.
        """
        write_toml(self._folder / PROJECT_FILE, msgspec.structs.replace(self.contents, name=name))
        self._lock.unlock()
        self._folder.rename(place)

    def give_up(self) -> None:
        """Removes what was made."""
        self._lock.unlock()
        shutil.rmtree(self._folder, ignore_errors=True)


class Filling(QThread):
    """Fills a new project in the background.

    Args:
        new: The project.

    Attributes:
        is_whole: Whether everything is there.
        error: What the system said when something was in the way.
    """

    progressed = Signal(int)
    """How much was copied, in per cent."""

    def __init__(self, new: NewProject, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.new = new
        self.is_whole = False
        self.error = ""
        self._told = -1

    def run(self) -> None:
        """Copies, unless it is interrupted."""
        try:
            self.is_whole = self.new.fill(self._go_on)
        except OSError as error:
            self.error = error.strerror or str(error)

    def _go_on(self, done: int) -> bool:
        percent = 100 * done // max(1, self.new.waiting)
        if percent != self._told:
            self._told = percent
            self.progressed.emit(percent)
        return not self.isInterruptionRequested()


def _sweep(projects: Path) -> None:
    """Removes what windows left unfinished that were ended while they copied."""
    for folder in _unfinished(projects):
        lock = QLockFile(str(folder / _LOCK))
        lock.setStaleLockTime(0)
        if lock.tryLock(0):  # whoever held it is gone
            lock.unlock()
            shutil.rmtree(folder, ignore_errors=True)


def _unfinished(projects: Path) -> Iterable[Path]:
    with suppress(OSError):
        for entry in os.scandir(projects):
            if entry.name.startswith(".") and entry.name.endswith(_UNFINISHED) and entry.is_dir():
                yield Path(entry.path)
