"""A thread that owns one engine process and reads what it says."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections import deque
from dataclasses import dataclass
from queue import SimpleQueue
from typing import IO

from PySide6.QtCore import QObject, QThread, Signal

from engine.protocol.commands import Command
from engine.protocol.wire import WireError, decode_event, encode
from gui.engine_client.engine_command import EngineCommand

KEPT_LINES = 200
"""So many last lines of what the process wrote beside the pipe are kept for *Copy details*."""

_LOWER_PRIORITY = 5
"""Of 19. Loading libraries must not slow the window down; training lowers itself further."""
_SECONDS_TO_EXIT = 1.0


@dataclass(frozen=True)
class ProcessEnd:
    """How a process ended.

    Attributes:
        exit_code: Negative for a signal; ``None`` when it never started.
        start_error: What the system said when it could not be started; else empty.
        last_lines: The last lines that it wrote to its error stream.
    """

    exit_code: int | None
    start_error: str = ""
    last_lines: tuple[str, ...] = ()


class EngineThread(QThread):
    """Starts an engine process and turns its lines into events, in a thread of its own.

    Signals are emitted from this thread; connect them to objects of the window's thread and Qt
    carries them over. Writing never blocks the window: :meth:`send` puts a message in a queue that
    another thread empties into the pipe.

    Args:
        command: What to start.
    """

    process_started = Signal(int)
    event_arrived = Signal(object)
    process_ended = Signal(object)

    def __init__(self, command: EngineCommand, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = command
        self._outbox: SimpleQueue[bytes | None] = SimpleQueue()
        self._last_lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._process: subprocess.Popen[bytes] | None = None
        self._is_let_go = False

    @property
    def last_lines(self) -> tuple[str, ...]:
        """Returns the last lines that the process wrote to its error stream."""
        return tuple(self._last_lines.copy())  # in one go: two threads write to it

    def send(self, command: Command) -> None:
        """Queues a command; it is written as soon as the process takes it."""
        self._outbox.put(encode(command))

    def close_pipe(self) -> None:
        """Closes the pipe behind what is queued: the engine saves what it has and ends."""
        self._outbox.put(None)

    def let_go(self) -> None:
        """Closes the pipe behind what is queued, and lets the process live on when it closes its end."""
        self._is_let_go = True
        self.close_pipe()

    def terminate_process(self) -> None:
        """Tells the process to end, without waiting for it."""
        if self._process is not None:
            self._process.terminate()

    def kill_process(self) -> None:
        """Ends the process at once."""
        if self._process is not None:
            self._process.kill()

    def run(self) -> None:
        """Starts the process and reads its pipe until it closes."""
        try:
            process = self._start_process()
        except OSError as error:
            self.process_ended.emit(ProcessEnd(None, start_error=error.strerror or str(error)))
            return
        if process.stdin is None or process.stdout is None or process.stderr is None:
            raise AssertionError("all three are pipes")
        side_threads = [
            threading.Thread(
                target=self._empty_outbox, args=(process.stdin,), name="engine-writer", daemon=True
            ),
            threading.Thread(
                target=self._keep_lines, args=(process.stderr,), name="engine-errors", daemon=True
            ),
        ]
        for thread in side_threads:
            thread.start()
        self.process_started.emit(process.pid)
        with process.stdout as lines:
            for line in lines:
                self._read_line(line)
        exit_code = None if self._is_let_go else self._wait_for_exit(process)
        self._outbox.put(None)
        for thread in side_threads:
            thread.join(_SECONDS_TO_EXIT)
        self.process_ended.emit(ProcessEnd(exit_code, last_lines=self.last_lines))

    def _start_process(self) -> subprocess.Popen[bytes]:
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
        process = subprocess.Popen(
            self._command.arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self._command.environment,
            creationflags=flags,
            bufsize=-1,
        )
        self._process = process
        if sys.platform != "win32":
            # On Linux a priority belongs to a thread: set now, before the libraries make theirs.
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, process.pid, _LOWER_PRIORITY)
        return process

    def _read_line(self, line: bytes) -> None:
        try:
            event = decode_event(line)
        except WireError:
            self._last_lines.append(line.decode(errors="replace").rstrip())
            return
        self.event_arrived.emit(event)

    @staticmethod
    def _wait_for_exit(process: subprocess.Popen[bytes]) -> int:
        try:
            return process.wait(_SECONDS_TO_EXIT)
        except subprocess.TimeoutExpired:
            # It closed its end of the pipe and lives on: nobody can hear it any more.
            process.kill()
            return process.wait()

    def _empty_outbox(self, pipe: IO[bytes]) -> None:
        with contextlib.suppress(OSError), pipe:
            while (line := self._outbox.get()) is not None:
                pipe.write(line)
                if self._outbox.empty():
                    pipe.flush()

    def _keep_lines(self, pipe: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError), pipe:
            for line in pipe:
                self._last_lines.append(line.decode(errors="replace").rstrip())
