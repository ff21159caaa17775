"""A run that trains in a process which another window left behind: followed by its file."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout
from PySide6.QtCore import QObject, QTimer, Signal

from engine.protocol.commands import Command
from engine.protocol.events import EndEvent, Event, JobFailed
from engine.protocol.run_files import LOCK_FILE, WISHES_FILE, events_after
from engine.protocol.wire import encode
from gui.engine_client.engine_thread import ProcessEnd
from gui.engine_client.run_so_far import RunSoFar

_INTERVAL = 250
"""Milliseconds between two looks into the file."""


def is_training(folder: Path) -> bool:
    """Returns whether some process trains in a run's folder now: it holds the lock until it ends."""
    lock = folder / LOCK_FILE
    if not lock.is_file():
        return False
    try:
        with FileLock(lock, blocking=False):
            return False
    except Timeout:
        return True
    except OSError:
        return False  # who may not write there cannot look


class FollowedRun(QObject):
    """Says what a run's process writes down, as if there were a pipe to it, and passes commands on.

    It looks like an :class:`~gui.engine_client.engine_client.EngineClient` to who gives it its commands.

    Args:
        job_id: The job's name in this window.
        folder: The run's folder.
        told: How many bytes of the file are known already.
    """

    event_arrived = Signal(object)
    engine_failed = Signal(object)
    """Never comes; there is no process to start."""

    ended = Signal(object)
    """The run has its end, or is followed no more; a :class:`ProcessEnd`."""

    def __init__(self, job_id: str, folder: Path, told: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job_id = job_id
        self._folder = folder
        self._told = told
        self._so_far = RunSoFar(str(folder))
        self._timer = QTimer(self, interval=_INTERVAL)
        self._timer.timeout.connect(self._look)
        self.is_ready = True
        self.is_alive = True

    @property
    def open_jobs(self) -> tuple[str, ...]:
        """Returns the run's job while it has no end."""
        return (self._job_id,) if self.is_alive else ()

    def start(self) -> None:
        """Begins to follow."""
        self._timer.start()

    def send(self, command: Command) -> None:
        """Writes a command where the process looks for it."""
        try:
            with (self._folder / WISHES_FILE).open("ab") as file:
                file.write(encode(command))
        except OSError:
            return  # the folder is gone or full: the next look says what became of the run

    def keep_training(self) -> None:
        """Follows no more; the run goes on as it does."""
        self.stop()

    def stop(self, wait: float = 0.0) -> None:  # noqa: ARG002 - as a client's
        """Follows no more."""
        if self.is_alive:
            self.is_alive = False
            self._timer.stop()
            QTimer.singleShot(0, self, lambda: self.ended.emit(ProcessEnd(None)))

    def shut_down(self, wait: float = 0.0) -> None:  # noqa: ARG002 - as a client's
        """Follows no more, at once."""
        self.is_alive = False
        self._timer.stop()

    def _look(self) -> None:
        trains = is_training(self._folder)  # first: what it writes before it lets the folder go is read below
        events, self._told = events_after(self._folder, self._told)
        for event in events:
            self._so_far.note(event)
            self._tell(event)
            if isinstance(event, EndEvent):
                self.stop()
                return
        if not trains:
            self._tell(JobFailed(time=time.time(), problem=self._so_far.interruption()))
            self.stop()

    def _tell(self, event: Event) -> None:
        """Says an event under the job's name here; in the file it has that of another window."""
        self.event_arrived.emit(msgspec.structs.replace(event, job_id=self._job_id))
