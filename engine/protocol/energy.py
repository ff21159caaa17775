"""The energy that a run took: what was read of which parts of the computer, and why no more was."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class EnergyCovers(StrEnum):
    """Of what a source tells the energy; always with what other programs and idling take of it."""

    COMPUTER = "computer"
    CARD = "card"
    PROCESSOR = "processor"


class EnergyPart(msgspec.Struct, frozen=True, kw_only=True):
    """What one source has told.

    Attributes:
        covers: Of what it tells the energy.
        read_from: Where that was read, e.g. ``"the processor's own counter"``.
        joules: How much was drawn while it was read.
        seconds: For how long of the run it was read.
    """

    covers: EnergyCovers
    read_from: str
    joules: float
    seconds: float


class EnergyGap(msgspec.Struct, frozen=True, kw_only=True):
    """Why a source told nothing, or not all.

    Attributes:
        covers: Of what it would have told the energy.
        reason: A clause: ``"only an administrator may read the processor's energy counter here"``.
    """

    covers: EnergyCovers
    reason: str


class Energy(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the energy that a run took.

    Attributes:
        parts: What was read; the parts may lie in each other (a processor in its computer).
        gaps: Why something was not read.
    """

    parts: tuple[EnergyPart, ...] = ()
    gaps: tuple[EnergyGap, ...] = ()


def together(earlier: Energy | None, later: Energy) -> Energy:
    """Returns the energy of a run that was trained in two processes, one after the other.

    Args:
        earlier: Of the first; ``None`` where it was not known then.
        later: Of the second.
    """
    if earlier is None:
        return later
    parts = {(part.covers, part.read_from): part for part in earlier.parts}
    for part in later.parts:
        before = parts.get((part.covers, part.read_from))
        if before is not None:
            part = msgspec.structs.replace(
                part, joules=before.joules + part.joules, seconds=before.seconds + part.seconds
            )
        parts[part.covers, part.read_from] = part
    return Energy(parts=tuple(parts.values()), gaps=tuple(dict.fromkeys((*earlier.gaps, *later.gaps))))
