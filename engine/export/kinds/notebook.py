"""Notebook: the script that repeats the run, part by part, for Jupyter."""

from __future__ import annotations

from typing import Any

from engine.export.contract import ExportKind, Writing
from engine.export.file_checks import base_is_named
from engine.export.kinds import script
from engine.export.model_card import CARD_FILE
from engine.export.script import opening, why_no_script, write_script_files
from engine.protocol.exports import ExportCheck

NOTEBOOK_FILE = "repeat_run.ipynb"


def write(writing: Writing) -> tuple[ExportCheck, ...]:
    """Writes it, with what it reads."""
    import nbformat

    v4: Any = nbformat.v4
    sections = write_script_files(writing)
    said = opening(writing, sections).replace("    python repeat_run.py\n\n", "")
    cells = [v4.new_markdown_cell(f"# {writing.source.title}\n\n{said}")]
    for section in sections:
        cells.append(v4.new_markdown_cell(f"## {section.title}"))
        cells.append(v4.new_code_cell(section.code.strip()))
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    book = v4.new_notebook(cells=cells, metadata=kernel)
    nbformat.validate(book)
    (writing.place / NOTEBOOK_FILE).write_text(v4.writes(book), encoding="utf-8")
    (writing.place / CARD_FILE).write_text(writing.card, encoding="utf-8")
    return script.rows_inside(writing), base_is_named(writing.source)


EXPORT = ExportKind(
    id="notebook",
    name="Notebook",
    summary="The same as the script, part by part, to be read and tried.",
    opens_with="opens with Jupyter",
    icon="script",
    order=8,
    size=script.size,
    why_not=why_no_script,
    write=write,
)
