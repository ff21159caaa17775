"""Commands that are jobs: carried out by the same session as for the window, told in the terminal."""

from __future__ import annotations

import os
import queue
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Protocol, TypeAlias

import typer
from datasets import disable_progress_bars

from engine.command_line.process import PROBLEM, STOPPED, end_of_output, wishes_taken
from engine.command_line.telling import JsonTeller, RunTeller
from engine.command_line.terminal import (
    JOB,
    problems_told,
    tell_given_up,
    tell_problem,
    tell_stopping,
)
from engine.protocol.commands import (
    CancelJob,
    Command,
    Evaluate,
    ResumeTraining,
    StartTraining,
    StopTraining,
)
from engine.protocol.config import RunConfig
from engine.protocol.events import EndEvent, Event, JobFailed, JobStopped, JobSucceeded
from engine.protocol.hub_upload_commands import UploadModel
from engine.protocol.run_files import RUN_FILE
from engine.run_folder import kept_run
from engine.server import dispatch
from engine.session import Session
from engine.training.newer_runs import raise_if_newer


class Teller(Protocol):
    """Tells a person, or a program, what a job says."""

    def tell(self, event: Event) -> None:
        """Tells an event."""

    def close(self) -> None:
        """Ends what is being shown."""


def train(run: RunConfig, folder: Path, *, as_json: bool) -> NoReturn:
    """Trains a new run and ends the process."""
    carry_out(StartTraining(job_id=JOB, run=run, folder=str(folder)), RunTeller, as_json=as_json)


def resume(folder: Path, *, smaller_batches: bool, as_json: bool) -> NoReturn:
    """Goes on with a run and ends the process."""
    with problems_told(as_json=as_json):
        path = one_run(folder)
        task = kept_run(path)[0].task
    command = ResumeTraining(job_id=JOB, folder=str(path), smaller_batches=smaller_batches)
    carry_out(command, lambda: RunTeller(task), as_json=as_json)


def evaluate(folder: Path, *, as_json: bool) -> NoReturn:
    """Judges a finished run again and ends the process."""
    with problems_told(as_json=as_json):
        path = one_run(folder)
        task = kept_run(path)[0].task
    carry_out(Evaluate(job_id=JOB, folder=str(path)), lambda: RunTeller(task), as_json=as_json)


def one_run(folder: Path) -> Path:
    """Returns the folder of a run: the one that was named, or the newest in it.

    Raises:
        EngineError: When it is no run and holds none.
    """
    if folder.name == RUN_FILE:
        folder = folder.parent
    if not (folder / RUN_FILE).is_file():
        inside = sorted(folder.glob(f"*/{RUN_FILE}"), key=lambda path: path.stat().st_mtime)
        if inside:
            return inside[-1].parent
    raise_if_newer(kept_run(folder)[0])
    return folder


@dataclass(frozen=True)
class _Wish:
    """The wish that the job ends.

    Attributes:
        well: Whether there is time to keep and judge what is best.
    """

    well: bool


class _Ear:
    """Tells as long as somebody listens.

    Attributes:
        error: Why nobody does any more.
    """

    error: OSError | None = None

    def __init__(self, teller: Teller) -> None:
        """Takes what tells."""
        self._teller = teller

    def tell(self, event: Event) -> None:
        """Tells an event."""
        self._try(lambda: self._teller.tell(event))

    def close(self) -> None:
        """Ends what is being shown."""
        self._try(self._teller.close)

    def _try(self, tell: Callable[[], None]) -> None:
        if self.error is None:
            try:
                tell()
            except OSError as error:
                self.error = error


_Inbox: TypeAlias = "queue.SimpleQueue[Event | _Wish]"


class Jobs:
    """Carries out one job after the other in one session, which keeps what it has read."""

    def __init__(self) -> None:
        """Starts a session."""
        self._inbox: _Inbox = queue.SimpleQueue()
        self._session = Session(self._inbox.put)

    def carry_out(self, command: Command, teller: Teller) -> int:
        """Runs a job to its end event.

        Args:
            command: What is to be done.
            teller: Tells what it says.

        Returns:
            The exit code that the process would end with.
        """
        ear = _Ear(teller)
        trains = isinstance(command, StartTraining | ResumeTraining)
        tidies_up = trains or isinstance(command, UploadModel)  # what was made on the hub is taken back
        with wishes_taken(lambda well: self._inbox.put(_Wish(well))) if tidies_up else nullcontext():
            dispatch(self._session, command)
            end = _until_end(self._session, self._inbox, ear, trains=trains)
        ear.close()
        if isinstance(end, JobFailed):
            tell_problem(end.problem)
            return PROBLEM
        if ear.error is not None:
            code = end_of_output(ear.error)
            if isinstance(command, StartTraining | ResumeTraining) and isinstance(end, JobStopped):
                tell_given_up(Path(command.folder))
            return code
        return STOPPED if isinstance(end, JobStopped) else 0


def carry_out(command: Command, make_teller: Callable[[], Teller], *, as_json: bool) -> NoReturn:
    """Runs a job to its end event, which decides how the process ends.

    Training takes the wish to end: Ctrl-C lets it stop and keep what is best; a second time, or the
    system's wish, or a reader that is gone, lets it save a checkpoint and give up; a third time it
    just ends. What only answers writes nothing, so there Ctrl-C ends the process at once.
    """
    disable_progress_bars()
    raise typer.Exit(Jobs().carry_out(command, JsonTeller() if as_json else make_teller()))


def _until_end(session: Session, inbox: _Inbox, ear: _Ear, *, trains: bool) -> EndEvent:
    """Tells what a job says until it ends, and hands wishes on to it."""
    stops: list[Command] = [CancelJob(job_id=JOB)]
    if trains:
        stops.append(StopTraining(job_id=JOB))
    while True:
        said = _next(inbox)
        if isinstance(said, _Wish):
            if not stops:
                os._exit(STOPPED)
            if not said.well:
                del stops[1:]
            if trains:
                tell_stopping(is_last=len(stops) == 1)
            dispatch(session, stops.pop())
            continue
        ear.tell(said)
        if ear.error is not None and stops:
            dispatch(session, stops[0])
            stops.clear()
        if isinstance(said, JobSucceeded | JobStopped | JobFailed):
            return said


def _next(inbox: _Inbox) -> Event | _Wish:
    """Waits for what comes; wakes now and then, because a signal cannot end a wait on Windows."""
    while True:
        try:
            return inbox.get(timeout=0.2)
        except queue.Empty:
            continue
