"""A report as PDF, drawn by reportlab: no window and no browser is needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from engine.export.chart_drawings import BOLD, PLAIN, drawing
from engine.export.charts import THIRD, Chart
from engine.export.comparison_facts import ComparisonReport
from engine.export.report_facts import RunReport, Table
from engine.export.report_html import today
from engine.protocol.wording import counted

_MARGIN = 54.0
_FRAME = 6.0
"""Points that reportlab leaves free on each side of a page's text."""
_LINE = "#DDE1E7"


def write_pdf(path: Path, reports: Sequence[RunReport], compared: ComparisonReport | None = None) -> None:
    """Writes a document about one run, or several.

    Args:
        path: The file.
        reports: What is said of each.
        compared: How they compare.

    Raises:
        OSError: When it cannot be written.
    """
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import PageBreak, SimpleDocTemplate

    _take_fonts()
    page = _Page(A4[0] - 2 * _MARGIN - 2 * _FRAME)
    title = compared.title if compared is not None else reports[0].title
    document = SimpleDocTemplate(
        str(path), pagesize=A4, margin=_MARGIN, leftMargin=_MARGIN, rightMargin=_MARGIN,
        topMargin=_MARGIN, bottomMargin=_MARGIN, title=title, author="Thaw",
    )  # fmt: skip
    story: list[Any] = []
    if compared is not None:
        story += page.comparison(compared)
    for report in reports:
        story += [PageBreak()] if story else []
        story += page.report(report)
    document.build(story, onFirstPage=_number_page, onLaterPages=_number_page)


_RUN_WIDTHS = {
    "seed": 0.5, "wrong": 0.6, "rows": 0.7, "learned": 0.8, "time": 0.7, "energy": 0.8, "memory": 0.9,
    "saved": 0.8,
}  # fmt: skip
"""Widths of the columns of all runs, by their heads, of 9.1; the score's has the name of its measure."""

_SCORE_WIDTH = 1.7
_ALL_WIDTHS = 9.1


class _Page:
    """Makes what stands on a page of a width."""

    def __init__(self, width: float) -> None:
        from reportlab.lib.colors import HexColor
        from reportlab.lib.styles import ParagraphStyle

        self._width = width
        plain = ParagraphStyle("plain", fontName=PLAIN, fontSize=9.5, leading=13.5, spaceAfter=4)
        self._styles = {
            "plain": plain,
            "title": ParagraphStyle("title", plain, fontName=BOLD, fontSize=20, leading=25),
            "heading": ParagraphStyle(
                "heading", plain, fontName=BOLD, fontSize=12.5, leading=17, spaceBefore=16, keepWithNext=1
            ),
            "finding": ParagraphStyle("finding", plain, fontSize=12, leading=17, spaceBefore=8, spaceAfter=8),
            "note": ParagraphStyle("note", plain, textColor=HexColor(THIRD), fontSize=8.5, leading=12),
            "cell": ParagraphStyle("cell", plain, fontSize=8, leading=10.5, spaceAfter=0),
            "small": ParagraphStyle("small", plain, fontSize=5.5, leading=7.2, spaceAfter=0, wordWrap="CJK"),
        }

    def text(self, text: str, style: str = "plain") -> Any:
        """Returns a paragraph of marked text."""
        from reportlab.platypus import Paragraph

        return Paragraph(text, self._styles[style])

    def title(self, title: str, below: str) -> list[Any]:
        """Returns the top of a report."""
        return [self.text(escape(title), "title"), self.text(escape(below), "note")]

    def chart(self, chart: Chart) -> Any:
        """Returns a chart."""
        return drawing(chart, self._width)

    def comparison(self, compared: ComparisonReport) -> Iterator[Any]:
        """Yields what is said of several runs, in the order of reading."""
        below = f"{compared.subtitle}. " if compared.subtitle else ""
        yield from self.title(compared.title, f"{below}Written by Thaw on {today()}")
        yield self.text(f"<b>{escape(compared.lead)}</b> {escape(compared.rest)}", "finding")
        if compared.rows:
            yield self.text(escape(compared.rows), "note")
        if compared.scores is not None:
            yield self.text("How good they are", "heading")
            yield self.chart(compared.scores)
        if compared.recipes:
            yield self._table(compared.recipes, widths=(1.5, 1.7, 1.5, 0.7, 0.8, 0.8, 0.8, 1.2))
        if compared.pairs:
            yield self.text("What differs", "heading")
            yield self._table(compared.pairs, widths=(1.6, 1.6, 1.8, 0.9, 1.2))
        for chart in compared.costs:
            yield self.text(escape(chart.title), "heading")
            yield self.chart(chart)
        if compared.runs:
            yield self.text("Every run", "heading")
            widths = [_RUN_WIDTHS.get(head, _SCORE_WIDTH) for head in compared.runs[0][1:]]
            yield self._table(compared.runs, widths=[_ALL_WIDTHS - sum(widths), *widths])
        if compared.left_out:
            yield self.text("Not compared", "heading")
            yield self._pairs(compared.left_out)
        if compared.notes:
            yield self.text("How they were compared", "heading")
        for note in compared.notes:
            yield self.text(escape(note), "note")

    def report(self, report: RunReport) -> Iterator[Any]:
        """Yields what stands in a report, in the order of reading."""
        yield from self.title(report.title, f"{report.subtitle}. Written by Thaw on {today()}")
        yield self.text(escape(report.finding), "finding")
        if report.missing:
            yield self.text(escape(f"Parts of this run could not be read: {', '.join(report.missing)}."))
        if report.scores is not None:
            yield self.text("How good it is", "heading")
            yield self.chart(report.scores)
            yield self._table(report.score_table)
            if report.noise:
                yield self._table(report.noise)
            for note in (
                "In brackets: 95 % intervals over the test rows, which were looked at once.",
                *report.notes,
            ):
                yield self.text(escape(note), "note")
        if report.corners:
            yield self.text("What kind of learning this was", "heading")
            pairs = tuple((question, f"{answer}. {reason}") for question, answer, reason in report.corners)
            yield self._pairs(pairs)
        for chart in report.curves:
            yield self.text(escape(chart.title), "heading")
            yield self.chart(chart)
        if report.confusion is not None or report.confused or report.outcomes or report.class_table:
            yield self.text("Where it is right and wrong", "heading")
            if report.confusion is not None:
                yield self.chart(report.confusion)
            if report.confused:
                yield self.text("Said for one another most often", "note")
                yield self._table(report.confused)
            if report.outcomes:
                yield self._table(report.outcomes)
            if report.class_table:
                yield self._table(report.class_table)
        if report.certainty is not None:
            yield self.text(escape(report.certainty.title), "heading")
            yield self.chart(report.certainty)
        yield from self._quotes(report)
        if letters := _letters_missing(report):
            words = f"This PDF's font lacks some letters of your texts ({letters}); report.html shows them."
            yield self.text(words, "note")
        yield self.text("What it learned from", "heading")
        yield self._pairs(report.data)
        yield self.text("Settings", "heading")
        yield self._pairs(report.settings)
        if report.layers:
            yield self.text("What learned, layer by layer", "heading")
            yield self._table(report.layers)
        yield from self._proof(report)
        yield self.text("How it was made", "heading")
        yield self._pairs(report.facts)

    def _quotes(self, report: RunReport) -> Iterator[Any]:
        if report.quotes:
            yield self.text(report.quotes_title, "heading")
            told = f"{len(report.quotes)} of {report.quoted_of}."
            yield self.text(told, "note")
        for one in report.quotes:
            sure = f" ({escape(one.probability)})" if one.probability else ""
            said = f"Said: <b>{escape(one.said)}</b>{sure}. True: <b>{escape(one.truth)}</b>"
            read = "<br/>".join(escape(text) for text in one.texts)
            yield self.text(f"{read}<br/>{f'Row {one.row}. ' if one.row else ''}{said}")

    def _proof(self, report: RunReport) -> Iterator[Any]:
        if report.frozen or report.tensors:
            yield self.text("Proof of freezing", "heading")
        if report.frozen:
            yield self.text(escape(report.frozen))
        if report.tensors:
            rows = [("tensor", "", "before", "after")]
            rows += [
                (
                    one.name,
                    f"{'same' if one.is_same else 'changed'}{'' if one.learned else ', frozen'}",
                    one.before,
                    "" if one.is_same else one.after,
                )
                for one in report.tensors
            ]
            yield self._table(tuple(rows), widths=(0.38, 0.1, 0.26, 0.26), style="small")

    def _pairs(self, rows: Table) -> Any:
        return self._table(rows, widths=(0.34, 0.66), head=False)

    def _table(
        self, rows: Table, widths: Sequence[float] = (), *, head: bool = True, style: str = "cell"
    ) -> Any:
        from reportlab.lib.colors import HexColor
        from reportlab.platypus import LongTable, TableStyle

        columns = len(rows[0]) if rows else 1
        shares = widths or (1.6, *([1.0] * (columns - 1)))
        cells = [[self.text(escape(cell), style) for cell in row] for row in rows] or [[""]]
        table = LongTable(
            cells,
            colWidths=[self._width * share / sum(shares) for share in shares],
            repeatRows=1 if head and len(rows) > 1 else 0,
            spaceBefore=6,
            spaceAfter=6,
        )
        look = [
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, HexColor(_LINE)),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ]
        table.setStyle(TableStyle(look))
        return table


def _letters_missing(report: RunReport) -> str:
    """Returns how many letters of quoted texts and labels the font does not have, in words; may be empty."""
    from reportlab.pdfbase import pdfmetrics

    known: Any = pdfmetrics.getFont(PLAIN).face.charToGlyph
    texts = [part for one in report.quotes for part in (*one.texts, one.said, one.truth)]
    texts += [cell for row in report.class_table for cell in row]
    missing = {letter for text in texts for letter in text if letter.strip() and ord(letter) not in known}
    return counted(len(missing), "letter") if missing else ""


def _take_fonts() -> None:
    """Lets reportlab write with the fonts that come with Thaw; its own know western letters only."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in ((PLAIN, "Inter-Regular.ttf"), (BOLD, "Inter-SemiBold.ttf")):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(files("resources").joinpath("fonts", file))))
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)


def _number_page(canvas: Any, document: Any) -> None:
    canvas.setFont(PLAIN, 8)
    canvas.setFillColor(THIRD)
    canvas.drawRightString(document.pagesize[0] - _MARGIN, 30, str(document.page))
