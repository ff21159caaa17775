"""What the layer map says: tooltips and the words for screen readers."""

from __future__ import annotations

from engine.protocol.stack import LayerKind
from gui.look.texts import compact_number, million, percent, score
from gui.widgets.layer_map_rows import RowView
from gui.widgets.layer_map_view import StackView, tag_kinds


def map_name(view: StackView) -> str:
    """Returns the name of the whole map: ``"Layer map, 8 layers, 4 trainable"``."""
    layers = sum(len(row.ids) for row in view.rows)
    trainable = sum(len(row.ids) for row in view.rows if row.trainable)
    return f"Layer map, {layers} layers, {trainable} trainable"


def row_name(view: StackView, row: RowView) -> str:
    """Returns the name of a row: ``"Block 5 of 6"``, ``"Decoder block 2 of 6"``, ``"Task head"``."""
    return f"{row.label} of {view.blocks_of(row.stack)}" if row.kind is LayerKind.BLOCK else row.label


def row_description(row: RowView) -> str:
    """Returns what a screen reader adds: ``"1.77 million parameters"``."""
    text = f"{million(row.parameters)} parameters"
    if row.new_parameters:
        text += f", and {million(row.new_parameters)} new ones that learn"
    if row.times > 1:
        text += f", used {row.times} times"
    return text


def row_tooltip(view: StackView, row: RowView, *, interactive: bool) -> str:
    """Returns what stands beside the pointer over a block.

    Args:
        view: The whole picture, for the share.
        row: The block.
        interactive: Whether a click changes something.
    """
    total = view.total_parameters
    share = percent(row.parameters / total) if total else ""
    title = row.title if row.is_group else f"{row.title}, {row.state_word}"
    text = f"{title}, {compact_number(row.parameters)} parameters"
    if share:
        text += f", {share} of {compact_number(total)}"
    text += "."
    kinds = tag_kinds(view.outputs) if row.kind is LayerKind.HEAD else 0
    if kinds:
        text += f" It knows {kinds} kinds: B- tags the first word of one, I- the words after it, O no kind."
    known = view.probe.of(row.ids) if view.probe is not None else None
    if view.probe is not None and known is not None:
        text += f" A small classifier on it reaches {score(known)} {view.probe.measure}."
    if row.scheduled:
        text += f" It thaws at {row.scheduled}."
    if row.new_parameters:
        text += f" New parts in it: {compact_number(row.new_parameters)}, trainable."
    if row.heat is not None and not row.is_new:
        text += f" Changed by {row.heat:.2f} % so far."
    if not interactive:
        return text
    if row.is_tied:
        return f"{row.title}: its numbers are those of the word embeddings."
    if not row.can_toggle:
        return f"{text} It is new, so it always learns."
    if row.is_group:
        return f"{text} Click to see its blocks."
    return f"{text} Click to {'freeze' if row.trainable else 'thaw'}."


def part_tooltip(row: RowView, part: int, *, opened: bool) -> str:
    """Returns what stands beside the pointer over a part of a block."""
    return f"{row.parts[part].label} of {row.label}. Click to {'close' if opened else 'open'} its matrices."


THAW_LINE_TOOLTIP = "Everything above the line is trainable, everything below is frozen. Drag it (Alt ↑ ↓)."
CUSTOM_LINE_TOOLTIP = (
    "Layers were chosen one by one. Drag to make everything above the line trainable (Alt ↑ ↓)."
)
INSERT_TOOLTIP = "A new part that learns. Click for its settings."
