"""The charts of a report, as shapes: drawn once, and written as SVG or onto a PDF page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from engine.protocol.number_words import score_number

INK, SECOND, THIRD, GRID = "#14171C", "#464E5C", "#626B7A", "#E6E9EE"
BLUE, ORANGE, GREY, ICE = "#2E60DF", "#DB7A1E", "#7F8898", "#CBE6F8"
CHANGE = "#8A5A00"
LETTER = 0.56
"""Width of a usual letter, as a share of its size."""


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """A line, a box, a dot or a text. Lengths are points; y grows downwards.

    Attributes:
        points: Of a line; of a box two corners; of a dot its middle; of a text where it stands.
        kind: ``"line"``, ``"box"``, ``"dot"`` or ``"text"``.
        colour: Of the line, the filling or the text.
        width: Of a line; of a dot its radius; of a text its size.
        dash: Lengths of strokes and gaps; empty for a whole line.
        text: What is written.
        anchor: ``"start"``, ``"middle"`` or ``"end"``: which end of a text stands at its point.
        bold: Whether a text is.
        edge: Colour of a box's edge; empty for none.
    """

    kind: str
    points: tuple[tuple[float, float], ...]
    colour: str = INK
    width: float = 1.0
    dash: tuple[float, ...] = ()
    text: str = ""
    anchor: str = "start"
    bold: bool = False
    edge: str = ""


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """A drawing.

    Attributes:
        title: What it shows, for those who do not see it.
        width: Points.
        height: Points.
        shapes: From back to front.
    """

    title: str
    width: float
    height: float
    shapes: tuple[Shape, ...]


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a chart.

    Attributes:
        name: What it is called.
        points: ``(epoch, value)``.
        colour: Of the line.
        dash: Empty for a whole line.
        dots: Whether each point has a dot.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    colour: str = BLUE
    dash: tuple[float, ...] = ()
    dots: bool = False


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """A value with its interval.

    Attributes:
        name: What it is of.
        value: The value.
        low: Lower end of its interval.
        high: Upper end.
        is_model: Whether it is the run's own.
    """

    name: str
    value: float
    low: float
    high: float
    is_model: bool = False


def score_bars(bars: Sequence[Bar], title: str, width: float = 640) -> Chart:
    """Draws scores as dots with their intervals on one scale, the run's own above.

    Args:
        bars: At least one.
        title: What is measured.
        width: Points.
    """
    left = min(0.42 * width, max(LETTER * 12 * len(bar.name) for bar in bars) + 16)
    right, row, top = width - 150.0, 30.0, 8.0
    low = min(bar.low for bar in bars)
    high = max(bar.high for bar in bars)
    ticks = ticks_of(min(0.0, low) if high - low > 0.6 * max(high, 1e-9) else low, high)
    height = top + row * len(bars) + 26

    def x(value: float) -> float:
        return left + (value - ticks[0]) / max(1e-12, ticks[-1] - ticks[0]) * (right - left)

    shapes = []
    bottom = top + row * len(bars)
    for tick in ticks:
        shapes.append(Shape(kind="line", points=((x(tick), top), (x(tick), bottom)), colour=GRID))
        shapes.append(label(x(tick), bottom + 15, axis_number(tick), anchor="middle"))
    for place, bar in enumerate(bars):
        middle, colour = top + row * (place + 0.5), BLUE if bar.is_model else GREY
        name = cut_to(bar.name, left - 12, 12)
        shapes.append(label(0, middle + 4, name, size=12, colour=INK, bold=bar.is_model))
        shapes.append(
            Shape(kind="line", points=((x(bar.low), middle), (x(bar.high), middle)), colour=colour, width=2.5)
        )
        shapes += [
            Shape(kind="line", points=((x(end), middle - 5), (x(end), middle + 5)), colour=colour, width=1.5)
            for end in (bar.low, bar.high)
        ]
        shapes.append(Shape(kind="dot", points=((x(bar.value), middle),), colour=colour, width=5))
        said = f"{score_number(bar.value)}  ({score_number(bar.low)} to {score_number(bar.high)})"
        shapes.append(label(width, middle + 4, said, anchor="end", colour=INK, bold=bar.is_model))
    return Chart(title=title, width=width, height=height, shapes=tuple(shapes))


def curve_chart(
    curves: Sequence[Curve],
    title: str,
    *,
    mark: float | None = None,
    changes: Sequence[tuple[float, str]] = (),
    width: float = 640,
    height: float = 240,
) -> Chart:
    """Draws curves over epochs, each with its name at its end.

    Args:
        curves: Each with at least one point.
        title: What is measured.
        mark: An epoch that is marked: that of the checkpoint that was judged.
        changes: Where the run was computed otherwise from then on: epoch and words.
        width: Points.
        height: Points.
    """
    left, right, top, bottom = 46.0, width - 120.0, 10.0, height - 34.0
    across = [point[0] for curve in curves for point in curve.points]
    values = [point[1] for curve in curves for point in curve.points if math.isfinite(point[1])]
    epochs = ticks_of(0.0, max(across, default=1.0))
    ticks = ticks_of(min(values, default=0.0), max(values, default=1.0))

    def x(epoch: float) -> float:
        return left + epoch / max(1e-12, max(across, default=1.0)) * (right - left)

    def y(value: float) -> float:
        return bottom - (value - ticks[0]) / max(1e-12, ticks[-1] - ticks[0]) * (bottom - top)

    shapes = []
    for tick in ticks:
        shapes.append(Shape(kind="line", points=((left, y(tick)), (right, y(tick))), colour=GRID))
        shapes.append(label(left - 8, y(tick) + 4, axis_number(tick), anchor="end"))
    shapes += [
        label(x(epoch), bottom + 15, axis_number(epoch), anchor="middle")
        for epoch in epochs
        if x(epoch) <= right + 1
    ]
    shapes.append(label((left + right) / 2, height - 4, "epochs", anchor="middle"))
    if mark is not None:
        shapes.append(Shape(kind="line", points=((x(mark), top), (x(mark), bottom)), colour=INK, dash=(3, 3)))
        shapes.append(label(x(mark) - 4, top + 9, "judged", anchor="end", colour=INK))
    for row, (epoch, words) in enumerate(changes):
        line = ((x(epoch), top), (x(epoch), bottom))
        shapes.append(Shape(kind="line", points=line, colour=CHANGE, width=1.2, dash=(5, 3)))
        at_left = x(epoch) < (left + right) / 2
        where, anchor = (x(epoch) + 5, "start") if at_left else (x(epoch) - 5, "end")
        shapes.append(label(where, top + 23 + 14 * row, words, anchor=anchor, colour=CHANGE))
    names = moved_apart([y(curve.points[-1][1]) for curve in curves], 15.0)
    for curve, place in zip(curves, names, strict=True):
        points = tuple((x(epoch), y(value)) for epoch, value in curve.points if math.isfinite(value))
        shapes.append(Shape(kind="line", points=points, colour=curve.colour, width=2, dash=curve.dash))
        if curve.dots:
            shapes += [Shape(kind="dot", points=(point,), colour=curve.colour, width=3) for point in points]
        shapes.append(Shape(kind="dot", points=((right + 10, place),), colour=curve.colour, width=4))
        shapes.append(label(right + 18, place + 4, cut_to(curve.name, 100, 11), colour=INK))
    return Chart(title=title, width=width, height=height, shapes=tuple(shapes))


def label(x: float, y: float, text: str, *, size: float = 11, anchor: str = "start", colour: str = THIRD,
           bold: bool = False) -> Shape:  # fmt: skip
    """Returns a text that stands at a point."""
    return Shape(
        kind="text", points=((x, y),), text=text, width=size, anchor=anchor, colour=colour, bold=bold
    )


def ticks_of(low: float, high: float, about: int = 5) -> list[float]:
    """Returns round numbers that begin below and end above a range."""
    span = max(high - low, 1e-9 * max(1.0, abs(high)), 1e-12)
    step = 10.0 ** math.floor(math.log10(span / about))
    step *= next(factor for factor in (1, 2, 2.5, 5, 10) if span / (step * factor) <= about)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [step * number for number in range(first, max(last, first + 1) + 1)]


def axis_number(value: float) -> str:
    """Returns a number as it stands beside an axis."""
    return f"{value:.6g}"


def cut_to(text: str, room: float, size: float) -> str:
    """Returns a text that fits into so many points."""
    most = max(3, int(room / (LETTER * size)))
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def moved_apart(places: Sequence[float], least: float) -> list[float]:
    """Moves labels so that none lies on another; their order stays."""
    order = sorted(range(len(places)), key=places.__getitem__)
    moved = list(places)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + least)
    return moved
