"""Where everything of the layer map goes: pure arithmetic, no painting.

Rows run bottom to top: word pieces, embeddings, blocks, head, outputs. All lengths of the design
pass through ``px``; the results are logical pixels of the widget.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF

from engine.protocol.stack import LayerKind
from gui.widgets.layer_map_parts import PartBoxes, heat_boxes, part_boxes
from gui.widgets.layer_map_tiers import Length, Tier, fit_tier
from gui.widgets.layer_map_tiers import MapSize as MapSize
from gui.widgets.layer_map_view import StackView

TextWidth = Callable[[str], float]
"""Width of a text in the small font, in pixels."""

WORDS_FROM_WIDTH = 640
"""Narrower maps leave the words on the left out."""

PARTS_UP_TO = 12
"""With more blocks than that, rows are too low to show their parts."""

OPEN_LINE = 28
_PROMPT_WIDTH = 40
_PITCH_FOR_WORDS = 29
"""With rows nearer to each other than that, the handle of the thaw line has an icon and no words."""


@dataclass(frozen=True)
class RowBox:
    """Places of one row.

    Attributes:
        rect: The block.
        parts: Plates and inserts inside it; empty when they are not shown.
        lines: Places of the lines of the opened row, top to bottom, below the block.
        sparkline: Place of the curve in a heat map; empty otherwise.
    """

    rect: QRectF
    parts: PartBoxes
    lines: tuple[QRectF, ...] = ()
    sparkline: QRectF = field(default_factory=QRectF)

    @property
    def whole(self) -> QRectF:
        """Returns the block with its opened lines."""
        return self.rect.united(self.lines[-1]) if self.lines else self.rect


@dataclass(frozen=True)
class TextBox:
    """A text in a rounded box: a word piece or an output."""

    text: str
    rect: QRectF


@dataclass(frozen=True)
class Bracket:
    """What a stretch of rows tends to know, at the left."""

    title: str
    note: str
    top: float
    bottom: float


@dataclass(frozen=True)
class MapGeometry:
    """Places of the whole map; ``rows`` in the order of the view, bottom first.

    Attributes:
        prompt: Place of learned vectors before the word pieces; empty without.
        gaps: Heights at which the thaw line can rest; index = how many rows lie below it.
        content_height: What the map needs; more than its height when it has to scroll.
    """

    size: MapSize
    rows: tuple[RowBox, ...]
    outputs: tuple[TextBox, ...]
    pieces: tuple[TextBox, ...]
    brackets: tuple[Bracket, ...]
    gaps: tuple[float, ...]
    counts_x: float
    words_right: float
    bracket_x: float
    line_left: float
    pill: QRectF
    content_height: float
    prompt: QRectF = field(default_factory=QRectF)

    @property
    def pitch(self) -> float:
        """Returns the distance from one block to the next."""
        return abs(self.rows[0].rect.top() - self.rows[1].rect.top()) if len(self.rows) > 1 else 0.0

    def pill_at(self, index: int) -> QRectF:
        """Returns the place of the thaw line's handle when it rests at a gap."""
        pill = QRectF(self.pill)
        pill.moveCenter(QPointF(pill.center().x(), self.gaps[index]))
        return pill

    def row_at(self, point: QPointF) -> int:
        """Returns the index of the row whose block is at a point, -1 for none."""
        return next((index for index, row in enumerate(self.rows) if row.rect.contains(point)), -1)

    def row_near(self, y: float) -> int:
        """Returns the index of the row nearest to a height; a drag may leave the blocks sideways."""
        distances = [abs(row.rect.center().y() - y) for row in self.rows]
        return distances.index(min(distances))

    def gap_near(self, y: float) -> int:
        """Returns the gap that a dragged thaw line snaps to."""
        distances = [abs(gap - y) for gap in self.gaps]
        return distances.index(min(distances))


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
    lines = [len(row.pieces) if row.id in opened and size is not MapSize.HEAT else 0 for row in view.rows]
    extra = sum(px(OPEN_LINE) * count for count in lines)
    tier, block = fit_tier(size, len(view.rows), height - extra, px)
    needed = tier.around(len(view.rows)) + block * len(view.rows) + extra
    left, block_width = _columns(size, width, px)
    below = height / 2 + needed / 2 if needed <= height else needed
    if size is MapSize.EDIT and needed + px(12) <= height:
        below += px(6)
    bottom = below - tier.margin - tier.pieces - tier.pieces_gap
    rows: list[RowBox] = []
    for index, row in enumerate(view.rows):
        if index:
            bottom -= tier.head_gap if row.kind is LayerKind.HEAD else tier.gap
        opened_height = px(OPEN_LINE) * lines[index]
        rect = QRectF(left, bottom - opened_height - block, block_width, block)
        rows.append(
            RowBox(
                rect=rect,
                parts=_inside(view, index, rect, size, px),
                lines=tuple(
                    QRectF(left, rect.bottom() + px(OPEN_LINE) * line, block_width, px(OPEN_LINE))
                    for line in range(lines[index])
                ),
                sparkline=_sparkline(rect, width, px) if size is MapSize.HEAT else QRectF(),
            )
        )
        bottom = rect.top()
    outputs, pieces = _ends(view, rows, tier, width, px, text_width)
    has_prompt = view.has_prompt and bool(pieces)
    wide = size is not MapSize.HEAT and width >= px(WORDS_FROM_WIDTH)
    pitch = tier.gap + block
    pill_height = min(px(30), max(px(14), pitch - px(21)))
    pill_width = px(112) if block_width + px(18 + 112 + 12) + left <= width else px(96)
    if pitch < px(_PITCH_FOR_WORDS):
        pill_width = px(36)
    return MapGeometry(
        size=size,
        rows=tuple(rows),
        outputs=outputs,
        pieces=pieces[1:] if has_prompt else pieces,
        prompt=pieces[0].rect if has_prompt else QRectF(),
        brackets=_brackets(view, rows, px) if wide else (),
        gaps=_gaps(view, rows, tier),
        counts_x=left + block_width + px(18),
        words_right=left - px(36),
        bracket_x=left - px(27),
        line_left=left - px(15) if wide else left - px(6),
        pill=QRectF(width - px(12) - pill_width, 0, pill_width, pill_height),
        content_height=needed,
    )


def _inside(view: StackView, index: int, rect: QRectF, size: MapSize, px: Length) -> PartBoxes:
    """Returns what is drawn inside a block: its parts with the inserts between them, or the inserts alone."""
    if size is MapSize.HEAT:
        return heat_boxes(view.rows[index], rect, px)
    return part_boxes(view.rows[index], rect, px) if view.blocks <= PARTS_UP_TO else PartBoxes()


def _columns(size: MapSize, width: float, px: Length) -> tuple[float, float]:
    """Returns left edge and width of the blocks."""
    if size is MapSize.HEAT:
        roomy = width >= px(250)
        outside = px(2) + (px(12) + px(62) + px(11) if roomy else px(12) + px(42) + px(3))
        return px(2), max(px(80), width - outside)
    if width >= px(WORDS_FROM_WIDTH):
        growth = max(0.0, width - px(760)) / 2
        block = min(px(404) + growth, width - px(300), px(560))
        return width / 2 + px(6) - block / 2, block
    block = min(px(404), width - px(16 + 136))
    return max(px(16), (width - block - px(136)) / 2), block


def _sparkline(rect: QRectF, width: float, px: Length) -> QRectF:
    spark_width = px(62) if width >= px(250) else px(42)
    inset = rect.height() * 0.18
    return QRectF(rect.right() + px(12), rect.top() + inset, spark_width, rect.height() - 2 * inset)


def _gaps(view: StackView, rows: list[RowBox], tier: Tier) -> tuple[float, ...]:
    togglable = [box for row, box in zip(view.rows, rows, strict=True) if row.can_toggle]
    if not togglable:
        return ()
    gaps = [togglable[0].whole.bottom() + tier.gap / 2]
    for index, box in enumerate(rows[: len(togglable)]):
        above = rows[index + 1].whole.bottom() if index + 1 < len(rows) else box.rect.top() - tier.gap
        gaps.append((box.rect.top() + above) / 2)
    return tuple(gaps)


def _ends(
    view: StackView, rows: list[RowBox], tier: Tier, width: float, px: Length, text_width: TextWidth
) -> tuple[tuple[TextBox, ...], tuple[TextBox, ...]]:
    """Returns the outputs above the stack and the word pieces below it, a prompt's place before them."""
    if not rows or not tier.pieces:
        return (), ()
    center, room = rows[0].rect.center().x(), min(rows[0].rect.width(), width - px(24))
    top = rows[-1].rect.top() - tier.outputs_gap - tier.outputs
    output_width = [max(px(92), text_width(text) + px(48)) for text in view.outputs]
    outputs = _in_a_row(view.outputs, output_width, px(8), room, center, top, tier.outputs, "more", px)
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
