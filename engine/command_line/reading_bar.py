"""Large files in the terminal: how far they are read, and Ctrl-C, which ends that without a trace."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.progress import BarColumn, Progress, TextColumn

from engine.command_line.process import STOPPED, wishes_taken
from engine.command_line.terminal import console
from engine.data.large_files import Follow


class _GivenUpError(Exception):
    """Nobody waits for the rows any more."""


@contextmanager
def reading_told(*, as_json: bool) -> Iterator[Follow]:
    """Shows on stderr how far a large file is read, while it is; small ones tell nothing.

    Ctrl-C ends the reading, takes away what is half written, and ends the command; a second one ends the
    process at once.

    Args:
        as_json: Whether stdout is for a program; then no bar is shown.

    Yields:
        What takes the progress.

    Raises:
        typer.Exit: When the person did not want to wait.
    """
    shown = console(stderr=True)
    bar = Progress(
        TextColumn("Reading the file"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        console=shown,
        transient=True,
        disable=as_json or not shown.is_terminal,
    )
    task = bar.add_task("", total=1.0)
    is_reading = wished = False

    def wish(_well: bool) -> None:
        nonlocal wished
        if wished or not is_reading:  # nothing is half written
            os._exit(STOPPED)
        wished = True

    def progress(share: float) -> None:
        nonlocal is_reading
        if wished:
            raise _GivenUpError
        if share < 1.0 and not is_reading:
            bar.start()
        is_reading = share < 1.0
        bar.update(task, completed=share)
        if not is_reading:
            stop()

    def stop() -> None:
        if bar.live.is_started:  # a bar that was never shown would leave an empty line
            bar.stop()

    try:
        with wishes_taken(wish):
            yield Follow(progress=progress)
    except _GivenUpError:
        raise typer.Exit(STOPPED) from None
    finally:
        stop()
