"""The charts of a report about answers: what was said for what, and how sure it was of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.export.charts import (
    BLUE,
    GREY,
    GRID,
    ICE,
    INK,
    LETTER,
    ORANGE,
    SECOND,
    Chart,
    Shape,
    axis_number,
    cut_to,
    label,
    ticks_of,
)
from engine.protocol.results import Calibration
from engine.protocol.scores_said import ScoreSaid

_MOST_SCORES = 2_000
"""Scores that are drawn."""
_LEFT, _TOP, _BELOW, _SIDE = 64.0, 8.0, 42.0, 0.42
"""Room beside, above and below a square, in points, and its share of the width."""
_FIFTHS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)

_Place = Callable[[float, float], tuple[float, float]]


def confusion_chart(classes: Sequence[str], counts: Sequence[Sequence[int]], width: float = 640) -> Chart:
    """Draws which class was said for which; the right ones stand on the diagonal, with a solid edge.

    Args:
        classes: Their names.
        counts: ``counts[truth][said]``.
        width: Points, at most.
    """
    left = min(170.0, max(LETTER * 11 * len(name) for name in classes) + 52)
    cell = min(84.0, (width - left) / len(classes))
    high, top = min(48.0, cell), 40.0
    shapes = [label(left + cell * len(classes) / 2, 12, "said", anchor="middle")]
    shapes.append(label(0, top + high * len(classes) / 2 + 4, "true"))
    for column, name in enumerate(classes):
        shapes.append(
            label(
                left + cell * (column + 0.5), top - 8, cut_to(name, cell - 4, 11), anchor="middle", colour=INK
            )
        )
    for row, name in enumerate(classes):
        shapes.append(
            label(
                left - 8, top + high * (row + 0.5) + 4, cut_to(name, left - 44, 11), anchor="end", colour=INK
            )
        )
        whole = max(1, sum(counts[row]))
        for column, count in enumerate(counts[row]):
            x, y = left + cell * column, top + high * row
            box = ((x + 1, y + 1), (x + cell - 1, y + high - 1))
            right = row == column
            shapes.append(
                Shape(kind="box", points=box, colour=_shade(count / whole), edge=INK if right else GREY,
                      width=1.5 if right else 0.5)
            )  # fmt: skip
            dark = count / whole > 0.6
            colour = "#FFFFFF" if dark else INK
            shapes.append(
                label(
                    x + cell / 2, y + high / 2 + 4, f"{count:,}", anchor="middle", colour=colour, bold=right
                )
            )
    return Chart(
        title="Which label was said for which",
        width=left + cell * len(classes),
        height=top + high * len(classes) + 2,
        shapes=tuple(shapes),
    )


def score_chart(scores: Sequence[ScoreSaid], width: float = 640) -> Chart:
    """Draws what was said against the truth; on the broken line both are the same.

    Args:
        scores: At least one; of many thousands some are drawn, evenly.
        width: Points.
    """
    each = -(-len(scores) // _MOST_SCORES)
    scores = scores[::each]
    every = [number for one in scores for number in (one.truth, one.said)]
    ticks = ticks_of(min(every), max(every))
    side, low, span = _SIDE * width, ticks[0], ticks[-1] - ticks[0]

    def place(truth: float, said: float) -> tuple[float, float]:
        return _LEFT + side * (truth - low) / span, _TOP + side * (1 - (said - low) / span)

    shapes = _axes(place, side, (ticks, ticks), axis_number, ("truth", "said"))
    shapes.append(_where_equal(place, ticks[0], ticks[-1]))
    shapes += [
        Shape(
            kind="dot", points=(place(one.truth, one.said),), colour=BLUE if one.is_near else ORANGE, width=3
        )
        for one in sorted(scores, key=lambda one: one.is_near, reverse=True)
    ]
    for at, (colour, words) in enumerate(((BLUE, "near the truth"), (ORANGE, "further away"))):
        middle = (_LEFT + side + 24, _TOP + 8 + 20 * at)
        shapes.append(Shape(kind="dot", points=(middle,), colour=colour, width=4))
        shapes.append(label(middle[0] + 10, middle[1] + 4, words, colour=INK))
    if each > 1:
        shapes.append(label(_LEFT + side + 18, _TOP + 56, f"one of {each:,} is drawn"))
    return Chart(
        title="What was said against the truth",
        width=width,
        height=_TOP + side + _BELOW,
        shapes=tuple(shapes),
    )


def reliability_chart(found: Calibration, width: float = 640) -> Chart:
    """Draws how often answers are right by how sure they were, against what chance alone would give.

    Args:
        found: With one bin at least.
        width: Points.
    """
    side = _SIDE * width
    lowest = 0.1 * int(10 * min(one.low for one in found.bins))

    def place(sure: float, right: float) -> tuple[float, float]:
        return _LEFT + side * (sure - lowest) / (1 - lowest), _TOP + side * (1 - right)

    tenths = 2 if lowest < 0.45 else 1
    ticks = ([lowest + step / 10 for step in range(0, 11 - round(10 * lowest), tenths)], _FIFTHS)
    shapes = _axes(place, side, ticks, lambda share: f"{100 * share:.0f} %", ("how sure it was", "right"))
    for one in found.bins:
        (x, bottom), (end, _) = place(one.low, one.expected_low), place(one.high, 0)
        _, high = place(one.low, one.expected_high)
        shapes.append(Shape(kind="box", points=((x + 2, high), (end - 2, bottom)), colour=ICE))
    shapes.append(_where_equal(place, lowest, 1))
    shapes += [
        Shape(kind="dot", points=(place(one.confidence, one.accuracy),), colour=BLUE, width=5)
        for one in found.bins
    ]
    beside = _LEFT + side + 24
    shapes.append(Shape(kind="dot", points=((beside, _TOP + 8),), colour=BLUE, width=5))
    shapes.append(label(beside + 12, _TOP + 12, "answers that were about as sure", colour=INK))
    shapes.append(Shape(kind="box", points=((beside - 5, _TOP + 22), (beside + 5, _TOP + 34)), colour=ICE))
    shapes.append(label(beside + 12, _TOP + 32, "where chance puts 95 of 100", colour=INK))
    return Chart(
        title="How often it is right, by how sure it was",
        width=width,
        height=_TOP + side + _BELOW,
        shapes=tuple(shapes),
    )


def _axes(
    place: _Place,
    side: float,
    ticks: tuple[Sequence[float], Sequence[float]],
    words: Callable[[float], str],
    names: tuple[str, str],
) -> list[Shape]:
    """Returns the grid of a square, with its numbers and what stands below and beside it."""
    across, up = ticks
    shapes = []
    for tick in up:
        _, y = place(across[0], tick)
        shapes.append(Shape(kind="line", points=((_LEFT, y), (_LEFT + side, y)), colour=GRID))
        shapes.append(label(_LEFT - 8, y + 4, words(tick), anchor="end"))
    for tick in across:
        x, _ = place(tick, up[0])
        shapes.append(label(x, _TOP + side + 16, words(tick), anchor="middle"))
    below, beside = names
    shapes.append(label(_LEFT + side / 2, _TOP + side + 34, below, anchor="middle", colour=SECOND))
    shapes.append(label(0, _TOP + side / 2 + 4, beside, colour=SECOND))
    return shapes


def _where_equal(place: _Place, low: float, high: float) -> Shape:
    """Returns the broken line on which both axes say the same."""
    ends = (place(low, low), place(high, high))
    return Shape(kind="line", points=ends, colour=GREY, dash=(5, 4))


def most_confused(
    classes: Sequence[str], counts: Sequence[Sequence[int]], most: int = 10
) -> tuple[tuple[str, ...], ...]:
    """Returns which labels were said for which others most often, head first; empty where none was.

    Args:
        classes: Their names.
        counts: ``counts[truth][said]``.
        most: How many pairs.
    """
    pairs = [
        (count, truth, said)
        for truth, row in zip(classes, counts, strict=True)
        for said, count in zip(classes, row, strict=True)
        if count and truth != said
    ]
    pairs.sort(key=lambda pair: -pair[0])  # among equals, in the order of the labels
    if not pairs:
        return ()
    return ("truly", "said", "rows"), *((truth, said, f"{count:,}") for count, truth, said in pairs[:most])


def _shade(share: float) -> str:
    """Returns white to blue."""
    low, high = (255, 255, 255), (46, 96, 223)
    mixed = (round(one + (other - one) * min(1.0, share)) for one, other in zip(low, high, strict=True))
    return "#" + "".join(f"{part:02X}" for part in mixed)
