"""Where a block's parts and the small new parts between them go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QRectF

from engine.protocol.stack import InsertKind
from gui.widgets.layer_map_rows import RowView

_SLOTS = {InsertKind.BOTTLENECK: 32, InsertKind.LOW_RANK: 30}
"""Room that an insert takes after its part, at 100 %, with the gap before it."""

_GAP_AFTER = {InsertKind.BOTTLENECK: 6, InsertKind.LOW_RANK: 12}
"""Gap between an insert and the next part."""

_PILLS = (InsertKind.PREFIX, InsertKind.PROMPT)

_SMALL = {InsertKind.LOW_RANK: InsertKind.BOTTLENECK, InsertKind.PARALLEL: InsertKind.BOTTLENECK}
"""How an insert is drawn where there is no part beside it that a line could lead to."""

_PLAIN_GAP = 10
"""Gap between two parts without inserts."""

_NARROW = 300
"""In blocks that are narrower than that, what stands between the parts is half as wide."""


@dataclass(frozen=True)
class InsertBox:
    """Place of a small new part.

    Attributes:
        track: What a part on a bypass line goes around.
    """

    kind: InsertKind
    rect: QRectF
    label: str = ""
    track: QRectF = field(default_factory=QRectF)


@dataclass(frozen=True)
class PartBoxes:
    """Places inside one block.

    Attributes:
        plates: One for each part, in their order; empty when parts are not shown.
        new: In a heat map, the place of the word "new" beside the inserts; empty where there is no room.
    """

    plates: tuple[QRectF, ...] = ()
    inserts: tuple[InsertBox, ...] = ()
    new: QRectF = field(default_factory=QRectF)


def part_boxes(row: RowView, rect: QRectF, px: Callable[[float], int]) -> PartBoxes:
    """Finds the places of a block's parts and inserts.

    Args:
        row: The block.
        rect: Its place.
        px: Turns lengths of the design into pixels.
    """
    if not row.parts:
        return PartBoxes()
    inset = px(8) if rect.height() >= px(34) else px(4)
    top, height = rect.top() + inset, rect.height() - 2 * inset
    narrow = rect.width() < px(_NARROW)
    half = 0.5 if narrow else 1.0
    has_prefix = any(insert.kind is InsertKind.PREFIX for insert in row.inserts)
    start = rect.left() + px(106 if narrow else 126)
    left = start + (px(44 * half) if has_prefix else 0)
    note = px(58 if narrow else 72)
    right = rect.right() - (note if row.scheduled else px(32 if rect.width() >= px(380) else 12 * half))
    slots = [_slot(row, part.id) for part in row.parts]
    gaps = [px(gap_after * half) for _room, gap_after in slots[:-1]]
    between = [px(room * half) + after for (room, _gap), after in zip(slots, [*gaps, 0], strict=True)]
    shares = _shares(len(row.parts), any(room for room, _gap in slots))
    room = max(px(20) * len(row.parts), right - left - sum(between))
    plates, inserts = [], []
    x = float(left)
    for index, part in enumerate(row.parts):
        plate = QRectF(x, top, room * shares[index], height)
        plates.append(plate)
        inserts.extend(_part_inserts(row, part.id, plate, px, half))
        x = plate.right() + between[index]
    if has_prefix:
        pills = QRectF(start, top, px(40 * half), height)
        inserts.append(InsertBox(InsertKind.PREFIX, pills))
    return PartBoxes(tuple(plates), tuple(inserts))


def heat_boxes(row: RowView, rect: QRectF, px: Callable[[float], int]) -> PartBoxes:
    """Finds the places of the inserts in a block of a heat map, small and at the right.

    A block that is high enough has two lines there: how much its own numbers have changed, and below it
    the inserts with the word "new". In a lower one the inserts stand before the number.

    Args:
        row: The block.
        rect: Its place.
        px: Turns lengths of the design into pixels.
    """
    if not row.inserts:
        return PartBoxes()
    two_lines = rect.height() >= px(36)
    middle = rect.center().y() + (px(9) if two_lines else 0)
    right = rect.right() - px(13) - (0 if two_lines else px(34))
    new = QRectF()
    if two_lines:
        new = QRectF(right - px(31), middle - px(7), px(31), px(14))
        right = new.left() - px(4)
    left = rect.left() + px(91)
    boxes: list[InsertBox] = []
    for insert in row.inserts:
        width = px(27 if insert.kind in _PILLS else 13)
        if boxes and right - width < left:
            break
        place = QRectF(right - width, middle - px(6), width, px(12))
        boxes.append(InsertBox(_SMALL.get(insert.kind, insert.kind), place, insert.label))
        right = place.left() - px(3)
    return PartBoxes(inserts=tuple(boxes), new=new)


def _shares(count: int, with_slots: bool) -> list[float]:
    """Splits the room; beside inserts the longer word needs a little more than half."""
    if count == 2 and with_slots:
        return [0.477, 0.523]
    return [1 / count] * count


def _slot(row: RowView, part_id: str) -> tuple[int, int]:
    """Returns the room that a part's inserts take after it, and the gap after that, at 100 %."""
    kinds = [insert.kind for insert in row.inserts if insert.part == part_id and insert.kind in _SLOTS]
    if not kinds:
        return 0, _PLAIN_GAP
    widest = max(kinds, key=lambda kind: _SLOTS[kind])
    return _SLOTS[widest], _GAP_AFTER[widest]


def _part_inserts(
    row: RowView, part_id: str, plate: QRectF, px: Callable[[float], int], half: float
) -> list[InsertBox]:
    own = [insert for insert in row.inserts if insert.part == part_id]
    boxes: list[InsertBox] = []
    low_rank = [insert for insert in own if insert.kind is InsertKind.LOW_RANK]
    for index, insert in enumerate(low_rank):
        pitch = min(px(18), plate.height() / len(low_rank))
        height = min(px(12), pitch - 1)
        y = plate.center().y() + (index - (len(low_rank) - 1) / 2) * pitch - height / 2
        place = QRectF(plate.right() + px(6 * half), y, px(24 * half), height)
        boxes.append(InsertBox(insert.kind, place, insert.label))
    for insert in own:
        if insert.kind is InsertKind.BOTTLENECK:
            place = QRectF(plate.right() + px(6 * half), plate.top(), px(26 * half), plate.height())
            boxes.append(InsertBox(insert.kind, place))
        elif insert.kind is InsertKind.PARALLEL:
            place = QRectF(plate.center().x() - px(13), plate.top() - px(6), px(26), px(12))
            track = plate.adjusted(px(5), 0, -px(5), -plate.height() * 0.7)
            boxes.append(InsertBox(insert.kind, place, track=track))
    scaling = [insert for insert in own if insert.kind is InsertKind.SCALING]
    for index, insert in enumerate(scaling):
        x = plate.left() + plate.width() * (index * 0.55 + 0.21)
        boxes.append(
            InsertBox(insert.kind, QRectF(x - px(6), plate.top() - px(5), px(12), px(12)), insert.label)
        )
    return boxes
