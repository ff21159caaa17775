"""Adapter only: what a run has learned, without the base model that it stands on."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.export import adapterhub
from engine.export.contract import ExportKind, RunToExport, Writing
from engine.export.file_checks import base_is_named, nothing_inside
from engine.export.folder_sizes import learned_size
from engine.export.model_card import CARD_FILE
from engine.export.reading import base_folder
from engine.export.reloading import answers_of_loader
from engine.export.whole_model import copy_learned, write_loader
from engine.models.weights import ADAPTER_FOLDER, Holds, load_saved_base
from engine.protocol.exports import CheckOutcome, ExportCheck
from engine.protocol.fields import SwitchField

ADAPTERHUB = SwitchField(
    name="adapterhub",
    label="Also for AdapterHub",
    help="Bottleneck adapters once more in the form of the adapters library, where it can say the same: on "
    "BERT, RoBERTa, ELECTRA and DistilBERT; on GPT-2, Llama and Mistral for adapters after a part.",
    default=False,
)


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


def idle(source: RunToExport) -> tuple[str, ...]:
    """Says that AdapterHub's form is for bottleneck adapters alone; of those it is told why it cannot be."""
    return () if adapterhub.is_bottleneck(source.model_folder) else (ADAPTERHUB.name,)


def write(writing: Writing) -> tuple[ExportCheck, ...]:
    """Writes it, loads it again on the base model, and compares."""
    source, place = writing.source, writing.place
    base = load_saved_base(source.model_folder, on_meta=True)
    copy_learned(source, place)
    _name_base(place / ADAPTER_FOLDER / "adapter_config.json", source.base_name)
    write_loader(source, place, base, own_encoder=False)
    (place / CARD_FILE).write_text(writing.card, encoding="utf-8")
    checks = [_for_adapterhub(writing)] if writing.options[ADAPTERHUB.name] else []
    writing.tell("Loading the adapter again")
    said = answers_of_loader(place, writing, str(base_folder(source)))
    return writing.test.compared(said), *checks, nothing_inside(writing), base_is_named(source)


def _for_adapterhub(writing: Writing) -> ExportCheck:
    """Writes the same in AdapterHub's form where that can be, and says whether it could."""
    source = writing.source
    model_folder, base = source.model_folder, source.saved.base
    reason = adapterhub.why_not(model_folder, base)
    if reason:
        title, detail = "Not written for AdapterHub", reason
    else:
        to, name = writing.place / adapterhub.FOLDER, source.base_shown
        adapterhub.write_adapterhub(model_folder, base, name, to)
        no_head = adapterhub.why_no_head(model_folder, source.saved)
        if not no_head:
            adapterhub.write_head(model_folder, source.saved, name, to)
        title = "Also written for AdapterHub" + (", without the head" if no_head else "")
        detail = (
            f'model.load_adapter("{adapterhub.FOLDER}") of adapters {adapterhub.VERSION} reads it. It was '
            "not loaded here, as that library wants an older transformers."
        )
        if no_head:
            detail = f"{no_head} The head lies beside it in the form of Thaw. {detail}"
    return ExportCheck(id="adapterhub", title=title, detail=detail, outcome=CheckOutcome.TOLD)


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
    fields=(ADAPTERHUB,),
    idle=idle,
    for_hub=True,
)
