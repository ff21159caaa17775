"""What is said of the energy that a run took, alike in the window, in reports and on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.protocol.energy import Energy, EnergyCovers, EnergyPart
from engine.protocol.wording import listed

_WHOSE = {
    EnergyCovers.COMPUTER: "the whole computer with its screen",
    EnergyCovers.CARD: "the graphics card",
    EnergyCovers.PROCESSOR: "the processor",
}
_SHORT = {
    EnergyCovers.COMPUTER: "computer",
    EnergyCovers.CARD: "graphics card",
    EnergyCovers.PROCESSOR: "processor",
}
_NOTHING = "nothing in this computer tells a program what it draws"
_WATT_HOUR = 3600.0
_SMALLEST = 0.01 * _WATT_HOUR
"""Joules below which nobody counts in watt-hours."""

_LAMP = 10.0
"""Watts of a lamp as one has it at home."""

_BOTH_ENDS, _SHARE = 0.5, 0.02
"""Seconds, and share of a run, that may be missing of one that was read from its begin to its end."""


@dataclass(frozen=True)
class EnergyFigure:
    """The energy of a run as one number.

    Attributes:
        joules: How much.
        is_whole: Whether that is all that was drawn by what it is told of; else it was more.
        parts: What it is the sum of.
    """

    joules: float
    is_whole: bool
    parts: tuple[EnergyPart, ...]

    @property
    def words(self) -> str:
        """Returns ``"0.42 Wh"``, or ``"at least 0.42 Wh"``."""
        return f"{'' if self.is_whole else 'at least '}{energy_number(self.joules)}"


def figure(energy: Energy | None, seconds: float) -> EnergyFigure | None:
    """Returns the energy of a run as one number; ``None`` where nothing was read.

    The parts of a computer count where it did not tell all of itself: as both hold the same energy, they are
    never added up.

    Args:
        energy: What is known.
        seconds: How long the run trained.
    """
    parts = energy.parts if energy is not None else ()
    computer = tuple(part for part in parts if part.covers is EnergyCovers.COMPUTER)
    others = tuple(part for part in parts if part.covers is not EnergyCovers.COMPUTER)
    counted = computer if computer and (_is_whole(computer, seconds) or not others) else others
    if energy is None or not counted:
        return None
    is_whole = _is_whole(counted, seconds)
    if counted is others and any(gap.covers is EnergyCovers.CARD for gap in energy.gaps):
        is_whole = False  # what drew most by far is not in it, or not all of it
    return EnergyFigure(sum(part.joules for part in counted), is_whole, counted)


def in_short(energy: Energy | None, seconds: float) -> str:
    """Returns ``"0.42 Wh (processor)"``, ``"≥ 0.42 Wh (processor)"``; empty where nothing was read.

    Args:
        energy: What is known.
        seconds: How long the run trained.
    """
    found = figure(energy, seconds)
    if found is None:
        return ""
    return f"{in_cell(energy, seconds)} ({listed(_whose(found.parts, _SHORT))})"


def in_cell(energy: Energy | None, seconds: float) -> str:
    """Returns ``"0.42 Wh"``, ``"≥ 0.42 Wh"``, or ``"–"`` where nothing was read.

    Args:
        energy: What is known.
        seconds: How long the run trained.
    """
    found = figure(energy, seconds)
    return "–" if found is None else f"{'' if found.is_whole else '≥ '}{energy_number(found.joules)}"


def in_full(energy: Energy | None, seconds: float) -> str:
    """Returns what was drawn, by what, where that was read, and why not more of it was; no stop at its end.

    Args:
        energy: What is known.
        seconds: How long the run trained.
    """
    found = figure(energy, seconds)
    if energy is None:
        return "not measured"
    if found is None:
        return f"not measured, because {why_not(energy)}"
    told = [f"{found.words}, as much as a {_LAMP:.0f} W lamp takes in {_lamp_time(found.joules)}"]
    drew = listed(_each(found.parts) if len(found.parts) > 1 else _whose(found.parts, _WHOSE))
    read = listed(list(dict.fromkeys(part.read_from for part in found.parts)))
    told.append(f"That is what {drew} drew meanwhile, idling and other programs included; read from {read}")
    if not any(part.covers is EnergyCovers.COMPUTER for part in found.parts):
        told.append("What the rest of the computer drew is not in it")
    if not found.is_whole:
        told.append(_why_not_all(energy, found, seconds))
    return ". ".join(told)


def why_not(energy: Energy) -> str:
    """Returns why nothing was read, a clause."""
    return "; ".join(dict.fromkeys(gap.reason for gap in energy.gaps)) or _NOTHING


def energy_number(joules: float) -> str:
    """Returns an amount of energy with two digits that count: ``"12 J"``, ``"0.42 Wh"``, ``"1.3 kWh"``."""
    if joules < _SMALLEST:
        return f"{_two_digits(joules)} J"
    hours = joules / _WATT_HOUR
    return f"{_two_digits(hours)} Wh" if hours < 995 else f"{_two_digits(hours / 1000)} kWh"


def _why_not_all(energy: Energy, found: EnergyFigure, seconds: float) -> str:
    """Returns for how long what was read, and what is known of the reasons."""
    told = []
    shortest = min(part.seconds for part in found.parts)
    if not _is_whole(found.parts, seconds):
        told.append(f"it was read for {_time(shortest)} of {_time(seconds)}")
    counted = {part.covers for part in found.parts} | {EnergyCovers.CARD}
    told += dict.fromkeys(gap.reason for gap in energy.gaps if gap.covers in counted)
    return f"More was drawn than that: {'; '.join(told)}"


def _is_whole(parts: Sequence[EnergyPart], seconds: float) -> bool:
    """Returns whether parts were read from the begin of a run to its end."""
    return all(part.seconds >= seconds * (1 - _SHARE) - _BOTH_ENDS for part in parts)


def _whose(parts: Sequence[EnergyPart], names: dict[EnergyCovers, str]) -> list[str]:
    return list(dict.fromkeys(names[part.covers] for part in parts))


def _each(parts: Sequence[EnergyPart]) -> list[str]:
    return [f"{_WHOSE[part.covers]} ({energy_number(part.joules)})" for part in parts]


def _lamp_time(joules: float) -> str:
    seconds = joules / _LAMP
    if seconds < 1:
        return "less than a second"
    return _time(seconds)


def _time(seconds: float) -> str:
    for limit, unit in ((86_400.0, "day"), (3600.0, "hour"), (60.0, "minute"), (0.0, "second")):
        if seconds >= limit * (0.995 if limit else 1):
            number = _two_digits(seconds / (limit or 1.0))
            return f"{number} {unit}{'' if number == '1' else 's'}"
    return ""


def _two_digits(value: float) -> str:
    """Returns a number with two digits that count, and no zeros behind its point."""
    digits = 0
    while digits < 4 and value and abs(value) * 10**digits < 9.95:
        digits += 1
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
