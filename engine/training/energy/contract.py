"""What a source of energy readings is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch

from engine.protocol.energy import EnergyCovers


class NotHereError(Exception):
    """This kind of source has nothing to do with this computer, or with this run."""


class NotReadableError(Exception):
    """There is something to read, and it cannot be read now.

    Attributes:
        reason: A clause that a person reads after "was not measured:".
    """

    def __init__(self, reason: str) -> None:
        """Keeps the reason."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Place:
    """Where a run is trained.

    Attributes:
        device: What trains.
        root: Where the system's own files are.
        system: Python's name of the system: ``"linux"``, ``"darwin"``, ``"win32"``.
    """

    device: torch.device
    root: Path = Path("/")
    system: str = sys.platform


class Gauge(Protocol):
    """Tells what was drawn between two moments; of one thread at a time.

    Attributes:
        read_from: Where it reads, e.g. ``"its battery"``.
        every: Seconds between two readings, at most.
        shortest: Seconds below which what it tells is no measurement, because it is renewed so seldom.
    """

    read_from: str
    every: float
    shortest: float

    def start(self) -> None:
        """Begins now; what was drawn before is not told."""

    def joules(self) -> float:
        """Returns what was drawn since the last reading, or since the start.

        Raises:
            NotReadableError: When that is not known.
        """


@dataclass(frozen=True)
class EnergySource:
    """A kind of reading.

    Attributes:
        covers: Of what it tells the energy.
        open: ``place -> gauge``; raises :class:`NotHereError` or :class:`NotReadableError`.
    """

    covers: EnergyCovers
    open: Callable[[Place], Gauge]
