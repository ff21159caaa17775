"""The process around a command: its streams, its signals, and what nobody foresaw.

Whatever happens, a person reads a problem in words and never a traceback, and the exit code says how
it ended. Of the engine nothing heavy is imported here before it is needed: Ctrl-C may come at any time.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import NoReturn

from engine.garbage import give_up_search, put_off_search

PROBLEM, STOPPED = 2, 130
"""Exit codes; 0 is for what was done."""

_WISHES_TO_END = ("SIGTERM", "SIGHUP", "SIGBREAK")
"""The system's or another program's; a system has some of them."""


def prepare() -> None:
    """Makes streams that take every letter, and lets Ctrl-C end the process without a word.

    Call it before anything heavy is imported: an import that is interrupted half-way tells of itself
    in tracebacks. Nothing has been written by then; a job that writes says :func:`wishes_taken`.
    """
    put_off_search()
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # the shell closed it
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - for good
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, lambda _number, _frame: os._exit(STOPPED))
    sys.excepthook = _tell_what_nobody_foresaw


@contextmanager
def wishes_taken(on_wish: Callable[[bool], None]) -> Iterator[None]:
    """Hands the wish to end over to a job, instead of ending the process.

    What the shell told the process to ignore (``nohup``, a job in the background) stays ignored.

    Args:
        on_wish: Called from a signal handler with whether the wish is Ctrl-C, which leaves time to
            end well; the others come from the system.
    """

    def take(number: int, _frame: FrameType | None) -> None:
        on_wish(number == signal.SIGINT)

    known = [getattr(signal, name) for name in ("SIGINT", *_WISHES_TO_END) if hasattr(signal, name)]
    heard = [number for number in known if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, take) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_of_output(error: OSError) -> int:
    """Says what it means that stdout cannot be written to, and returns the exit code.

    A reader that has seen enough (``| head``) is no problem; a full disk is one.

    Args:
        error: What the system said.
    """
    _forget_stdout()
    if is_gone(error):
        return STOPPED
    from engine.command_line.terminal import tell_problem
    from engine.protocol.command_line_problems import cannot_print

    tell_problem(cannot_print(reason=error.strerror or str(error)))
    return PROBLEM


def is_gone(error: OSError) -> bool:
    """Returns whether nobody reads what is printed any more."""
    return error.errno in {errno.EPIPE, errno.EINVAL}  # Windows says the second


def leave(code: int) -> NoReturn:
    """Ends the process; what was printed is written first."""
    try:
        sys.stdout.flush()
    except OSError as error:
        code = end_of_output(error)
    give_up_search()
    sys.exit(code)


def _forget_stdout() -> None:
    """Lets nothing be written to stdout any more, also not by the interpreter when it ends."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return  # it is no file: there is nothing that could fail later


def _tell_what_nobody_foresaw(
    kind: type[BaseException], error: BaseException, where: TracebackType | None
) -> None:
    """Tells of an exception that nothing caught: the command line's own last resort."""
    if issubclass(kind, KeyboardInterrupt):
        os._exit(STOPPED)
    if isinstance(error, BrokenPipeError):
        os._exit(end_of_output(error))
    from engine.command_line.terminal import tell_problem
    from engine.protocol import run_problems

    details = "".join(traceback.format_exception(kind, error, where))
    tell_problem(run_problems.unexpected(doing="the command line", details=details))
    sys.stderr.flush()
    os._exit(PROBLEM)
