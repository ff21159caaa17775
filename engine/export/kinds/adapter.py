"""Adapter only: what a run has learned, without the base model that it stands on."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.export.contract import ExportKind, RunToExport, Writing
from engine.export.file_checks import base_is_named, nothing_inside
from engine.export.folder_sizes import learned_size
from engine.export.model_card import CARD_FILE
from engine.export.reading import base_folder
from engine.export.reloading import answers_of_loader
from engine.export.whole_model import copy_learned, write_loader
from engine.models.weights import ADAPTER_FOLDER, Holds, load_saved_base
from engine.protocol.exports import ExportCheck


def why_not(source: RunToExport) -> str:
    """Says why nothing small can go alone."""
    if source.saved.holds is Holds.ENCODER:
        return "This run has changed the model's own weights, so there is no small part that could go alone."
    return ""


def summary_of(source: RunToExport) -> str:
    """Says what it needs beside it."""
    name = source.saved.base.name
    if source.saved.holds is Holds.HEAD:
        return f"The head alone, which is all that has learned. Needs {name} beside it."
    return f"The learned parts and the head. Needs {name} beside it."


def write(writing: Writing) -> tuple[ExportCheck, ...]:
    """Writes it, loads it again on the base model, and compares."""
    source, place = writing.source, writing.place
    base = load_saved_base(source.model_folder, on_meta=True)
    copy_learned(source, place)
    _name_base(place / ADAPTER_FOLDER / "adapter_config.json", source.base_name)
    write_loader(source, place, base, own_encoder=False)
    (place / CARD_FILE).write_text(writing.card, encoding="utf-8")
    writing.tell("Loading the adapter again")
    said = answers_of_loader(place, writing, str(base_folder(source)))
    return writing.test.compared(said), nothing_inside(writing), base_is_named(source)


def _name_base(path: Path, name: str) -> None:
    """Writes into peft's file how the base model is found elsewhere, not where it lies on this computer."""
    if path.is_file():
        said = msgspec.json.decode(path.read_bytes()) | {"base_model_name_or_path": name}
        path.write_bytes(msgspec.json.format(msgspec.json.encode(said), indent=2))


EXPORT = ExportKind(
    id="adapter",
    name="Adapter only",
    summary="The learned parts and the head. Needs the base model beside it.",
    opens_with="opens with peft",
    icon="layers",
    order=1,
    summary_of=summary_of,
    size=learned_size,
    why_not=why_not,
    write=write,
    suggested=True,
    for_hub=True,
)
