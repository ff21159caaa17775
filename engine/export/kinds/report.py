"""Report: data, setup, curves, scores, mistakes and the proof of freezing, to be read, sent and printed."""

from __future__ import annotations

from engine.export.contract import ExportKind, RunToExport, Writing
from engine.export.file_checks import base_is_named, data_inside, nothing_inside
from engine.export.reports import write_reports
from engine.protocol.exports import ExportCheck
from engine.protocol.fields import IntegerField, SwitchField
from engine.protocol.wording import counted

QUOTE = SwitchField(
    name="quote_texts",
    label="Quote wrong answers",
    help="Shows texts of your final test with what was said and what is true. Without it, none of your texts "
    "is in the report.",
    default=True,
)
QUOTES = IntegerField(
    name="quotes",
    label="At most",
    help="How many wrong answers are quoted.",
    default=20,
    minimum=1,
    maximum=1000,
    unit="texts",
)


def size(_source: RunToExport) -> int:
    """Returns its bytes, about."""
    return 250_000


def write(writing: Writing) -> tuple[ExportCheck, ...]:
    """Writes it as HTML and PDF."""
    quotes = int(writing.options[QUOTES.name]) if writing.options[QUOTE.name] else 0
    write_reports([writing.source], writing.place, quotes)
    named = base_is_named(writing.source)
    if not quotes:
        return nothing_inside(writing), named
    told = f"The report quotes {counted(quotes, 'text')} at most; you can switch that off."
    return data_inside(told), named


EXPORT = ExportKind(
    id="report",
    name="Report",
    summary="Data, setup, curves, scores and mistakes, made to be printed.",
    opens_with="HTML and PDF",
    icon="file",
    order=6,
    size=size,
    write=write,
    fields=(QUOTE, QUOTES),
    needs_model=False,
    suggested=True,
)
