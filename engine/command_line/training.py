"""Commands that are jobs: carried out by the same session as for the window, told in the terminal."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, Protocol

import typer
from datasets import disable_progress_bars

from engine.command_line import choosing
from engine.command_line.telling import JsonTeller, PredictionTeller, RunTeller, tell_problem
from engine.errors import EngineError
from engine.protocol.commands import (
    CancelJob,
    Command,
    Evaluate,
    Predict,
    ResumeTraining,
    StartTraining,
    StopTraining,
)
from engine.protocol.config import RunConfig
from engine.protocol.events import Event, JobFailed, JobStopped, JobSucceeded
from engine.protocol.run_files import RUN_FILE
from engine.run_folder import run_of
from engine.server import dispatch
from engine.session import Session

PROBLEM, STOPPED = 2, 130
"""Exit codes."""

_JOB = "command-line"


class Teller(Protocol):
    """Tells a person, or a program, what a job says."""

    def tell(self, event: Event) -> None:
        """Tells an event."""

    def close(self) -> None:
        """Ends what is being shown."""


@contextmanager
def problems_told(*, as_json: bool) -> Iterator[None]:
    """Lets a problem end the command with its words and exit code 2.

    Args:
        as_json: Whether it goes to stdout as an event, too.
    """
    try:
        yield
    except EngineError as error:
        if as_json:
            JsonTeller().tell(JobFailed(job_id=_JOB, problem=error.problem))
        tell_problem(error.problem)
        raise typer.Exit(PROBLEM) from None


def train(run: RunConfig, folder: Path, *, as_json: bool) -> NoReturn:
    """Trains a new run and ends the process."""
    _carry_out(StartTraining(job_id=_JOB, run=run, folder=str(folder)), RunTeller, as_json=as_json)


def resume(folder: Path, *, as_json: bool) -> NoReturn:
    """Goes on with a run and ends the process."""
    with problems_told(as_json=as_json):
        path = one_run(folder)
    _carry_out(ResumeTraining(job_id=_JOB, folder=str(path)), RunTeller, as_json=as_json)


def evaluate(folder: Path, *, as_json: bool) -> NoReturn:
    """Judges a finished run again and ends the process."""
    with problems_told(as_json=as_json):
        path = one_run(folder)
    _carry_out(Evaluate(job_id=_JOB, folder=str(path)), RunTeller, as_json=as_json)


def predict(folder: Path, texts: list[str], file: str, *, as_json: bool) -> NoReturn:
    """Lets a finished run answer texts and ends the process."""
    with problems_told(as_json=as_json):
        path = one_run(folder)
        found = choosing.read_texts(texts, file, run_of(path))
    command = Predict(job_id=_JOB, folder=str(path), texts=tuple(found))
    _carry_out(command, PredictionTeller, as_json=as_json)


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
    run_of(folder)
    return folder


def _carry_out(command: Command, make_teller: Callable[[], Teller], *, as_json: bool) -> NoReturn:
    """Runs a job to its end event, which decides how the process ends.

    Ctrl-C asks it to stop and keep what is best; a second time gives it up.
    """
    disable_progress_bars()
    teller: Teller = JsonTeller() if as_json else make_teller()
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    session = Session(events.put)
    dispatch(session, command)
    stops: list[Command] = [CancelJob(job_id=_JOB), StopTraining(job_id=_JOB)]
    end: Event | None = None
    while end is None:
        try:
            event = _next(events)
            teller.tell(event)
            if isinstance(event, JobSucceeded | JobStopped | JobFailed):
                end = event
        except KeyboardInterrupt:
            if stops:
                dispatch(session, stops.pop())
    teller.close()
    if isinstance(end, JobFailed):
        tell_problem(end.problem)
        raise typer.Exit(PROBLEM)
    raise typer.Exit(STOPPED if isinstance(end, JobStopped) else 0)


def _next(events: queue.SimpleQueue[Event]) -> Event:
    """Waits for an event; wakes now and then, because Ctrl-C cannot end a wait on Windows."""
    while True:
        try:
            return events.get(timeout=0.2)
        except queue.Empty:
            continue
