"""What others may ask of a job that runs on a thread of its own: pause, go on, stop, give up."""

from __future__ import annotations

import threading
from collections.abc import Callable

STOP_REQUESTED = "stop_requested"
CANCELLED = "cancelled"
WINDOW_CLOSED = "window_closed"


class JobCancelledError(Exception):
    """A job noticed that it was asked to end.

    Attributes:
        reason: ``"stop_requested"``, ``"cancelled"`` or ``"window_closed"``.
    """

    def __init__(self, reason: str) -> None:
        """Keeps the reason."""
        super().__init__(reason)
        self.reason = reason


class JobControl:
    """Flags that one thread sets and the thread that works reads between two steps."""

    def __init__(self) -> None:
        """Starts with nothing asked for."""
        self._changed = threading.Condition()
        self._paused = False
        self._reason = ""
        self._wishes = 0

    @property
    def stop_wishes(self) -> int:
        """Returns how often it was asked to end: a stage that began after a wish may wait for another one."""
        return self._wishes

    @property
    def stop_reason(self) -> str:
        """Returns why the job shall end: ``"stop_requested"`` …; empty while it shall go on."""
        return self._reason

    def pause(self) -> None:
        """Asks the job to wait after the step that it is in."""
        with self._changed:
            self._paused = True
            self._changed.notify_all()

    def go_on(self) -> None:
        """Lets a paused job go on."""
        with self._changed:
            self._paused = False
            self._changed.notify_all()

    def stop(self, reason: str = STOP_REQUESTED) -> None:
        """Asks the job to end after the step that it is in, also when it is paused.

        Args:
            reason: What ``JobStopped`` will say. A closed window or a cancelled job overrides a
                stop that was asked for before; nothing overrides those.
        """
        with self._changed:
            self._wishes += 1
            if not self._reason or self._reason == STOP_REQUESTED:
                self._reason = reason
            self._changed.notify_all()

    def raise_if_stopped(self) -> None:
        """Ends a job at a place where nothing needs to be kept.

        Raises:
            JobCancelledError: When the job shall end.
        """
        if self._reason:
            raise JobCancelledError(self._reason)

    def wait_while_paused(self, on_pause: Callable[[], None], on_continue: Callable[[], None]) -> None:
        """Waits while the job shall pause; returns at once otherwise.

        Args:
            on_pause: Called once before the wait begins.
            on_continue: Called once after it, unless the job shall end.
        """
        if not self._paused or self._reason:
            return
        on_pause()
        with self._changed:
            self._changed.wait_for(lambda: not self._paused or bool(self._reason))
        if not self._reason:
            on_continue()
