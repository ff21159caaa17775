"""Python script: repeats the run with plain transformers and peft, without Thaw, to the same score."""

from __future__ import annotations

from engine.export.contract import ExportKind, RunToExport, Writing
from engine.export.file_checks import base_is_named, data_inside, nothing_inside
from engine.export.model_card import CARD_FILE
from engine.export.script import script_text, why_no_script, write_script_files
from engine.export.script_rows import ROWS_FILE, rows_of_parts
from engine.protocol.data_facts import TEST, TRAIN, VALIDATION
from engine.protocol.exports import ExportCheck
from engine.protocol.wording import counted

SCRIPT_FILE = "repeat_run.py"


def size(source: RunToExport) -> int:
    """Returns its bytes, about: the rows, and the new parts."""
    result = source.result
    new = (
        4 * result.trainable_parameters
        if result is not None and result.trainable_parameters < 5_000_000
        else 0
    )
    return 14_000 + new


def rows_inside(writing: Writing) -> ExportCheck:
    """Says whether the rows are beside the script, or only their numbers."""
    if not (writing.place / ROWS_FILE).exists():
        return nothing_inside(writing)
    parts = rows_of_parts(writing.place)
    rows = counted(sum(parts[name] for name in (TRAIN, VALIDATION, TEST)), "row")
    told = f"{ROWS_FILE} holds {rows}; the script learns from {parts[TRAIN]:,} of them"
    again = ", which are there again for each later epoch with noise of its own"
    return data_inside(f"{told}{again if f'{TRAIN} 2' in parts else ''}.")


def write(writing: Writing) -> tuple[ExportCheck, ...]:
    """Writes it, with what it reads."""
    sections = write_script_files(writing)
    (writing.place / SCRIPT_FILE).write_text(script_text(writing, sections), encoding="utf-8")
    (writing.place / CARD_FILE).write_text(writing.card, encoding="utf-8")
    return rows_inside(writing), base_is_named(writing.source)


EXPORT = ExportKind(
    id="script",
    name="Python script",
    summary="Repeats this run from the data file, without Thaw.",
    opens_with="plain transformers and peft",
    icon="script",
    order=7,
    size=size,
    why_not=why_no_script,
    write=write,
    suggested=True,
)
