"""Model folder: a complete model that transformers loads; learned changes are merged where they can be."""

from __future__ import annotations

from engine.export.contract import ExportKind, RunToExport, Writing
from engine.export.file_checks import base_is_named, nothing_inside
from engine.export.folder_sizes import whole_model_size
from engine.export.model_card import CARD_FILE
from engine.export.reloading import check_whole_model
from engine.export.whole_model import can_be_merged, write_whole_model
from engine.models.weights import Holds
from engine.protocol.exports import ExportCheck


def summary_of(source: RunToExport) -> str:
    """Says how what was learned gets into the model."""
    if can_be_merged(source):
        return "A complete model. The learned change is merged into a copy of the weights."
    if source.saved.holds is Holds.ADAPTER:
        return "A complete model: a copy of the weights, with the learned parts beside them."
    return "A complete model: all weights, the tokenizer, and how to load it."


def why_not(source: RunToExport) -> str:
    """Says why weights in four bits are no model of their own."""
    if source.saved.four_bit:
        return "It learned beside weights in four bits, which are no model of their own. Take the adapter."
    return ""


def write(writing: Writing) -> tuple[ExportCheck, ...]:
    """Writes it, loads it again, and compares."""
    write_whole_model(writing.source, writing.place)
    (writing.place / CARD_FILE).write_text(writing.card, encoding="utf-8")
    writing.tell("Loading the model folder again")
    return check_whole_model(writing), nothing_inside(writing), base_is_named(writing.source)


EXPORT = ExportKind(
    id="model",
    name="Model folder",
    summary="A complete model: all weights, the tokenizer, and how to load it.",
    opens_with="opens with transformers",
    icon="folder",
    order=2,
    summary_of=summary_of,
    size=whole_model_size,
    why_not=why_not,
    write=write,
    for_hub=True,
)
