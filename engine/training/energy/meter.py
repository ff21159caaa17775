"""Reads the energy of a run beside it, on a thread of its own that mostly sleeps."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from engine.protocol.energy import Energy
from engine.training.energy.readings import Readings

_PATIENCE = 2.0
"""Seconds that a run waits for a reading; later it takes the last one."""


class EnergyMeter:
    """Reads every few seconds, and whenever it is asked; a source that hangs holds up nobody."""

    def __init__(self, readings: Callable[[], Readings]) -> None:
        """Begins to read.

        Args:
            readings: Opens the sources, which may take a moment; called on the thread that reads.
        """
        self._energy = Energy()
        self._open = readings
        self._wishes: queue.SimpleQueue[tuple[Callable[[Readings], None] | None, threading.Event]]
        self._wishes = queue.SimpleQueue()
        self._last_done: threading.Event | None = None
        self._thread = threading.Thread(target=self._work, name="energy", daemon=True)
        self._thread.start()

    def so_far(self) -> Energy:
        """Returns what was drawn until now."""
        self._wish(Readings.read)
        return self._energy

    def pause(self) -> Energy:
        """Reads once more, and then no longer; returns what was drawn until now."""
        self._wish(_read_and_rest)
        return self._energy

    def go_on(self) -> None:
        """Reads again from now on."""
        self._wish(Readings.start)

    def end(self) -> None:
        """Ends the thread, at the latest when what it waits for has come."""
        self._wishes.put((None, threading.Event()))

    def _wish(self, wish: Callable[[Readings], None]) -> None:
        hangs = self._last_done is not None and not self._last_done.is_set()
        self._last_done = done = threading.Event()
        self._wishes.put((wish, done))
        if not hangs and self._thread.is_alive():
            done.wait(_PATIENCE)

    def _work(self) -> None:
        readings = self._open()
        readings.start()
        self._energy = readings.energy()
        every: float | None = readings.every
        while True:
            try:
                wish, done = self._wishes.get(timeout=every)
            except queue.Empty:
                readings.read()
                self._energy = readings.energy()
                continue
            if wish is None:
                return
            wish(readings)
            every = None if wish is _read_and_rest else readings.every
            self._energy = readings.energy()
            done.set()


def _read_and_rest(readings: Readings) -> None:
    readings.read()
