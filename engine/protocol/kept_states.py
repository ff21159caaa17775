"""What frozen layers said of rows and is kept on this computer: how much it is, and to be rid of it."""

from __future__ import annotations

from engine.protocol.command_header import CommandHeader
from engine.protocol.event_header import EventHeader
from engine.protocol.problems import Problem


class MeasureKeptStates(CommandHeader, frozen=True, kw_only=True, tag="MeasureKeptStates"):
    """Look how much is kept. Answer: ``KeptStatesMeasured``."""


class EmptyKeptStates(CommandHeader, frozen=True, kw_only=True, tag="EmptyKeptStates"):
    """Remove all that is kept; the next run computes it again. Answer: ``KeptStatesMeasured``.

    Refused while a run trains, in whatever process: it reads what is kept.
    """


class KeptStatesMeasured(EventHeader, frozen=True, kw_only=True, tag="KeptStatesMeasured"):
    """How much is kept of frozen layers, of all projects together.

    Attributes:
        size: Bytes on the disk.
        in_use: Whether a run trains that may read it.
    """

    size: int
    in_use: bool = False


def kept_states_in_use() -> Problem:
    """What is kept was to be removed while a run trains."""
    return Problem(
        code="kept_states_in_use",
        title="A run that trains uses what is kept of frozen layers",
        reason="It would have to compute all of it again.",
        fix="Empty it when the run has ended.",
        safe="Nothing was removed, and the run goes on.",
    )
