"""Jobs and the threads that they run on."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from enum import Enum, auto

import msgspec

from engine.disk import disk_problem
from engine.errors import EngineError
from engine.protocol.commands import Command, ContinueTraining, PauseTraining, StopTraining
from engine.protocol.events import Event, StageReached
from engine.run_folder import RunFolder
from engine.training.control import JobControl


class Lane(Enum):
    """Which thread a job runs on: a question must not wait for what takes long.

    ``FILES`` is for what only reads files: it may go on while a run draws random numbers. ``HUB`` and
    ``DOWNLOADS`` wait for the network: a search is answered while a model is fetched.
    """

    FILES = auto()
    QUESTIONS = auto()
    LONG = auto()
    HUB = auto()
    DOWNLOADS = auto()


class Outlet:
    """Numbers events and sends them, one at a time whichever thread they come from."""

    def __init__(self, send: Callable[[Event], None]) -> None:
        """Takes what sends.

        Args:
            send: Takes events as they shall be sent.
        """
        self._send = send
        self._seq = 0
        self._lock = threading.Lock()

    def send(self, event: Event) -> None:
        """Sends an event of the process, with its number and the time."""
        with self._lock:
            self._seq += 1
            self._send(msgspec.structs.replace(event, seq=self._seq, time=time.time()))

    def send_as_it_is(self, event: Event) -> None:
        """Sends an event that a run's file has numbered."""
        with self._lock:
            self._send(event)


class Job:
    """A command that is being carried out.

    Attributes:
        id: Its id; empty for work that nobody asked for and nobody hears of.
        command: What was asked; ``None`` likewise.
        control: Pause, stop, give up.
        folder: The run's folder, once there is one.
        saved_epoch: Says the epoch of the run's last checkpoint.
        is_judged: Whether the run's result is written; its checkpoints are of no more use then.
    """

    def __init__(self, job_id: str, command: Command | None, outlet: Outlet) -> None:
        """Starts with no folder."""
        self.id = job_id
        self.command = command
        self.control = JobControl()
        self.folder: RunFolder | None = None
        self.is_judged = False
        self.saved_epoch: Callable[[], float | None] = lambda: None
        self._outlet = outlet
        self._stage: StageReached | None = None

    @property
    def name(self) -> str:
        """Returns what it does, e.g. ``"StartTraining"``."""
        return type(self.command).__name__

    def send(self, event: Event) -> None:
        """Sends an event of the job; one of a run is in its file first.

        Raises:
            EngineError: When the disk is full.
        """
        if self.command is None:
            return
        event = msgspec.structs.replace(event, job_id=self.id)
        if self.folder is None:
            self._outlet.send(event)
            return
        try:
            self._outlet.send_as_it_is(self.folder.append(event))
        except OSError as error:
            problem = disk_problem(error, self.folder.path, saved_epoch=self.saved_epoch())
            raise EngineError(problem) from error

    def take_wish(self, wish: Command) -> None:
        """Does what a window asks that has no pipe to this process; only this run can be meant."""
        if isinstance(wish, PauseTraining):
            self.control.pause()
        elif isinstance(wish, ContinueTraining):
            self.control.go_on()
        elif isinstance(wish, StopTraining):
            self.control.stop()

    def tell_stage(self, event: Event) -> None:
        """Sends a stage, and ends the job there when nobody waits for it any more.

        Raises:
            JobCancelledError: When the job shall end.
        """
        self.send(event)
        self.control.raise_if_stopped()

    def tell_progress(self, stage: StageReached) -> None:
        """Does the same for what comes often: a stage that says nothing new is not sent.

        Raises:
            JobCancelledError: When the job shall end.
        """
        if stage == self._stage:
            self.control.raise_if_stopped()
        else:
            self._stage = stage
            self.tell_stage(stage)

    def send_end(self, event: Event) -> None:
        """Sends the job's end event, also when it cannot be written down, and lets the folder go.

        Only when the end stands in the file the checkpoints of a judged run go: killed before, it can
        be taken up again.
        """
        folder = self.folder
        try:
            self.send(event)
            if folder is not None and self.is_judged:
                folder.remove_checkpoints()
        except EngineError:
            self.folder = None
            self.send(event)
        finally:
            if folder is not None:
                with suppress(OSError):  # the lock is released all the same
                    folder.close()


class Worker:
    """A thread that does one thing after the other."""

    def __init__(self, name: str) -> None:
        """Starts the thread; it ends with the process.

        Args:
            name: Of the thread, for debuggers.
        """
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def is_waited_for(self) -> bool:
        """Whether work stands in line."""
        return not self._work.empty()

    def do(self, work: Callable[[], None]) -> None:
        """Puts work at the end of the line."""
        self._work.put(work)

    def close(self, wait: float | None = None) -> None:
        """Ends the thread when all work is done.

        Args:
            wait: Seconds to wait for that; ``None`` for as long as it takes.
        """
        self._work.put(None)
        # No join: a signal that comes while Python 3.11 joins makes it believe that the thread has ended.
        self._ended.wait(wait)

    def _run(self) -> None:
        try:
            while (work := self._work.get()) is not None:
                work()
        finally:
            self._ended.set()
