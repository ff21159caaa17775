"""The two kinds of gauges: one reads counters of energy, the other adds up power."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.training.energy.contract import NotReadableError

Clock = Callable[[], float]

EVERY = 10.0
"""Seconds between two readings; a processor's counter of 262 kJ begins anew after 4 minutes at 1 kW."""

_MOST_WATTS = 3000.0
"""No processor and no card draws that: a counter that says so began anew, as after sleep."""

_LONGEST = 6.0
"""Times the usual interval, after which nobody knows what was drawn between two samples of power."""


@dataclass(frozen=True)
class Counter:
    """Something that counts energy.

    Attributes:
        joules: Returns where it stands.
        span: Joules after which it begins anew at 0; 0 where it never does.
    """

    joules: Callable[[], float]
    span: float = 0.0


class CounterGauge:
    """Tells by how much counters have gone on, all together.

    Attributes:
        read_from: Where it reads.
        every: Seconds between two readings, at most.
        shortest: Any time is long enough.
    """

    shortest = 0.0

    def __init__(
        self,
        counters: Sequence[Counter],
        read_from: str,
        every: float = EVERY,
        clock: Clock = time.perf_counter,
    ) -> None:
        """Takes the counters; reads nothing yet."""
        self.read_from, self.every = read_from, every
        self._counters = counters
        self._clock = clock
        self._last: tuple[float, list[float]] | None = None

    def start(self) -> None:
        """Begins where the counters stand."""
        self._last = None
        self._last = self._read()

    def joules(self) -> float:
        """Returns by how much they have gone on since."""
        before, self._last = self._last, None
        now = self._last = self._read()
        if before is None:
            raise NotReadableError("a counter of energy could not be read for a while")
        seconds = now[0] - before[0]
        drawn = [
            new - old if new >= old else new - old + counter.span
            for counter, old, new in zip(self._counters, before[1], now[1], strict=True)
        ]
        if min(drawn) < 0 or max(drawn) > _MOST_WATTS * max(seconds, 0.1):
            raise NotReadableError("a counter of energy began anew, as it does when a computer sleeps")
        return sum(drawn)

    def _read(self) -> tuple[float, list[float]]:
        return self._clock(), [counter.joules() for counter in self._counters]


class PowerGauge:
    """Adds up power, which is looked at every so often: between two looks it counts as their mean.

    Attributes:
        read_from: Where it reads.
        every: Seconds between two looks, at most.
        shortest: Seconds below which nothing is told.
    """

    def __init__(
        self,
        watts: Callable[[], float],
        read_from: str,
        every: float = EVERY,
        shortest: float = 0.0,
        clock: Clock = time.perf_counter,
    ) -> None:
        """Takes what is looked at.

        Args:
            watts: Returns the power now; raises :class:`NotReadableError`.
            read_from: Where it reads.
            every: Seconds between two looks, at most.
            shortest: How long a run must be so that what is looked at was renewed often enough.
            clock: The time, in seconds.
        """
        self.read_from, self.every, self.shortest = read_from, every, shortest
        self._watts = watts
        self._clock = clock
        self._last: tuple[float, float] | None = None
        self._why_not = ""

    def start(self) -> None:
        """Begins with the power now."""
        self._last = None
        self._last = self._look()

    def joules(self) -> float:
        """Returns what was drawn since the last look; unknown where either look found nothing."""
        before, self._last = self._last, None
        now = self._last = self._look()
        if before is None:
            raise NotReadableError(self._why_not)
        seconds = now[0] - before[0]
        if seconds > _LONGEST * self.every:
            raise NotReadableError(f"nothing could be read for {seconds:.0f} s, as when a computer sleeps")
        return seconds * (before[1] + now[1]) / 2

    def _look(self) -> tuple[float, float]:
        try:
            return self._clock(), self._watts()
        except NotReadableError as error:
            self._why_not = error.reason
            raise
