"""Scores against what they cost, as a chart of a report: dots with intervals over a logarithmic axis."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import msgspec

from engine.export.charts import (
    BLUE,
    GREY,
    GRID,
    INK,
    ORANGE,
    Chart,
    Shape,
    cut_to,
    label,
    moved_apart,
    ticks_of,
)

_COLOURS = (BLUE, ORANGE, "#2B8A5B", "#8A4FBF", "#B8434E", "#1C7C8C", "#7A6A12", "#5A6472")
_STEPS = ((1, 2, 5), (1, 3), (1,))
_MOST_TICKS = 6
_RADIUS = 8.0
_ROW = 19.0


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the chart.

    Attributes:
        name: What it is called.
        cost: How much it takes, above 0.
        value: Its score.
        low: Lower end of the interval.
        high: Upper end.
    """

    name: str
    cost: float
    value: float
    low: float
    high: float


def cost_chart(
    spots: Sequence[Spot],
    title: str,
    cost: str,
    words: Callable[[float], str],
    baseline: tuple[str, float] | None = None,
    *,
    width: float = 640,
) -> Chart:
    """Draws scores against a cost; each spot has the number that stands before its name at the right.

    Args:
        spots: At least one, best first.
        title: What is measured.
        cost: What lies to the right.
        words: Says a cost.
        baseline: What is simpler: its name and its score.
        width: Points.
    """
    left, right, top = 46.0, width - 200.0, 10.0
    height = max(250.0, 30 + _ROW * len(spots) + 34)
    bottom = height - 38.0
    values = [end for one in spots for end in (one.low, one.high)] + ([baseline[1]] if baseline else [])
    ticks = ticks_of(min(values), max(values))
    first, last = _ends([one.cost for one in spots])

    def x(amount: float) -> float:
        return left + 14 + (math.log10(amount) - first) / (last - first) * (right - left - 28)

    def y(value: float) -> float:
        return bottom - (value - ticks[0]) / max(1e-12, ticks[-1] - ticks[0]) * (bottom - top)

    shapes = []
    for tick in ticks:
        shapes.append(Shape(kind="line", points=((left, y(tick)), (right, y(tick))), colour=GRID))
        shapes.append(label(left - 8, y(tick) + 4, f"{tick:.6g}", anchor="end"))
    for amount in _amounts(first, last):
        shapes.append(Shape(kind="line", points=((x(amount), bottom), (x(amount), bottom + 4)), colour=GREY))
        shapes.append(label(x(amount), bottom + 16, words(amount), anchor="middle"))
    shapes.append(label((left + right) / 2, height - 4, cost, anchor="middle"))
    if baseline is not None:
        level = y(baseline[1])
        shapes.append(Shape(kind="line", points=((left, level), (right, level)), colour=GREY, dash=(4, 3)))
        shapes.append(label(left + 4, level - 4, cut_to(baseline[0], right - left - 8, 11)))
    for one, colour in zip(spots, _colours(len(spots)), strict=True):
        across, ends = x(one.cost), (y(one.low), y(one.high))
        shapes.append(
            Shape(kind="line", points=((across, ends[0]), (across, ends[1])), colour=colour, width=2)
        )
        shapes += [
            Shape(kind="line", points=((across - 5, end), (across + 5, end)), colour=colour, width=1.5)
            for end in ends
        ]
    marks = [((x(one.cost), y(one.value)), number) for number, one in enumerate(spots, 1)]
    places = moved_apart([top + 8 + _ROW * number for number in range(len(spots))], _ROW)
    marks += [((right + 20, place), number) for number, place in enumerate(places, 1)]
    for point, number in reversed(marks):
        shapes += _marker(point, number, _colours(len(spots))[number - 1])
    for one, place in zip(spots, places, strict=True):
        shapes.append(label(right + 34, place + 4, cut_to(one.name, width - right - 38, 11), colour=INK))
    return Chart(title=f"{title} by {cost}", width=width, height=height, shapes=tuple(shapes))


def _colours(number: int) -> list[str]:
    return [_COLOURS[place % len(_COLOURS)] for place in range(number)]


def _marker(point: tuple[float, float], number: int, colour: str) -> list[Shape]:
    """Returns a dot with its number: colours alone tell nothing in print."""
    return [
        Shape(kind="dot", points=(point,), colour="#FFFFFF", width=_RADIUS + 1),
        Shape(kind="dot", points=(point,), colour=colour, width=_RADIUS),
        label(point[0], point[1] + 3.5, str(number), size=10, anchor="middle", colour="#FFFFFF", bold=True),
    ]


def _ends(costs: Sequence[float]) -> tuple[float, float]:
    """Returns the ends of a logarithmic axis, as powers of ten; never the same twice."""
    first, last = math.log10(min(costs)), math.log10(max(costs))
    return (first - 0.5, last + 0.5) if last - first < 0.2 else (first, last)


def _amounts(first: float, last: float) -> list[float]:
    """Returns round amounts on a logarithmic axis, a few."""
    for steps in _STEPS:
        found = [
            step * 10.0**power
            for power in range(math.floor(first), math.ceil(last) + 1)
            for step in steps
            if first - 1e-9 <= math.log10(step * 10.0**power) <= last + 1e-9
        ]
        if len(found) <= _MOST_TICKS:
            break
    return found if len(found) <= _MOST_TICKS + 2 else found[:: -(-len(found) // _MOST_TICKS)]
