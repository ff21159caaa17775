"""What scores are drawn against: each axis with its title, its words and how its numbers are written."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from engine.protocol.results import Score
from gui.look import texts
from gui.widgets.plot_scale import Scale, linear_scale, log_scale

_ROOM = 0.07
"""Share of the axis that stays free at either end."""
_NARROW = 2.0
"""Values that are closer together than this factor get an axis as wide as it all the same."""

_SQUEEZED = 0.15
"""Runs that would share less of the height than this are drawn without what is simpler."""
_STEEP = 20.0


@dataclass(frozen=True)
class ScoreAxis:
    """What the scores of runs are drawn against.

    Attributes:
        id: Name for the program, and key in :attr:`ScorePoint.places`.
        choice: What it is called in a menu.
        title: What the chart is called then.
        caption: What stands below the axis.
        words: How a number of it is written.
        joins: Whether runs that differ along it alone are joined by a line.
        rounds: Its round numbers, where these are not 1, 2 and 5 times a power of ten.
    """

    id: str
    choice: str
    title: str
    caption: str
    words: Callable[[float], str]
    rounds: tuple[float, ...] = ()
    joins: bool = False


_TIMES = tuple(float(unit * number) for unit in (1, 60, 3600) for number in (1, 2, 5, 10, 20, 30))
TEN = "each step is ten times more"
AXES = (
    ScoreAxis(
        "trainable",
        "Trainable share",
        "Score against trainable parameters",
        "Trainable share of parameters",
        texts.percent,
    ),
    ScoreAxis("time", "Time", "Score against time", "Time that training took", texts.duration, _TIMES),
    ScoreAxis("memory", "Memory", "Score against memory", "Most memory while training", texts.size),
    ScoreAxis("size", "Size on disk", "Score against size on disk", "Size of what was saved", texts.size),
    ScoreAxis(
        "rows",
        "Training rows",
        "Score against training rows",
        "Rows that were learned from",
        texts.compact_number,
        joins=True,
    ),
)
"""The first one is shown at first."""


@dataclass(frozen=True)
class ScorePoint:
    """A run as a point of the chart.

    Attributes:
        id: Which run.
        name: What it is called.
        number: Number of its colour and marker.
        score: What it reaches.
        places: Id of an axis → where the run lies on it; above 0, none where it is not known.
    """

    id: str
    name: str
    number: int
    score: Score
    places: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Placement:
    """A horizontal axis on which equal factors take equal room.

    Attributes:
        low: Decimal logarithm of its left end.
        high: Of its right end.
        ticks: Values with a number.
        tens: Whether these are ten times apart.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    tens: bool

    def share(self, value: float) -> float:
        """Returns where a value lies, 0 to 1."""
        return (math.log10(value) - self.low) / (self.high - self.low)


def placement(values: list[float], most: int = 6, rounds: tuple[float, ...] = ()) -> Placement:
    """Returns an axis that holds values above 0 with some room beside them.

    Args:
        values: What it has to hold; at least one.
        most: How many ticks there may be.
        rounds: Round numbers, ascending; 1, 2 and 5 times a power of ten where there are none.
    """
    low, high = math.log10(min(values)), math.log10(max(values))
    lacking = max(0.0, math.log10(_NARROW) - (high - low))
    low, high = low - lacking / 2, high + lacking / 2
    room = (high - low) * _ROOM
    low, high = low - room, high + room
    scale: Scale = log_scale(10**low, 10**high, most)
    ticks = tuple(tick for tick in rounds or scale.ticks if low <= math.log10(tick) <= high)
    ticks = ticks[:: math.ceil(len(ticks) / most)] if len(ticks) > most else ticks
    if len(ticks) < 2:  # between two round numbers
        ticks = tuple(float(f"{10 ** (low + (high - low) * part):.2g}") for part in (0.15, 0.5, 0.85))
    steps = {round(after / before, 6) for before, after in pairwise(ticks)}
    return Placement(low, high, ticks, steps == {10.0})


def score_scale(values: Sequence[float], intervals: int = 5) -> Scale:
    """Returns the vertical axis: it holds all values, and ends at 1 where they are shares.

    Args:
        values: Ends of intervals, and what is simpler; may be none.
        intervals: About so many steps, fewer in a low chart.
    """
    if not values:
        return linear_scale(0.0, 1.0)
    low, high = min(values), max(values)
    if low > 0 and high > _STEEP * low and high > 1:
        return log_scale(low, high)
    found = linear_scale(low, high, intervals)
    return linear_scale(low, 1.0, intervals) if low >= 0 and found.high > 1.0 >= high else found


def is_far(simple: float, ends: Sequence[float]) -> bool:
    """Returns whether what is simpler is so far from all runs that the chart would squeeze these.

    Args:
        simple: Its score.
        ends: Ends of the runs' intervals; may be none.
    """
    if not ends:
        return False
    low, high = min(ends), max(ends)
    return high - low < _SQUEEZED * (max(high, simple) - min(low, simple))
