"""What a window asks of a run that it did not start: commands in a file of the run's folder."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.protocol.commands import Command
from engine.protocol.run_files import WISHES_FILE
from engine.protocol.wire import WireError, decode_command

_INTERVAL = 0.2
"""Seconds between two looks."""


class WishFile:
    """Reads commands from a run's folder while it trains; use it in a ``with`` statement.

    A window that has found the run has no pipe to its process: the one that had it is closed. It appends
    its commands to this file, one JSON object a line, as it would send them down the pipe.
    """

    def __init__(self, folder: Path, do: Callable[[Command], None]) -> None:
        """Takes what carries a command out.

        Args:
            folder: The run's folder; it need not be there yet.
            do: Carries a command out; called on a thread of its own.
        """
        self._path = folder / WISHES_FILE
        self._do = do
        self._read = 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="wishes", daemon=True)

    def __enter__(self) -> Self:
        """Begins to look; what was wished of an earlier process is forgotten."""
        self._forget()
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Looks no more."""
        self._is_over.set()
        self._thread.join()
        self._forget()

    def _forget(self) -> None:
        with suppress(OSError):  # it is open elsewhere, or not there
            self._path.unlink()

    def _watch(self) -> None:
        while not self._is_over.wait(_INTERVAL):
            for line in self._new_lines():
                with suppress(WireError):  # half written, or of another release
                    self._do(decode_command(line))

    def _new_lines(self) -> list[bytes]:
        """Returns the whole lines that were added since the last look."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._read)
                added = file.read()
        except OSError:
            return []
        whole = added[: added.rfind(b"\n") + 1]
        self._read += len(whole)
        return whole.splitlines()
