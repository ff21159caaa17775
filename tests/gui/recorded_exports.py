"""What an engine says about exports, made by hand."""

from __future__ import annotations

import msgspec

from engine.protocol.commands import Command
from engine.protocol.events import Event, StageReached
from engine.protocol.export_commands import ExportModel
from engine.protocol.export_events import ExportItemWritten, ExportsListed, ModelExported
from engine.protocol.exports import (
    CheckOutcome,
    ExportCheck,
    ExportedFile,
    ExportedItem,
    ExportEntry,
    ExportOffer,
)
from engine.protocol.fields import SwitchField
from engine.protocol.hub_upload_commands import ForgetHubToken, KeepHubToken, UploadModel
from engine.protocol.hub_upload_events import HubAccountTold, ModelUploaded, TokenPlace, UploadProgressed

SMALLER = SwitchField(name="smaller", label="Also in 8 bits", help="A second file.", default=False)
ENTRIES = (
    ExportEntry(
        id="small_part",
        name="Adapter only",
        summary="The learned parts and the head. Needs the base model beside it.",
        opens_with="opens with peft",
        icon="layers",
        suggested=True,
        for_hub=True,
    ),
    ExportEntry(
        id="whole",
        name="Model folder",
        summary="A complete model: all weights, the tokenizer, and how to load it.",
        opens_with="opens with transformers",
        icon="folder",
        for_hub=True,
    ),
    ExportEntry(
        id="graph",
        name="ONNX",
        summary="One file for other programs and phones, no Python needed.",
        opens_with="opens with ONNX Runtime",
        icon="chip",
        fields=(SMALLER,),
    ),
    ExportEntry(
        id="paper",
        name="Report",
        summary="Data, setup, curves, scores and mistakes, made to be printed.",
        opens_with="HTML and PDF",
        icon="file",
        suggested=True,
    ),
    ExportEntry(
        id="words", name="Card", summary="A card.", opens_with="Markdown", icon="file", on_page=False
    ),
)
CARD = "---\nlicense: apache-2.0\n---\n\n# A run\n\nWhat it is for.\n"
_SIZES = {"small_part": 300_000, "whole": 91_000_000, "graph": 0, "paper": 1_200_000, "words": 3_000}


def exports_listed(job_id: str, folder: str) -> ExportsListed:
    """Returns what a run can be written as: all but ONNX."""
    offers = tuple(
        ExportOffer(
            kind=entry.id,
            summary="Needs MiniLM beside it." if entry.id == "small_part" else "",
            reason="It needs onnx. Install with: pip install thaw" if entry.id == "graph" else "",
            size=_SIZES[entry.id],
        )
        for entry in ENTRIES
    )
    return ExportsListed(job_id=job_id, folder=folder, offers=offers, card=CARD)


def exported(command: ExportModel, outcome: CheckOutcome = CheckOutcome.PASSED) -> list[Event]:
    """Returns what is said while a run is written.

    Args:
        command: What is wished.
        outcome: How the comparison of answers comes out.
    """
    events: list[Event] = []
    items: list[ExportedItem] = []
    names = {entry.id: entry.name for entry in ENTRIES}
    for kind in command.kinds:
        events.append(StageReached(job_id=command.job_id, stage="exporting", label=f"Writing: {names[kind]}"))
        detail = "50 test rows, after loading the files again: largest difference 0.00002."
        checks = (
            ExportCheck(
                id="same_answers",
                title="Same answers as in Thaw",
                detail=detail,
                outcome=outcome,
                difference=2e-5,
            ),
            ExportCheck(id="base_model", title="The base model is named exactly", detail="MiniLM, 6 blocks."),
        )
        file = ExportedFile(path=f"{kind}/file", size=_SIZES[kind])
        items.append(ExportedItem(kind=kind, name=names[kind], files=(file,), checks=checks))
        events.append(ExportItemWritten(job_id=command.job_id, item=items[-1]))
    return [*events, ModelExported(job_id=command.job_id, folder=command.to, items=tuple(items))]


def token_is_there(command: Command, before: bool) -> bool:
    """Returns whether there is a token after a command."""
    return isinstance(command, KeepHubToken) or (before and not isinstance(command, ForgetHubToken))


def hub_account(job_id: str, *, has_token: bool) -> HubAccountTold:
    """Returns what is said of the person's account."""
    told = HubAccountTold(
        job_id=job_id,
        host="huggingface.co",
        token_page="https://huggingface.co/settings/tokens",
        can_keep=True,
    )
    if not has_token:
        return told
    return msgspec.structs.replace(
        told,
        place=TokenPlace.KEYRING,
        user="ada",
        owners=("ada", "lab"),
        may_write=True,
        personal=("phone", "mail"),
    )


def uploaded(command: UploadModel) -> list[Event]:
    """Returns what is said while a run is put on the hub."""
    job_id, total = command.job_id, 91_000_000
    return [
        StageReached(job_id=job_id, stage="uploading", label=f"Making {command.name} on huggingface.co"),
        UploadProgressed(
            job_id=job_id, name=command.name, host="huggingface.co", done=31_000_000, total=total
        ),
        ModelUploaded(
            job_id=job_id,
            name=command.name,
            page=f"https://huggingface.co/{command.name}",
            is_public=command.is_public,
            files=("README.md", "model.safetensors"),
            size=total,
        ),
    ]
