"""What every command prints with: how lines are broken, how a problem is said. Nothing heavy is imported."""

from __future__ import annotations

import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import msgspec
import typer
from rich.console import Console
from rich.markup import escape

from engine.command_line.options import option_for
from engine.command_line.process import PROBLEM, end_of_output
from engine.errors import EngineError
from engine.protocol.events import Event, JobFailed
from engine.protocol.problems import Problem
from engine.protocol.run_files import RUN_FILE
from engine.protocol.wire import encode

JOB = "command-line"
"""Id of the one job that a command is."""

_WIDE = 10_000
"""Columns of a place that is no terminal: a file, a pipe. There no line is broken."""


class _Console(Console):
    """Lets a reader that is gone be an error like any other; by itself it ends the process."""

    def on_broken_pipe(self) -> None:
        """Raises the error that is being handled."""
        raise  # rich calls this while it handles the error


def console(*, stderr: bool = False) -> Console:
    """Returns what prints: lines are broken between words in a terminal, never inside of a path."""
    shown = _Console(stderr=stderr, highlight=False)
    return shown if shown.is_terminal else _Console(stderr=stderr, highlight=False, width=_WIDE)


def print_event(event: Event) -> None:
    """Prints an event as the pipe carries it: one line of JSON."""
    _print_line(encode(event))


def print_json(value: object) -> None:
    """Prints a value as one line of JSON."""
    _print_line(msgspec.json.encode(value) + b"\n")


def _print_line(line: bytes) -> None:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


@contextmanager
def problems_told(*, as_json: bool) -> Iterator[None]:
    """Lets a problem, or the end of a pipe, end a command that answers from the calling thread.

    Args:
        as_json: Whether a problem goes to stdout as an event, too.
    """
    try:
        yield
    except EngineError as error:
        end_with(error.problem, as_json=as_json)
    except OSError as error:
        if error.filename is not None:  # it is about a file, not about the output
            raise
        raise typer.Exit(end_of_output(error)) from None


def end_with(problem: Problem, *, as_json: bool) -> NoReturn:
    """Tells a problem and ends the command."""
    if as_json:
        print_event(JobFailed(job_id=JOB, problem=problem))
    tell_problem(problem)
    raise typer.Exit(PROBLEM) from None


def tell_problem(problem: Problem) -> None:
    """Says a problem on stderr: what happened, why, what to do, what is safe."""
    texts = [problem.reason, problem.fix, option_for(problem), problem.safe]
    if problem.details and any(action.id == "copy_details" for action in problem.actions):
        texts.append(_details_kept(problem.details))
    _complain(f"\n[bold]{escape(problem.title)}[/bold]", *(escape(text) for text in texts if text))


def tell_notice(problem: Problem) -> None:
    """Says on stderr what is odd and stands in the way of nothing."""
    _complain(f"[bold]{escape(problem.title)}[/bold]", escape(problem.reason))


def _complain(*texts: str) -> None:
    """Prints on stderr; where that takes nothing any more the exit code has to be enough."""
    shown = console(stderr=True)
    with suppress(OSError):
        for text in texts:
            shown.print(text, overflow="ignore")


def _details_kept(details: str) -> str:
    """Writes what may help the people who mend Thaw into a file, and says where that is."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="thaw-details-", suffix=".txt", delete=False, encoding="utf-8", errors="replace"
        ) as file:
            file.write(details)
    except OSError:
        return ""
    return f"The details are in {file.name}"


def tell_stopping(*, is_last: bool) -> None:
    """Says that the wish to end was heard.

    Args:
        is_last: Whether the run is given up; else its best model is kept and judged.
    """
    kept = "Keeping and judging the best model; Ctrl-C again gives that up."
    _complain(f"\nStopping after this step. {'Saving a checkpoint.' if is_last else kept}")


def tell_given_up(folder: Path) -> None:
    """Says that a run has ended because what it says reaches nobody, and how it goes on."""
    if (folder / RUN_FILE).is_file():
        _complain(
            "\nThe run has stopped, because nobody reads what it prints any more. To go on:",
            f"thaw-engine resume {escape(shlex.quote(str(folder)))}",
        )
