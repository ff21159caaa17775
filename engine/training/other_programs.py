"""How busy the processor is with other programs: what is timed beside them takes longer than alone."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil

_SOONEST = 0.3
"""Seconds below which the system's figures, hundredths of a second, say too little."""


@dataclass(frozen=True)
class Used:
    """What was used until a moment.

    Attributes:
        clock: Seconds of the clock.
        cores: Seconds in which the cores that this process may use were busy, all together.
        own: Seconds of them that this process had.
        count: How many cores these are.
    """

    clock: float
    cores: float
    own: float
    count: int


class OtherPrograms:
    """Says which share of the processor others have used since a moment."""

    def __init__(self, used: Callable[[], Used] | None = None) -> None:
        """Begins now.

        Args:
            used: Says what was used until now; by default the system does.
        """
        self._used = used or used_until_now
        self._began = self._used()

    def begin_anew(self) -> None:
        """Begins now."""
        self._began = self._used()

    @property
    def seconds(self) -> float:
        """Returns how long ago it began."""
        return self._used().clock - self._began.clock

    @property
    def share(self) -> float:
        """Returns the share of the cores that others had, 0 to 1; 0 for a moment too short to say."""
        now, began = self._used(), self._began
        seconds = now.clock - began.clock
        if seconds < _SOONEST:
            return 0.0
        others = (now.cores - began.cores) - (now.own - began.own)
        return min(1.0, max(0.0, others / (seconds * now.count)))


def used_until_now() -> Used:
    """Returns what the system says."""
    cores = psutil.cpu_times(percpu=True)
    if hasattr(os, "sched_getaffinity"):
        mine = os.sched_getaffinity(0)
        cores = [core for number, core in enumerate(cores) if number in mine] or cores
    twice = ("idle", "iowait", "guest", "guest_nice")  # not busy, or counted as the user's already
    busy = sum(sum(core) - sum(getattr(core, name, 0.0) for name in twice) for core in cores)
    own = psutil.Process().cpu_times()
    return Used(time.perf_counter(), busy, own.user + own.system, len(cores))
