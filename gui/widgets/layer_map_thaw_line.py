"""Where the thaw line runs: across one stack, or past an encoder and then a decoder, with a step between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSizeF

from gui.widgets.layer_map_boxes import RowBox
from gui.widgets.layer_map_columns import WORDS_FROM_WIDTH, Columns
from gui.widgets.layer_map_tiers import Length, Tier
from gui.widgets.layer_map_view import StackView

_LEAST_GRIP = 28
"""Height within which a press beside the blocks takes hold of the handle, however low it is drawn."""

_PITCH_FOR_WORDS = 29
"""With rows nearer to each other than that, the handle of the thaw line has an icon and no words."""


@dataclass(frozen=True)
class ThawPath:
    """Where the thaw line runs when a number of rows lies below it.

    Attributes:
        points: Its course from left to right; with two stacks it may have a step in the lane.
        pill: Its handle.
        left_y: Height at which a pointer left of the lane takes it; ``None`` when it cannot from there.
        right_y: The same for a pointer right of the lane, or anywhere on one stack.
    """

    points: tuple[QPointF, ...]
    pill: QRectF
    left_y: float | None
    right_y: float | None

    def grip(self, px: Length) -> QRectF:
        """Returns where a press beside the blocks takes hold of the handle.

        Args:
            px: Turns lengths of the design into pixels.
        """
        more = max(0.0, (px(_LEAST_GRIP) - self.pill.height()) / 2)
        return self.pill.adjusted(0, -more, 0, more)

    def is_near(self, point: QPointF, reach: float) -> bool:
        """Returns whether a point is so near to the line that a press takes hold of it."""
        return any(
            QRectF(start, end).normalized().adjusted(0, -reach, 0, reach).contains(point)
            for start, end in pairwise(self.points)
            if start.y() == end.y()
        )


def thaw_paths(
    view: StackView, rows: Sequence[RowBox], columns: Columns, tier: Tier, width: float, px: Length
) -> tuple[ThawPath, ...]:
    """Returns the course of the thaw line for each number of rows below it."""
    if not view.toggle_rows:
        return ()
    pitch = tier.gap + rows[0].rect.height()
    pill_height = min(px(30), max(px(14), pitch - px(21)))
    gaps = [_gaps(view, column, rows, tier) for column in columns.rows]
    if columns.are_two:
        return _two_courses(columns, gaps, QSizeF(px(36), pill_height), width, px)
    left, block = columns.spans[0]
    pill_width = px(112) if block + px(18 + 112 + 12) + left <= width else px(96)
    if pitch < px(_PITCH_FOR_WORDS):
        pill_width = px(36)
    start = left - px(15 if width >= px(WORDS_FROM_WIDTH) else 6)
    paths = []
    for y in gaps[0]:
        pill = QRectF(width - px(12) - pill_width, y - pill_height / 2, pill_width, pill_height)
        paths.append(ThawPath((QPointF(start, y), QPointF(pill.left() + px(2), y)), pill, None, y))
    return tuple(paths)


def _gaps(view: StackView, column: tuple[int, ...], rows: Sequence[RowBox], tier: Tier) -> list[float]:
    """Returns the heights between the rows of a column that can be frozen and thawed, the lowest first."""
    toggles = [number for number, index in enumerate(column) if view.rows[index].can_toggle]
    gaps = [rows[column[toggles[0]]].whole.bottom() + tier.gap / 2]
    for number in toggles:
        top = rows[column[number]].rect.top()
        last = number + 1 == len(column)
        gaps.append((top + (top - tier.gap if last else rows[column[number + 1]].whole.bottom())) / 2)
    return gaps


def _two_courses(
    columns: Columns, gaps: list[list[float]], pill: QSizeF, width: float, px: Length
) -> tuple[ThawPath, ...]:
    """Returns the courses of a line that passes the encoder first, then the decoder, with a step between.

    The handle is at the side of the stack in which the line moves.
    """
    encoder, decoder = gaps
    left, right = columns.spans[1][0], columns.spans[-1][0] + columns.spans[-1][1]
    step = columns.lane - px(9)  # beside the line in the lane
    paths = []
    for below in range(len(encoder) + len(decoder) - 2):
        inside = min(below, len(encoder) - 1)
        y_left, y_right = encoder[inside], decoder[max(min(below, 1), below - len(encoder) + 2)]
        at_left = 0 < below < len(encoder) - 1
        x = (
            max(px(4), left - px(8) - pill.width())
            if at_left
            else min(width - px(4) - pill.width(), right + px(8))
        )
        handle = QRectF(QPointF(x, (y_left if at_left else y_right) - pill.height() / 2), pill)
        points = (
            QPointF(handle.right() - px(2) if at_left else left - px(8), y_left),
            QPointF(step, y_left),
            QPointF(step, y_right),
            QPointF(right + px(8) if at_left else handle.left() + px(2), y_right),
        )
        paths.append(
            ThawPath(
                points,
                handle,
                y_left if below < len(encoder) else None,
                y_right if below == 0 or below >= len(encoder) - 1 else None,
            )
        )
    return tuple(paths)
