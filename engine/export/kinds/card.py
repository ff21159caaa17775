"""Model card alone: what a model is, in the form of the Hugging Face hub. It goes with every other export."""

from __future__ import annotations

from engine.export.contract import ExportKind, RunToExport, Writing
from engine.export.file_checks import base_is_named, nothing_inside
from engine.export.model_card import CARD_FILE
from engine.protocol.exports import ExportCheck


def _size(_source: RunToExport) -> int:
    return 3_000


def write(writing: Writing) -> tuple[ExportCheck, ...]:
    """Writes it."""
    (writing.place / CARD_FILE).write_text(writing.card, encoding="utf-8")
    return nothing_inside(writing), base_is_named(writing.source)


EXPORT = ExportKind(
    id="card",
    name="Model card",
    summary="What it is for, what it learned from, how good it is and where it fails.",
    opens_with="Markdown",
    icon="file",
    order=9,
    size=_size,
    write=write,
    needs_model=False,
    on_page=False,
)
