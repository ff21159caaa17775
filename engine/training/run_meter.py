"""What a run takes: time, and energy where it can be read; neither while it is paused."""

from __future__ import annotations

import time
from functools import partial
from types import TracebackType
from typing import Self

from engine.protocol.energy import Energy, together
from engine.training.checkpoint import TrainingState
from engine.training.energy.contract import Place
from engine.training.energy.meter import EnergyMeter
from engine.training.energy.readings import Readings, all_sources


class RunMeter:
    """Measures a run, in this process and those before: a context, from its begin to its end."""

    _began: float
    _meter: EnergyMeter

    def __init__(self, place: Place) -> None:
        """Measures nothing yet.

        Args:
            place: Where the run is trained.
        """
        self._place = place
        self._rested: tuple[float, Energy] | None = None
        self._earlier: Energy | None = None

    def __enter__(self) -> Self:
        self._began = time.perf_counter()
        self._meter = EnergyMeter(partial(_readings, self._place))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._meter.end()

    @property
    def seconds(self) -> float:
        """Returns how long the run has trained."""
        return (self._rested[0] if self._rested else time.perf_counter()) - self._began

    @property
    def energy(self) -> Energy:
        """Returns what the run has drawn, as far as it was read; of before a stop up to what was saved."""
        return together(self._earlier, self._rested[1] if self._rested else self._meter.so_far())

    def take_up(self, state: TrainingState) -> None:
        """Counts what the run had taken when it was saved."""
        self._began -= state.seconds
        self._earlier = state.energy

    def pause(self) -> None:
        """Counts nothing from now on."""
        self._rested = time.perf_counter(), self._meter.pause()

    def go_on(self) -> None:
        """Counts again, after a pause; else nothing changes."""
        if self._rested is not None:
            self._began += time.perf_counter() - self._rested[0]
            self._rested = None
            self._meter.go_on()


def _readings(place: Place) -> Readings:
    return Readings(place, all_sources())
