"""All sources that this computer has, read together."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from engine.discovery import find_constants
from engine.protocol.energy import Energy, EnergyCovers, EnergyGap, EnergyPart
from engine.training.energy import sources
from engine.training.energy.contract import EnergySource, Gauge, NotHereError, NotReadableError, Place
from engine.training.energy.gauges import EVERY, Clock

_NAMES = {
    EnergyCovers.COMPUTER: "computer",
    EnergyCovers.CARD: "graphics card",
    EnergyCovers.PROCESSOR: "processor",
}
_FAILURES = (
    ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError
)  # fmt: skip
"""What other people's drivers and files may raise: what a run learns is worth more than their answer."""

Value = TypeVar("Value")


def all_sources() -> tuple[EnergySource, ...]:
    """Returns every source that there is a file for."""
    return tuple(source for _, source in find_constants(sources, "SOURCE", EnergySource))


@dataclass
class _Opened:
    """A gauge, and what it has told.

    Attributes:
        covers: Of what it tells the energy.
        gauge: It.
        since: When it was read last.
        joules: What it has told.
        seconds: For how long.
    """

    covers: EnergyCovers
    gauge: Gauge
    since: float = 0.0
    joules: float = 0.0
    seconds: float = 0.0


class Readings:
    """What the sources of one process have told of a run; whatever fails is a gap, and never an error.

    Attributes:
        every: Seconds between two readings, at most.
    """

    def __init__(self, place: Place, found: Iterable[EnergySource], clock: Clock = time.perf_counter) -> None:
        """Opens the sources.

        Args:
            place: Where the run is trained.
            found: The sources to try.
            clock: The time, in seconds.
        """
        self._clock = clock
        self._gaps: dict[EnergyGap, None] = {}
        self._opened: list[_Opened] = []
        for source in found:
            gauge = self._tried(source.covers, partial(source.open, place))
            if gauge is not None:
                self._opened.append(_Opened(source.covers, gauge))
        self.every = min((one.gauge.every for one in self._opened), default=EVERY)

    def start(self) -> None:
        """Begins now, or goes on after a rest."""
        for one in self._opened:
            self._tried(one.covers, one.gauge.start)
            one.since = self._clock()

    def read(self) -> None:
        """Adds what was drawn since the last time."""
        for one in self._opened:
            joules = self._tried(one.covers, one.gauge.joules)
            before, one.since = one.since, self._clock()
            if joules is not None:
                one.joules += joules
                one.seconds += one.since - before

    def energy(self) -> Energy:
        """Returns what is known by the last reading."""
        parts, gaps = [], dict(self._gaps)
        for one in self._opened:
            why_not = self._why_useless(one)
            if why_not:
                gaps[EnergyGap(covers=one.covers, reason=why_not)] = None
            elif one.seconds:
                parts.append(
                    EnergyPart(
                        covers=one.covers,
                        read_from=one.gauge.read_from,
                        joules=one.joules,
                        seconds=one.seconds,
                    )
                )
        return Energy(parts=tuple(parts), gaps=tuple(gaps))

    @staticmethod
    def _why_useless(one: _Opened) -> str:
        """Returns why what was read is no measurement; empty where it is one, or nothing was read."""
        if 0 < one.seconds < one.gauge.shortest:
            least = f"{one.gauge.shortest:.0f} s"
            return f"what is read from {one.gauge.read_from} is renewed too seldom for less than {least}"
        if one.seconds and not one.joules:  # as in virtual machines; nothing draws nothing
            return f"{one.gauge.read_from} has not moved"
        return ""

    def _tried(self, covers: EnergyCovers, ask: Callable[[], Value]) -> Value | None:
        """Returns an answer; ``None`` where there is none, and keeps the reason."""
        try:
            return ask()
        except NotHereError:
            return None
        except NotReadableError as error:
            reason = error.reason
        except _FAILURES as error:
            reason = f"asking for the {_NAMES[covers]}'s energy failed ({type(error).__name__})"
        self._gaps[EnergyGap(covers=covers, reason=reason)] = None
        return None
