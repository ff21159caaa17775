"""What is looked at in every export: nothing of the person's data inside, the base model named exactly."""

from __future__ import annotations

import html
import json
from pathlib import Path

import msgspec

from engine.export.contract import RunToExport, Writing
from engine.protocol.exports import CheckOutcome, ExportCheck
from engine.protocol.run_files import read_predictions
from engine.protocol.wording import counted, listed

NOTHING_OF_THE_DATA = "nothing_of_the_data"
BASE_MODEL = "base_model"
_LONG_ENOUGH = 12
"""Characters from which a text of the data that stands in a file is no chance."""
_TEXT_FILES = frozenset({".json", ".jsonl", ".md", ".py", ".txt", ".html", ".ipynb", ".csv", ".toml"})
_NOT_WRITTEN_HERE = frozenset({"tokenizer.json", "vocab.txt", "vocab.json", "merges.txt"})
"""Files of the base model, which knew all words before."""


def base_is_named(source: RunToExport) -> ExportCheck:
    """Says by which name and which checksum the base model is known in what is written."""
    base = source.saved.base
    parts = [source.base_in_full, *([counted(base.blocks, "block")] if base.blocks else [])]
    if not source.base_fingerprint:
        return ExportCheck(
            id=BASE_MODEL,
            title="The base model is named",
            detail=f"{listed(parts)}. Its files are not on this computer, so there is no fingerprint.",
            outcome=CheckOutcome.TOLD,
        )
    return ExportCheck(
        id=BASE_MODEL,
        title="The base model is named exactly",
        detail=f"{', '.join(parts)}, fingerprint {source.base_fingerprint}.",
    )


def nothing_inside(writing: Writing) -> ExportCheck:
    """Looks whether a text of the test rows stands in a file that was written.

    Args:
        writing: Its place holds the files.
    """
    title = "Nothing of your data inside"
    try:
        answers = read_predictions(writing.source.folder)
    except (OSError, msgspec.MsgspecError):
        answers = ()
    if not answers:
        return ExportCheck(
            id=NOTHING_OF_THE_DATA,
            title="Not searched for your data",
            detail="The run's own record of its test texts is missing or damaged, so the files were not "
            "searched for them.",
            outcome=CheckOutcome.TOLD,
        )
    labels = set(writing.source.saved.classes)  # the card names them, also one after the other
    said_apart = [one.truth for one in answers if not labels.issuperset(one.truth.split(", "))]
    texts = {text for one in answers for text in (one.text, one.second)} | set(said_apart)
    texts = {text for text in texts if len(text) >= _LONG_ENOUGH} - labels
    written = {path.name: _read(path) for path in _written(writing.place)}
    found = [
        name for name, said in written.items() if any(form in said for text in texts for form in _forms(text))
    ]
    if found:
        return ExportCheck(
            id=NOTHING_OF_THE_DATA,
            title=title,
            detail=f"Your data stand in {listed(sorted(found))}. Look at it before you pass it on.",
            outcome=CheckOutcome.FAILED,
        )
    detail = f"None of {counted(len(texts), 'text')} of the final test stands in a file."
    if not texts:
        detail = "It holds weights and settings only."
    return ExportCheck(id=NOTHING_OF_THE_DATA, title=title, detail=detail)


def data_inside(detail: str) -> ExportCheck:
    """Says that something of the person's data is inside, because it is meant to be.

    Args:
        detail: What, one sentence, and how to leave it out.
    """
    return ExportCheck(
        id=NOTHING_OF_THE_DATA,
        title="Something of your data inside",
        detail=detail,
        outcome=CheckOutcome.TOLD,
    )


def _written(place: Path) -> list[Path]:
    return [
        path
        for path in place.rglob("*")
        if path.suffix in _TEXT_FILES and path.name not in _NOT_WRITTEN_HERE and path.is_file()
    ]


def _forms(text: str) -> set[str]:
    """Returns how a text stands in a file: as it is, in a string of JSON or Python, in HTML."""
    escaped = {json.dumps(text, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}
    return {text, repr(text)[1:-1], html.escape(text), html.escape(text, quote=False), *escaped}


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
