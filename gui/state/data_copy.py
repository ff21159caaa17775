"""A large file on its way into a project: it is linked there at once, and copied in the background."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QThread, Signal

from engine.protocol.problems import Problem
from engine.protocol.project_problems import data_not_copied
from gui.state.project import Project

LARGE = 50_000_000
"""Bytes from which a person would wait for a copy."""
_BLOCK = 8_000_000
_UNFINISHED, _LOCK = ".unfinished", ".lock"
BESIDE_A_COPY = (f".*{_UNFINISHED}", f".*{_LOCK}")
"""Patterns of what stands beside a file while it is copied, and is none of the project's data."""


class FileChangedError(OSError):
    """A file was changed while it was copied, so that the copy would be neither the one nor the other."""


def linked(source: Path, place: Path) -> bool:
    """Links a file, so that it is there at once; returns whether that is possible here.

    Args:
        source: The person's file.
        place: Where it will stand, for :class:`DataCopy` to replace.
    """
    for link in (os.link, os.symlink):
        with suppress(OSError, NotImplementedError):
            link(source, place)
            return True
    return False


def copy_whole(source: Path, place: Path, go_on: Callable[[int], bool]) -> bool:
    """Copies a file with the time of its last change, by which what was read of it is known.

    Args:
        source: The file.
        place: The copy.
        go_on: Takes the bytes that were copied, now and then, and says whether to go on.

    Returns:
        Whether the copy is whole.

    Raises:
        FileChangedError: When it was changed meanwhile.
        OSError: When it cannot be read or written.
    """
    with source.open("rb") as original, place.open("wb") as copy:
        before, done = os.fstat(original.fileno()), 0
        while block := original.read(_BLOCK):
            copy.write(block)
            done += len(block)
            if not go_on(done):
                return False
            now = os.fstat(original.fileno())
            if (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
                raise FileChangedError("It was changed while it was copied")
        copy.flush()
        os.fsync(copy.fileno())
    os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))
    return True


def is_linked(place: Path) -> bool:
    """Whether a project's file is still the person's own, and would change with it.

    Args:
        place: Where it stands in the project.
    """
    try:
        facts = place.lstat()
    except OSError:
        return False
    return place.is_symlink() or (place.is_file() and facts.st_nlink > 1 and facts.st_size >= LARGE)


class _Copying(QThread):
    """Copies one file over its link, whole or not at all; the time of its last change is kept."""

    def __init__(self, place: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.place = place
        self.error = ""

    def run(self) -> None:
        """Copies, unless it is interrupted, or another window of the project does so already."""
        lock = QLockFile(str(self.place.with_name(f".{self.place.name}{_LOCK}")))
        lock.setStaleLockTime(0)  # a copy may take long; the lock of a process that is gone does not count
        if not lock.tryLock(0) and lock.error() == QLockFile.LockError.LockFailedError:
            return
        unfinished = self.place.with_name(f".{self.place.name}{_UNFINISHED}")
        try:
            if copy_whole(self.place, unfinished, lambda _: not self.isInterruptionRequested()):
                unfinished.replace(self.place)
        except FileChangedError as error:
            self.error = str(error)
        except OSError as error:
            self.error = f"The system says: {error.strerror or error}"
        finally:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            lock.unlock()


class DataCopy(QObject):
    """Copies a project's linked file once it was read, so that the two do not wait for each other.

    Args:
        project: Whose file.

    Signals:
        copied: The project holds its file itself.
        failed: The :class:`Problem` that was in the way; the file is used where it is.
    """

    copied = Signal()
    failed = Signal(object)

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._copying: _Copying | None = None
        project.data_changed.connect(self._start)

    def close(self) -> None:
        """Stops copying; the link stays, and the next time it goes on."""
        if self._copying is not None:
            self._copying.requestInterruption()
            self._copying.wait()

    def _start(self) -> None:
        data = self._project.data
        if self._project.table is None or data is None:
            return
        place = Path(data.path)
        busy = self._copying is not None and (self._copying.isRunning() or self._copying.place == place)
        if is_linked(place) and not busy:
            self._copying = _Copying(place, self)
            self._copying.finished.connect(self._take_end)
            self._copying.start(QThread.Priority.LowPriority)

    def _take_end(self) -> None:
        copying = self._copying
        if copying is None:
            return
        if copying.error:
            self.failed.emit(self._problem(copying))
        elif not is_linked(copying.place):
            self.copied.emit()

    @staticmethod
    def _problem(copying: _Copying) -> Problem:
        return data_not_copied(copying.place.name, copying.error)
