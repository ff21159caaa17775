"""Where a label can stand in a chart without covering a curve, a mark or other words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSizeF

_ACROSS = 48
"""At so many places along its width a label is held against a curve."""
_WORDS = 1000.0
_SIDEWAYS = 0.05
_DISTANCE = 0.01


@dataclass(frozen=True)
class Curve:
    """A curve that a label should not cover.

    Attributes:
        x: Pixels from the left, ascending.
        y: Pixels from the top.
        weight: 1 for a main curve, less for one that may be covered sooner.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    weight: float = 1.0


def free_place(
    wanted: QRectF, area: QRectF, curves: Sequence[Curve], boxes: Sequence[QRectF], margin: float
) -> QRectF:
    """Returns the place nearest to the wanted one that covers nothing; where all do, what covers least.

    The label moves up and down first, then to either side of the line that it belongs to, at last behind
    the other words.

    Args:
        wanted: Where it would stand, in the middle of its line.
        area: What it must not leave; not empty.
        curves: What it should not cover.
        boxes: Other words and marks, which it must not cover.
        margin: Pixels that it keeps from all of them.
    """
    tops = _tops(wanted, area, step=max(2.0, margin))
    beside = wanted.width() / 2 + 2 * margin
    right_of_words = [box.right() + 2 * margin - wanted.left() for box in boxes if not box.isEmpty()]
    best: tuple[float, QRectF] | None = None
    for shift in (0.0, -beside, beside, *right_of_words):
        left = wanted.left() + shift
        if shift and (left < area.left() or left + wanted.width() > area.right()):
            continue
        left = min(max(left, area.left()), max(area.left(), area.right() - wanted.width()))
        away = np.abs(tops - wanted.top()) / area.height() + abs(shift) / area.width()
        costs = _costs(QRectF(left, 0, wanted.width(), wanted.height()), tops, curves, boxes, margin)
        costs += _DISTANCE * away + (_SIDEWAYS if shift else 0.0)
        nearest = int(costs.argmin())
        if best is None or costs[nearest] < best[0]:
            place = QRectF(left, float(tops[nearest]), wanted.width(), wanted.height())
            best = float(costs[nearest]), place
    return best[1] if best is not None else wanted


def clear_place(
    places: Sequence[QRectF], area: QRectF, curves: Sequence[Curve], boxes: Sequence[QRectF], margin: float
) -> QRectF:
    """Returns the first place that covers nothing; where all do, one near the best of them that covers less.

    Args:
        places: Where it would stand, the best first; at least one.
        area: What it must not leave; not empty.
        curves: What it should not cover.
        boxes: Other words and marks, which it must not cover.
        margin: Pixels that it keeps from all of them.
    """

    def cost(place: QRectF) -> float:
        return float(_costs(place, np.array([place.top()]), curves, boxes, margin)[0])

    costs: list[float] = []
    for place in places:
        costs.append(cost(place))
        if costs[-1] == 0:  # the others need not be looked at: this happens in each drawing
            return place
    best = places[costs.index(min(costs))]
    return min(best, free_place(best, area, curves, boxes, margin), key=cost)


def _tops(wanted: QRectF, area: QRectF, step: float) -> NDArray[np.float64]:
    """Returns the wanted height and those above and below it, all inside."""
    lowest = max(area.top(), area.bottom() - wanted.height())
    first = min(max(wanted.top(), area.top()), lowest)
    return np.concatenate([[first], np.arange(area.top(), lowest + 1e-6, step)])


def _costs(
    label: QRectF,
    tops: NDArray[np.float64],
    curves: Sequence[Curve],
    boxes: Sequence[QRectF],
    margin: float,
) -> NDArray[np.float64]:
    """Returns for each height of a label the share of its width that is over curves, words far above that.

    Args:
        label: Its left edge and its size.
        tops: Where its top edge would be.
        curves: What it should not cover.
        boxes: What it must not cover.
        margin: Pixels that it keeps from all of them.
    """
    left, right = label.left() - margin, label.right() + margin
    across = np.linspace(left, right, _ACROSS)
    top = tops - margin
    bottom = top + label.height() + 2 * margin
    costs = np.zeros(len(tops))
    for curve in curves:
        low, high = _heights(curve, across)
        covered = (low[None, :] < bottom[:, None]) & (high[None, :] > top[:, None])
        costs += curve.weight * covered.mean(axis=1)
    for box in boxes:
        if not box.isEmpty() and box.left() < right and box.right() > left:
            costs += _WORDS * ((box.top() < bottom) & (box.bottom() > top))
    return costs


def _heights(curve: Curve, across: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Returns the highest and lowest pixel of a curve between each two places; nothing beyond its ends."""
    if not len(curve.x):
        nothing = np.full(len(across) - 1, np.nan)
        return nothing, nothing
    y = np.interp(across, curve.x, curve.y, left=np.nan, right=np.nan)
    # fmin keeps the side that is there where a curve begins or ends between two places.
    return np.fmin(y[:-1], y[1:]), np.fmax(y[:-1], y[1:])


def box_at(center: float, top: float, size: QSizeF) -> QRectF:
    """Returns a label of a size whose middle is at ``center``."""
    return QRectF(center - size.width() / 2, top, size.width(), size.height())
