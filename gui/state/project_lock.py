"""A project is open in one window at a time: another one is told so, and writes nothing into it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLockFile, QSysInfo

LOCK_FILE = ".open.lock"
"""Name in the project's folder; it is there while a window has the project open."""


class ProjectLock:
    """Says in a project's folder that it is open here.

    A lock that a crashed window left behind is taken over: Qt sees by the number and the name of its process
    that it is gone. However long a project is open, its lock never counts as left behind for that.

    Args:
        folder: The project's folder.

    Attributes:
        is_open_elsewhere: Whether another window has it open. False also where no lock can be written, for
            what cannot be locked cannot be saved either, and that is told when it is tried.
    """

    def __init__(self, folder: Path) -> None:
        self._file = QLockFile(str(folder / LOCK_FILE))
        self._file.setStaleLockTime(0)
        is_taken = not self._file.tryLock(0)
        self.is_open_elsewhere = is_taken and self._file.error() is QLockFile.LockError.LockFailedError

    def holder(self) -> str:
        """Returns who has the project open, as the beginning of a sentence."""
        found = self._file.getLockInfo()  # process, computer, program
        if not found or not found[0]:
            return "Another window of Thaw"
        process, computer = found[0], found[1]
        if computer and computer != QSysInfo.machineHostName():
            return f"Thaw on the computer {computer}"
        return f"Another window of Thaw (process {process})"

    def release(self) -> None:
        """Lets others open the project; nothing happens where it was never held."""
        self._file.unlock()
