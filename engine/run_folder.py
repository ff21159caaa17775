"""A run's folder: made, locked, and its events written down before anyone else hears of them."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, TypeVar

import filelock
import msgspec
import tomlkit

from engine.disk import disk_problem
from engine.errors import EngineError
from engine.protocol import run_folder_problems
from engine.protocol.config import RunConfig
from engine.protocol.events import Event, JobFailed, JobStopped, JobSucceeded, ResultWritten, TrainingStarted
from engine.protocol.results import Prediction
from engine.protocol.run_files import (
    EVENTS_FILE,
    LAST_FOLDER,
    LOCK_FILE,
    RUN_FILE,
    read_events,
    read_run,
    run_as_begun,
)
from engine.protocol.smaller_batches import BatchesHalved
from engine.protocol.wire import encode

_END_EVENTS = (JobSucceeded, JobStopped, JobFailed)

AnyEvent = TypeVar("AnyEvent", bound=Event)


class RunFolder:
    """The folder of a run that trains: the only process that writes there.

    Attributes:
        path: The folder.
        run: What was chosen.
    """

    path: Path
    run: RunConfig

    def __init__(self, path: Path, run: RunConfig, lock: filelock.BaseFileLock, seq: int) -> None:
        """Opens the events file; use :meth:`create` or :meth:`reopen`."""
        self.path = path
        self.run = run
        self._lock = lock
        self._seq = seq
        # Without a buffer: what could not be written must not be tried again when the file is closed.
        self._events = (path / EVENTS_FILE).open("ab", buffering=0)

    @classmethod
    def create(cls, path: Path, run: RunConfig) -> RunFolder:
        """Makes the folder of a new run and writes what was chosen into it.

        Args:
            path: The folder; it must not exist or be empty.
            run: What was chosen, every setting filled in.

        Raises:
            EngineError: When the folder holds something or cannot be written to.
        """
        try:
            path.mkdir(parents=True, exist_ok=True)
            if any(entry.name != LOCK_FILE for entry in path.iterdir()):
                holds_run = (path / RUN_FILE).exists()
                raise EngineError(run_folder_problems.folder_not_empty(folder=str(path), holds_run=holds_run))
            lock = _locked(path)
            write_run(path, run)
            return cls(path, run, lock, seq=0)
        except OSError as error:
            raise EngineError(disk_problem(error, path)) from error

    @classmethod
    def reopen(cls, path: Path) -> RunFolder:
        """Opens the folder of a run that did not come to its end, to go on with it.

        A last line of the events file that a crash cut off is removed.

        Args:
            path: The folder.

        Raises:
            EngineError: When it is no run, is finished, another process trains in it, or it cannot be
                written to.
        """
        run = run_of(path)
        try:
            return cls._take_up(path, run)
        except OSError as error:
            raise EngineError(disk_problem(error, path)) from error

    @classmethod
    def _take_up(cls, path: Path, run: RunConfig) -> RunFolder:
        with ExitStack() as undo:
            lock = _locked(path)  # as a context it would be taken twice, and let go once
            undo.callback(lock.release)
            if is_finished(path):
                raise EngineError(run_folder_problems.run_already_finished(folder=str(path)))
            _cut_half_line(path / EVENTS_FILE)
            last = max((event.seq for event in read_events(path)), default=0)
            folder = cls(path, run, lock, seq=last)
            undo.pop_all()
            return folder

    @property
    def run_id(self) -> str:
        """Returns the run's name among runs: that of its folder."""
        return self.path.name

    def append(self, event: AnyEvent) -> AnyEvent:
        """Writes an event down, with its number and the time.

        It is in the file when this returns; an end event is on the disk even if the power fails.

        Args:
            event: The event, with its ``job_id``.

        Returns:
            The event as it was written, to be sent.

        Raises:
            OSError: When the disk is full.
        """
        stamped = msgspec.structs.replace(event, seq=self._seq + 1, time=time.time())
        self._write(encode(stamped))
        self._seq += 1
        if isinstance(stamped, _END_EVENTS):
            os.fsync(self._events.fileno())
        return stamped

    def _write(self, line: bytes) -> None:
        """Writes a line whole; of one that does not fit nothing stays: the next would follow its half."""
        whole = os.fstat(self._events.fileno()).st_size
        written = 0
        try:
            while written < len(line):
                written += self._events.write(line[written:]) or 0
        except OSError:
            with suppress(OSError):  # the reason is told, not what followed it
                self._events.truncate(whole)
            raise

    def write_predictions(self, name: str, predictions: Iterable[Prediction]) -> None:
        """Writes predictions as JSON Lines; the file is whole or not there.

        Args:
            name: File name in the folder.
            predictions: What to write.

        Raises:
            OSError: When the disk is full.
        """
        encoder = msgspec.json.Encoder()
        half = self.path / f"{name}.part"
        with half.open("wb") as file:
            for prediction in predictions:
                file.write(encoder.encode(prediction) + b"\n")
        half.replace(self.path / name)

    def remove_checkpoints(self) -> None:
        """Frees the room that checkpoints take; the model of a finished run is saved elsewhere."""
        shutil.rmtree((self.path / LAST_FOLDER).parent, ignore_errors=True)

    def close(self) -> None:
        """Lets other processes have the folder."""
        try:
            self._events.close()
        finally:
            self._lock.release()


def write_run(path: Path, run: RunConfig) -> None:
    """Writes ``run.toml``, from which the run can be repeated.

    Args:
        path: The run's folder.
        run: What was chosen.
    """
    document = tomlkit.document()
    document.add(tomlkit.comment("A training run of Thaw. The same values give the same run:"))
    document.add(tomlkit.comment("thaw-engine train run.toml"))
    for name, value in _without_nothing(msgspec.to_builtins(run)).items():
        document.add(name, tomlkit.item(value))
    half = path / f"{RUN_FILE}.part"
    half.write_text(tomlkit.dumps(document), encoding="utf-8")
    half.replace(path / RUN_FILE)


def run_of(path: Path) -> RunConfig:
    """Returns what was chosen for the run in a folder.

    Raises:
        EngineError: When it is no run.
    """
    try:
        return read_run(path)
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError) as error:
        problem = run_folder_problems.not_a_run(folder=str(path), details=str(error), exists=path.is_dir())
        raise EngineError(problem) from error


def kept_run(path: Path) -> tuple[RunConfig, bool]:
    """Returns what was chosen for a run, and whether its run file says so.

    Where that file is missing or damaged, the run is taken as its events have it.

    Raises:
        EngineError: When it is no run.
    """
    try:
        return run_of(path), True
    except EngineError:
        run = run_as_begun(path)
        if run is None:
            raise
        return run, False


def is_finished(path: Path) -> bool:
    """Returns whether a run was trained to its end, or stopped, and judged.

    A run that failed, was cancelled, lost its window or its process can be taken up again.
    """
    last: Event | None = None
    judged = False
    for event in read_events(path):
        judged = judged or isinstance(event, ResultWritten)
        last = event
    return judged and isinstance(last, JobSucceeded | JobStopped)


def is_in_use(path: Path) -> bool:
    """Returns whether a process trains in a run's folder now."""
    if not (path / LOCK_FILE).exists():
        return False
    try:
        _locked(path).release()
    except EngineError:
        return True
    except OSError:
        return False  # who may not write there cannot look; resuming it says why it cannot be
    return False


def first_start(path: Path) -> TrainingStarted | None:
    """Returns the event with which a run began to train; ``None`` when it never did."""
    return next((event for event in read_events(path) if isinstance(event, TrainingStarted)), None)


def last_batches(path: Path) -> BatchesHalved | None:
    """Returns what was said last of smaller batches; ``None`` where steps are read as they were chosen."""
    halvings = [event for event in read_events(path) if isinstance(event, BatchesHalved)]
    return halvings[-1] if halvings else None


def _locked(path: Path) -> filelock.BaseFileLock:
    """Takes the folder for this process."""
    lock = filelock.FileLock(path / LOCK_FILE)
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout as error:
        raise EngineError(run_folder_problems.run_in_use(folder=str(path))) from error
    return lock


def _cut_half_line(events: Path) -> None:
    """Removes what stands behind the last line break."""
    if not events.is_file():
        return
    with events.open("rb+") as file:
        whole = file.read()
        file.truncate(whole.rfind(b"\n") + 1)


def _without_nothing(values: dict[str, Any]) -> dict[str, Any]:
    """Leaves out what is ``None``: TOML has no word for it, and a missing key means the same."""
    return {
        name: _without_nothing(value) if isinstance(value, dict) else value
        for name, value in values.items()
        if value is not None
    }
