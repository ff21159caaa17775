"""A real engine process that a test can talk to."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Self

from engine.protocol.commands import Command
from engine.protocol.events import EngineReady, Event, JobFailed, JobStopped, JobSucceeded
from engine.protocol.wire import decode_event, encode

ROOT = Path(__file__).resolve().parents[2]
SERVE = (sys.executable, "-P", "-m", "engine", "serve")
PATIENCE = 120.0


class EngineProcess:
    """An engine started as the window starts it; use it in a ``with`` statement.

    Attributes:
        process: The child.
        events: What it has said and a test has waited past.
    """

    def __init__(self, arguments: tuple[str, ...] = SERVE, **environment: str) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
        self.process = subprocess.Popen(
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=inherited | {"PYTHONPATH": str(ROOT)} | environment,
        )
        self.events: list[Event] = []
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._errors: list[bytes] = []
        self._threads = [
            threading.Thread(target=self._read_events), threading.Thread(target=self._read_errors)
        ]  # fmt: skip
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        self.wait_for(EngineReady)
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def send(self, command: Command) -> None:
        """Sends a command."""
        self.send_line(encode(command))

    def send_line(self, line: bytes) -> None:
        """Sends anything."""
        assert self.process.stdin is not None
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def next(self) -> Event:
        """Waits for the next event; a line that is none fails the test."""
        line = self._lines.get(timeout=PATIENCE)
        assert line, f"The process has ended: {self.errors()}"
        event = decode_event(line)
        self.events.append(event)
        return event

    def wait_for(self, kind: type) -> Event:
        """Waits for an event of a kind."""
        while True:
            event = self.next()
            if isinstance(event, kind):
                return event
            assert not isinstance(event, JobFailed), event

    def do(self, command: Command) -> list[Event]:
        """Carries a command out, and returns what was said until its end, the end event last."""
        self.send(command)
        heard = [self.next()]
        while not _is_end_of(heard[-1], command.job_id):
            heard.append(self.next())
        return heard

    def wait_for_end(self, job_id: str) -> Event:
        """Waits for the end event of a job."""
        while True:
            event = self.next()
            if _is_end_of(event, job_id):
                return event

    def close_pipe(self) -> None:
        """Does what a window does that is closed."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def end(self, wait: float = PATIENCE) -> int:
        """Closes the pipe and waits for the end.

        Returns:
            The exit status.
        """
        self.close_pipe()
        status = self.process.wait(wait)
        for thread in self._threads:
            thread.join(wait)
        return status

    def rest(self) -> list[Event]:
        """Returns what it said last; call it after the end."""
        lines = []
        while not self._lines.empty():
            lines.append(self._lines.get())
        return [decode_event(line) for line in lines if line]

    def errors(self) -> str:
        """Returns what it wrote to stderr."""
        return b"".join(self._errors).decode(errors="replace")

    def _read_events(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(b"")

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        self._errors.extend(self.process.stderr)


def _is_end_of(event: Event, job_id: str) -> bool:
    return isinstance(event, JobSucceeded | JobStopped | JobFailed) and event.job_id == job_id
