"""Where everything of the layer map goes: pure arithmetic, no painting.

Rows run bottom to top: word pieces, embeddings, blocks, head, outputs. All lengths of the design
pass through ``px``; the results are logical pixels of the widget.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QPointF, QRectF

from engine.protocol.stack import LayerKind
from gui.widgets.layer_map_boxes import Bracket, RowBox, TextBox
from gui.widgets.layer_map_columns import WORDS_FROM_WIDTH, Columns, make_columns
from gui.widgets.layer_map_parts import PartBoxes, heat_boxes, part_boxes
from gui.widgets.layer_map_thaw_line import ThawPath, thaw_paths
from gui.widgets.layer_map_tiers import Length, Tier, fit_tier
from gui.widgets.layer_map_tiers import MapSize as MapSize
from gui.widgets.layer_map_view import StackView

TextWidth = Callable[[str], float]
"""Width of a text in the small font, in pixels."""

PARTS_UP_TO = 12
"""With more blocks than that in a stack, rows are too low to show their parts."""

HEADING = 20
"""Room for the word *Encoder* or *Decoder* above a stack."""

OPEN_LINE = 28
_PROMPT_WIDTH = 40


@dataclass(frozen=True)
class MapGeometry:
    """Places of the whole map; ``rows`` in the order of the view, bottom first.

    Attributes:
        columns: Which rows stand above each other.
        headings: The words *Encoder* and *Decoder*; none for one stack.
        thaw: Where the thaw line runs; index = how many rows lie below it.
        prompt: Place of learned vectors before the word pieces; empty without.
        content_height: What the map needs; more than its height when it has to scroll.
    """

    size: MapSize
    rows: tuple[RowBox, ...]
    columns: Columns
    headings: tuple[TextBox, ...]
    outputs: tuple[TextBox, ...]
    pieces: tuple[TextBox, ...]
    brackets: tuple[Bracket, ...]
    thaw: tuple[ThawPath, ...]
    words_right: float
    bracket_x: float
    content_height: float
    prompt: QRectF = field(default_factory=QRectF)

    @property
    def pitch(self) -> float:
        """Returns the distance from one block to the next."""
        return abs(self.rows[0].rect.top() - self.rows[1].rect.top()) if len(self.rows) > 1 else 0.0

    @property
    def gaps(self) -> tuple[float, ...]:
        """Returns the heights at which the thaw line's handle can rest."""
        return tuple(path.pill.center().y() for path in self.thaw)

    def pill_at(self, index: int) -> QRectF:
        """Returns the place of the thaw line's handle when it rests at a gap."""
        return self.thaw[index].pill

    def row_at(self, point: QPointF) -> int:
        """Returns the index of the row whose block is at a point, -1 for none."""
        return next((index for index, row in enumerate(self.rows) if row.rect.contains(point)), -1)

    def row_near(self, point: QPointF) -> int:
        """Returns the index of the row nearest to a point; a drag may leave the blocks sideways."""
        column = self.columns.rows[1 if self.columns.are_two and point.x() > self.columns.lane else 0]
        return min(column, key=lambda index: abs(self.rows[index].rect.center().y() - point.y()))

    def rows_between(self, row: int, other: int) -> tuple[int, ...]:
        """Returns the rows from one to another in their column; the second alone where they share none."""
        low, high = sorted((row, other))
        for column in self.columns.rows:
            if row in column and other in column:
                return tuple(index for index in column if low <= index <= high)
        return (other,)

    def gap_near(self, point: QPointF) -> int:
        """Returns the gap that a dragged thaw line snaps to."""
        left = self.columns.are_two and point.x() < self.columns.lane
        heights = {
            index: height
            for index, path in enumerate(self.thaw)
            if (height := path.left_y if left else path.right_y) is not None
        }
        return min(heights, key=lambda index: abs(heights[index] - point.y()))


def lay_out(
    view: StackView,
    width: float,
    height: float,
    size: MapSize,
    px: Length,
    text_width: TextWidth,
    opened: Collection[str] = (),
) -> MapGeometry:
    """Finds the places of a map.

    Args:
        view: What is drawn.
        width: Of the widget, in pixels.
        height: Of the widget, in pixels.
        size: How it is drawn.
        px: Turns lengths of the design into pixels.
        text_width: Measures a word piece.
        opened: Ids of rows whose matrices are shown.
    """
    columns = make_columns(view, size, width, px)
    lines = [len(row.pieces) if row.id in opened and size is not MapSize.HEAT else 0 for row in view.rows]
    count = max(map(len, columns.rows))
    extra = px(HEADING) if columns.are_two else 0
    extra += max(sum(px(OPEN_LINE) * lines[index] for index in column) for column in columns.rows)
    tier, block = fit_tier(size, count, height - extra, px)
    needed = tier.around(count) + block * count + extra
    below = height / 2 + needed / 2 if needed <= height else needed
    if size is MapSize.EDIT and needed + px(12) <= height:
        below += px(6)
    rows = _rows(
        view, columns, tier, block, lines, below - tier.margin - tier.pieces - tier.pieces_gap, size, px
    )
    if size is MapSize.HEAT:
        rows = [replace(box, sparkline=_sparkline(box.rect, width, px)) for box in rows]
    outputs, pieces = _ends(view, rows, tier, width, px, text_width)
    has_prompt = view.has_prompt and bool(pieces)
    wide = size is not MapSize.HEAT and width >= px(WORDS_FROM_WIDTH) and not columns.are_two
    left = columns.spans[0][0] if columns.spans else 0.0
    return MapGeometry(
        size=size,
        rows=tuple(rows),
        columns=columns,
        headings=_headings(view, rows, px) if columns.are_two else (),
        outputs=outputs,
        pieces=pieces[1:] if has_prompt else pieces,
        prompt=pieces[0].rect if has_prompt else QRectF(),
        brackets=_brackets(view, rows, px) if wide else (),
        thaw=thaw_paths(view, rows, columns, tier, width, px),
        words_right=left - px(36),
        bracket_x=left - px(27),
        content_height=needed,
    )


def _rows(
    view: StackView,
    columns: Columns,
    tier: Tier,
    block: float,
    lines: list[int],
    bottom: float,
    size: MapSize,
    px: Length,
) -> list[RowBox]:
    """Stacks the rows of each column on each other, beginning at the bottom."""
    tops = [bottom] * len(columns.rows)
    rows: list[RowBox] = []
    for index, row in enumerate(view.rows):
        is_head = row.kind is LayerKind.HEAD  # it stands above the taller stack
        own = [number for number, column in enumerate(columns.rows) if is_head or index in column]
        bottom = min(tops[number] for number in own)
        if index:
            bottom -= tier.head_gap if is_head else tier.gap
        if columns.are_two and is_head:
            bottom -= px(HEADING)
        left, width = columns.spans[index]
        rect = QRectF(left, bottom - px(OPEN_LINE) * lines[index] - block, width, block)
        name = row.name_in_column if columns.are_two else row.name_in_list
        places = tuple(
            QRectF(left, rect.bottom() + px(OPEN_LINE) * line, width, px(OPEN_LINE))
            for line in range(lines[index])
        )
        rows.append(RowBox(rect, name, _inside(view, index, rect, size, px), places))
        for number in own:
            tops[number] = rect.top()
    return rows


def _headings(view: StackView, rows: list[RowBox], px: Length) -> tuple[TextBox, ...]:
    """Returns the name of each stack, above its uppermost block."""
    tops = {row.stack: box.rect for row, box in zip(view.rows, rows, strict=True) if row.stack}
    return tuple(
        TextBox(stack.capitalize(), QRectF(rect.left() + px(2), rect.top() - px(24), px(90), px(18)))
        for stack, rect in tops.items()
    )


def _inside(view: StackView, index: int, rect: QRectF, size: MapSize, px: Length) -> PartBoxes:
    """Returns what is drawn inside a block: its parts with the inserts between them, or the inserts alone."""
    if size is MapSize.HEAT:
        return heat_boxes(view.rows[index], rect, px)
    return part_boxes(view.rows[index], rect, px) if view.tallest <= PARTS_UP_TO else PartBoxes()


def _sparkline(rect: QRectF, width: float, px: Length) -> QRectF:
    spark_width = px(62) if width >= px(250) else px(42)
    inset = rect.height() * 0.18
    return QRectF(rect.right() + px(12), rect.top() + inset, spark_width, rect.height() - 2 * inset)


def _ends(
    view: StackView, rows: list[RowBox], tier: Tier, width: float, px: Length, text_width: TextWidth
) -> tuple[tuple[TextBox, ...], tuple[TextBox, ...]]:
    """Returns the outputs above the stack and the word pieces below it, a prompt's place before them."""
    if not rows or not tier.pieces:
        return (), ()
    center, room = rows[-1].rect.center().x(), min(rows[-1].rect.width(), width - px(24))
    top = rows[-1].rect.top() - tier.outputs_gap - tier.outputs
    output_width = [max(px(92), text_width(text) + px(48)) for text in view.outputs]
    outputs = _in_a_row(view.outputs, output_width, px(8), room, center, top, tier.outputs, "more", px)
    center, room = rows[0].rect.center().x(), min(rows[0].rect.width(), width - px(24))
    below = rows[0].whole.bottom() + tier.pieces_gap
    texts = [*view.example_pieces]
    piece_width = [max(px(23), text_width(text) + px(17)) for text in texts]
    if view.has_prompt:
        texts, piece_width = ["", *texts], [px(_PROMPT_WIDTH), *piece_width]
    pieces = _in_a_row(tuple(texts), piece_width, px(4), room, center, below, tier.pieces, "…", px)
    return outputs, pieces


def _in_a_row(
    texts: tuple[str, ...],
    widths: list[float],
    gap: float,
    room: float,
    center: float,
    top: float,
    height: float,
    rest: str,
    px: Length,
) -> tuple[TextBox, ...]:
    """Centres boxes beside each other; what does not fit becomes one box that says so."""
    kept = list(zip(texts, widths, strict=True))
    left_out = 0
    more_width = px(72) if rest == "more" else px(23)
    while (
        len(kept) > 1
        and sum(width + gap for _text, width in kept) + (more_width if left_out else -gap) > room
    ):
        kept.pop()
        left_out += 1
    if left_out:
        kept.append((f"{left_out} more" if rest == "more" else rest, more_width))
    x = center - (sum(width + gap for _text, width in kept) - gap) / 2
    boxes = []
    for text, width in kept:
        boxes.append(TextBox(text, QRectF(x, top, width, height)))
        x += width + gap
    return tuple(boxes)


def _brackets(view: StackView, rows: list[RowBox], px: Length) -> tuple[Bracket, ...]:
    """Returns what each third of the blocks tends to know (Tenney 2019: a rule of thumb)."""
    inset = px(2.5)
    words = [
        ("Grammar", "word order, phrases"),
        ("Meaning", "who did what"),
        ("Your task", "tone, intent, topic"),
    ]
    blocks = [box for row, box in zip(view.rows, rows, strict=True) if row.kind is LayerKind.BLOCK]
    brackets = [
        Bracket("Words", "spelling, vocabulary", box.rect.top() + inset, box.whole.bottom() - inset)
        for row, box in zip(view.rows, rows, strict=True)
        if row.kind is LayerKind.EMBEDDINGS
    ]
    if len(blocks) < 3 or any(row.is_group for row in view.rows):
        return tuple(brackets)
    for third, (title, note) in enumerate(words):
        first = round(third * len(blocks) / 3)
        last = round((third + 1) * len(blocks) / 3) - 1
        brackets.append(
            Bracket(title, note, blocks[last].rect.top() + inset, blocks[first].whole.bottom() - inset)
        )
    return tuple(brackets)
