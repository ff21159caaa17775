"""Awkward workbooks."""

from __future__ import annotations

import datetime as dt
import struct

from tests.engine.data.awkward import CSV, HEAD, ROW, Awkward, book, open_document, patched
from tests.engine.data.old_books import OLD_BOOK, binary_book

TWO = book(HEAD, ["a", "x"], ["b", "y"])
FAR = '<row r="1048576"><c r="XFD1048576"><v>7</v></c></row></sheetData>'
_PROMISED = struct.pack("<IIHH", 0, 5, 0, 3)
"""The number of rows of the old workbook, as the sheet says it."""
LONG = "a rather long text of many words"


def _circular(workbook: bytes) -> bytes:
    """Returns an old workbook whose list of files leads back to its first sector."""
    (table,), (listing,) = struct.unpack_from("<I", workbook, 76), struct.unpack_from("<I", workbook, 48)
    place = 512 * (table + 1) + 4 * listing
    return workbook[:place] + struct.pack("<I", listing) + workbook[place + 4 :]


OPEN_TWO = ROW.format("[text][label]") + ROW.format("[a][x]") + ROW.format("[b][y]")

BOOKS = (
    Awkward("plain.xlsx", TWO),
    Awkward("numbers and dates.xlsx", book(HEAD, [3.0, True], [2.5, 7]), first="3"),
    Awkward("durations.xlsx", book(HEAD, [dt.timedelta(hours=30, minutes=5), 1], ["b", 2]), first="30:05:00"),
    Awkward("times.xlsx", book(HEAD, [dt.time(14, 5), 1], ["b", 2]), first="14:05:00"),
    Awkward(
        "title above.xlsx", book(["Survey"], [], HEAD, ["a", "x"], ["b", "y"]), told=("rows_above_names",)
    ),
    Awkward(
        "title right above.xlsx",
        book(["Survey"], HEAD, [LONG, "x"], [LONG, "y"]),
        first=LONG,
        told=("rows_above_names",),
    ),
    Awkward(
        "blank rows.xlsx",
        book(HEAD, ["a", "x"], [], [" ", None], ["b", "y"]),
        rows=4,
        left_out={"blank_rows": (3, 4)},
    ),
    # Which row holds the names
    Awkward(
        "one name of two.xlsx",
        book(["text"], ["a", "x"], ["b", "y"]),
        columns=("text", "column 2"),
        told=("unnamed_columns",),
    ),
    Awkward(
        "second name of two.xlsx",
        book([None, "text"], ["Anna", "hi"], ["Bob", LONG], ["Eve", LONG]),
        rows=3,
        columns=("column 1", "text"),
        first="Anna",
        told=("unnamed_columns",),
    ),
    Awkward(
        "key and value above.xlsx",
        book(["Made", "2024-03-01"], HEAD, ["a", "x"], ["b", "y"]),
        told=("rows_above_names",),
    ),
    Awkward(
        "keys and values above.xlsx",
        book(["Made", 2024], ["By", "Anna"], [], [*HEAD, "age"], [LONG, "x", 3], [LONG, "y", 4]),
        columns=("text", "label", "age"),
        first=LONG,
        told=("rows_above_names",),
    ),
    Awkward("short first row.xlsx", book(HEAD, ["a", "x"], [LONG, "y"], [LONG, "z"]), rows=3),
    Awkward("data as names.xlsx", book(["a", "x"], *[["b", "x"], ["c", "y"]]), columns=("a", "x"), first="b"),
    Awkward(
        "no names.xlsx",
        book(["a", "pos"], ["b", "pos"], ["c", "neg"], ["d", "pos"]),
        rows=3,
        columns=("a", "pos"),
        first="b",
        told=("no_header",),
    ),
    Awkward("years as names.xlsx", book(["land", 2019], ["a", 3], ["b", 4]), columns=("land", "2019")),
    Awkward("one column.xlsx", book(["text"], ["a"], ["b"]), columns=("text",), told=("single_column",)),
    # Merged cells
    Awkward(
        "merged labels.xlsx",
        book(["label", "text"], ["x", "a"], [None, "b"], merge="A2:A3"),
        columns=("label", "text"),
        first="x",
        told=("merged_cells",),
    ),
    Awkward(
        "merged records.xlsx",
        book(HEAD, ["a", "x"], [], ["b", "y"], [], ["c", "z"], merge="A2:A3 B2:B3 A4:A5 B4:B5"),
        rows=5,
        left_out={"merged_rows": (3, 5)},
    ),
    Awkward(
        "merged title.xlsx",
        book(["Survey"], [], HEAD, ["a", "x"], ["b", "y"], merge="A1:B2"),
        told=("rows_above_names",),
    ),
    # Cells that hold no value
    Awkward(
        "errors.xlsx",
        patched(TWO, ('<c r="B2" t="inlineStr"><is><t>x</t></is></c>', '<c r="B2" t="e"><v>#N/A</v></c>')),
        told=("error_cells",),
    ),
    Awkward("formulas.xlsx", book(HEAD, ["a", "=1+1"], ["b", "y"]), told=("uncalculated_cells",)),
    Awkward(
        "row of errors.xlsx",
        patched(TWO, ('t="inlineStr"><is><t>b</t></is>', 't="e"><v>#REF!</v>'), ("<is><t>y</t></is>", "")),
        left_out={"blank_rows": (3,)},
        told=("error_cells",),
    ),
    # Far away cells
    Awkward("last cell.xlsx", patched(TWO, ("</sheetData>", FAR)), told=("cells_left_out",)),
    Awkward(
        "row far below.xlsx",
        patched(book(["text", "label"], ["a", "x"], ["b", "y"], ["c", "z"]), ('r="A4"', 'r="A20000"')),
        rows=19_999,
        left_out={"blank_rows": tuple(range(5, 105))},
    ),
    Awkward("beyond all.xlsx", patched(TWO, ('r="A2"', 'r="ZZZZZ99999999"')), refused="damaged_workbook"),
    Awkward("cut xml.xlsx", patched(TWO, ("</sheetData>", "")), refused="damaged_workbook"),
    # Sheets
    Awkward("second sheet.xlsx", book(Rows=[HEAD, ["a", "x"], ["b", "y"]]), told=("other_sheets",)),
    Awkward(
        "cells beyond the names.xlsx",
        book(HEAD, ["a", "x", "more"], ["b", "y"]),
        columns=("text", "label", "column 3"),
        told=("unnamed_columns",),
    ),
    Awkward("cut.xlsx", book(HEAD, ["a", "x"])[:900], refused="damaged_workbook"),
    Awkward("no rows.xlsx", book(), refused="empty_workbook"),
    Awkward("csv called.xlsx", CSV),
    # Binary ones
    Awkward(
        "old.xls",
        OLD_BOOK,
        rows=4,
        columns=("text", "label", "age"),
        told=("error_cells", "merged_cells", "other_sheets"),
    ),
    Awkward("promises.xls", OLD_BOOK.replace(_PROMISED, b"\xff" * 12), refused="damaged_workbook"),
    Awkward("binary.xlsb", binary_book(), told=("error_cells",)),
    Awkward("panic.xlsb", binary_book(relation="rId7"), refused="damaged_workbook"),
    Awkward("sectors in a circle.xls", _circular(OLD_BOOK), refused="damaged_workbook"),
    Awkward("last cell.xlsb", binary_book(16_383), refused="sheet_too_large"),
    # OpenDocument
    Awkward("plain.ods", open_document(OPEN_TWO)),
    Awkward("cut.ods", open_document(OPEN_TWO + "<table:table-row>"), refused="damaged_workbook"),
    Awkward(
        "layout.ods",
        open_document(OPEN_TWO.replace("[a]", "[a<text:s text:c='2'/>b<text:line-break/>c]")),
        first="a  b\nc",
    ),
    Awkward("remark.ods", open_document(OPEN_TWO.replace("<text:p>a", "<office:annotation/><text:p>a"))),
    Awkward(
        "durations.ods",
        open_document(
            OPEN_TWO.replace(
                "[a]", '<table:table-cell office:value-type="time" office:time-value="PT30H05M00S"/>'
            )
        ),
        first="30:05:00",
    ),
    Awkward(
        "errors.ods",
        open_document(
            OPEN_TWO.replace(
                "[y]",
                '<table:table-cell table:formula="of:=NA()" office:value-type="string" '
                'office:string-value="" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>',
            )
        ),
        told=("error_cells",),
    ),
    Awkward(
        "formulas.ods",
        open_document(OPEN_TWO.replace("[y]", '<table:table-cell table:formula="of:=1+1"/>')),
        told=("uncalculated_cells",),
    ),
    Awkward(
        "merged labels.ods",
        open_document(
            ROW.format("[label][text]")
            + ROW.format(
                '<table:table-cell office:value-type="string" table:number-rows-spanned="2">'
                "<text:p>x</text:p></table:table-cell>[a]"
            )
            + ROW.format("<table:covered-table-cell/>[b]")
        ),
        columns=("label", "text"),
        first="x",
        told=("merged_cells",),
    ),
    Awkward(
        "blank to the end.ods",
        open_document(
            OPEN_TWO + '<table:table-row table:number-rows-repeated="1048000">'
            '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
        ),
    ),
    Awkward(
        "last cell.ods",
        open_document(
            OPEN_TWO
            + '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
            + ROW.format('<table:table-cell table:number-columns-repeated="16383"/>[far]')
        ),
        told=("cells_left_out",),
    ),
    Awkward(
        "bomb.ods",
        open_document(
            '<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
            'table:number-columns-repeated="16384" office:value-type="string"><text:p>a</text:p>'
            "</table:table-cell></table:table-row>"
        ),
        refused="sheet_too_large",
    ),
)
