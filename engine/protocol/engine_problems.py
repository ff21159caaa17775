"""Problems of the engine process itself: it does not start, it dies."""

from __future__ import annotations

import signal
from collections.abc import Sequence

from engine.protocol.problem_words import epoch_words
from engine.protocol.problems import Action, Problem

_COPY = Action(id="copy_details", label="Copy details")
_TRY_AGAIN = Action(id="restart_engine", label="Try again")

_WINDOWS_ENDINGS = {
    0xC0000005: "it touched memory that it must not touch (code 0xC0000005)",
    0xC0000017: "Windows had no memory left for it (code 0xC0000017)",
    0xC00000FD: "its stack ran over (code 0xC00000FD)",
    0xC0000135: "a library that it needs is missing (code 0xC0000135)",
    0xC000013A: "it was ended from outside (code 0xC000013A)",
}


def exit_words(exit_code: int | None) -> str:
    """Says how a process ended.

    Args:
        exit_code: As :class:`subprocess.Popen` gives it: negative for a signal; ``None`` when it is
            not known.

    Returns:
        A clause for behind a colon, e.g. ``"another program or the system ended it (signal 9, SIGKILL)"``.
    """
    if exit_code is None:
        return "it does not say why"
    if exit_code & 0xFFFFFFFF in _WINDOWS_ENDINGS:
        return _WINDOWS_ENDINGS[exit_code & 0xFFFFFFFF]
    if exit_code >= 0:
        return f"it ended by itself with exit status {exit_code}"
    number = -exit_code
    name = signal.Signals(number).name if number in {int(known) for known in signal.Signals} else "unknown"
    return {
        "SIGKILL": "the system or another program ended it (signal 9, SIGKILL); "
        "this often means that memory ran out",
        "SIGTERM": f"another program asked it to end (signal {number}, SIGTERM)",
        "SIGSEGV": f"it touched memory that it must not touch (signal {number}, SIGSEGV)",
        "SIGILL": f"this processor lacks an instruction that it needs (signal {number}, SIGILL)",
        "SIGBUS": f"it could not reach memory or a file any more (signal {number}, SIGBUS)",
    }.get(name, f"it was ended by signal {number} ({name})")


def engine_died(
    exit_code: int | None,
    *,
    folder: str = "",
    epoch: float | None = None,
    saved_epoch: float | None = None,
    details: Sequence[str] = (),
) -> Problem:
    """The process that did a job ended before the job did.

    Args:
        exit_code: How it ended; see :func:`exit_words`.
        folder: The run's folder; empty when the job was not a training run.
        epoch: How far the run had come; ``None`` before the first step.
        saved_epoch: Epoch of the last checkpoint on the disk; ``None`` when there is none.
        details: The last lines that the process wrote.
    """
    technical = "\n".join(["engine_died", f"exit code: {exit_code}", *details])
    how = exit_words(exit_code)
    if not folder:
        return Problem(
            code="engine_died",
            title="The engine ended unexpectedly",
            reason=f"The process that reads data and models is gone: {how}.",
            fix="Thaw has started a new one. Try again.",
            safe="Your project and your files were not changed.",
            actions=(_TRY_AGAIN, _COPY),
            details=technical,
        )
    where = "before its first step" if epoch is None else f"at epoch {epoch:.1f}"
    if saved_epoch is None:
        return Problem(
            code="engine_died",
            title="The training process ended unexpectedly",
            reason=f"Training stopped {where}: {how}.",
            fix="Start the run again. If memory ran out, a smaller batch size needs less of it.",
            safe="The curve so far is kept. No checkpoint had been saved yet.",
            actions=(Action(id="train_again", label="Start again"), _COPY),
            details=technical,
        )
    resume = Action(
        id="resume",
        label=f"Resume from epoch {epoch_words(saved_epoch)}",
        arguments={"folder": folder},
        note="Goes on from the last checkpoint in the same run.",
    )
    return Problem(
        code="engine_died",
        title="The training process ended unexpectedly",
        reason=f"Training stopped {where}: {how}.",
        fix=f"Resume from epoch {epoch_words(saved_epoch)}.",
        safe=f"Nothing before that is lost: the checkpoint of epoch {epoch_words(saved_epoch)} is saved.",
        actions=(resume, _COPY),
        details=technical,
    )


def engine_cannot_start(program: str, reason: str) -> Problem:
    """The system refused to start the engine process.

    Args:
        program: The file that was to be started.
        reason: What the system said.
    """
    return Problem(
        code="engine_cannot_start",
        title="The engine cannot be started",
        reason=f"The system could not start {program}: {reason}.",
        fix="Install Thaw again, or try again if a virus scanner was busy with it.",
        safe="Your projects were not changed. You can look at finished runs.",
        actions=(_TRY_AGAIN, _COPY),
        details=f"engine_cannot_start\n{program}\n{reason}",
    )


def engine_not_ready(seconds: float, details: Sequence[str] = ()) -> Problem:
    """The engine process runs, but it never said that it was ready.

    Args:
        seconds: How long the window waited.
        details: The last lines that the process wrote.
    """
    return Problem(
        code="engine_not_ready",
        title="The engine does not answer",
        reason=f"It was started {seconds:.0f} seconds ago and has not finished loading its libraries.",
        fix="Try again. On a slow disk the first start takes longest.",
        safe="Your projects were not changed.",
        actions=(_TRY_AGAIN, _COPY),
        details="\n".join(["engine_not_ready", *details]),
    )


def engine_keeps_ending(times: int, exit_code: int | None, details: Sequence[str] = ()) -> Problem:
    """The engine was started several times and ended each time.

    Args:
        times: How often it was started.
        exit_code: How it ended last.
        details: The last lines that it wrote.
    """
    return Problem(
        code="engine_keeps_ending",
        title="The engine ends each time it is started",
        reason=f"Thaw started it {times} times. The last time {exit_words(exit_code)}.",
        fix="Copy the details and send them to who installed Thaw, then try again.",
        safe="Your projects were not changed. You can look at finished runs.",
        actions=(_TRY_AGAIN, _COPY),
        details="\n".join(["engine_keeps_ending", f"exit code: {exit_code}", *details]),
    )


def other_protocol(engine_version: int, window_version: int) -> Problem:
    """Window and engine come from different releases.

    Args:
        engine_version: The protocol of the engine.
        window_version: The protocol of the window.
    """
    return Problem(
        code="other_protocol",
        title="The window and the engine are of different releases",
        reason=f"The engine speaks protocol {engine_version}, this window {window_version}.",
        fix="Install Thaw again, so that both are of the same release.",
        safe="Your projects were not changed.",
        actions=(_COPY,),
        details=f"other_protocol {engine_version} {window_version}",
    )


def window_failed(summary: str, details: str) -> Problem:
    """The window itself met an error that nobody had foreseen.

    Args:
        summary: The error in one line.
        details: The traceback, for *Copy details*.
    """
    return Problem(
        code="window_failed",
        title="Something in the window did not work",
        reason=f"The last click could not be carried out: {summary}.",
        fix="Go on working; if it happens again, copy the details and report them.",
        safe="Your project is saved. A run that trains goes on.",
        actions=(_COPY,),
        details=details,
    )
