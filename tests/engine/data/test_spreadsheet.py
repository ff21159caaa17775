"""Workbooks: what stands in a sheet becomes rows of text, none of them lost."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from engine.data.read_files import read_table
from engine.data.sheets import excel, open_document
from engine.data.sheets.sheet import block_of
from engine.data.table import cells, row_numbers
from engine.errors import EngineError
from engine.protocol.config import Reading
from tests.engine.data.awkward import open_document as made_open

ROWS = [["text", "label"], ["What a day", "glad"], ["It rained, again", "sad"], ["Grüße 😀", "glad"]]


def book(folder: Path, sheets: dict[str, list[list[object]]], name: str = "letters.xlsx") -> Path:
    """Writes a workbook; returns its path."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    workbook.save(folder / name)
    return folder / name


def codes(table) -> set[str]:
    return {problem.code for problem in table.problems}


def refused(path: Path, **choices: object) -> str:
    with pytest.raises(EngineError) as caught:
        read_table(path, Reading(**choices))
    return caught.value.problem.code


def test_a_sheet_becomes_rows_of_text(tmp_path):
    table = read_table(book(tmp_path, {"Letters": ROWS}))
    assert table.columns == ("text", "label")
    assert cells(table.dataset, "text") == ["What a day", "It rained, again", "Grüße 😀"]
    assert row_numbers(table.dataset) == [2, 3, 4]
    assert (table.sheet, table.sheets, table.header_row) == ("Letters", ("Letters",), 1)
    assert (table.encoding, table.delimiter, table.problems) == ("", "", ())


def test_what_pandas_wrote_comes_back(tmp_path):
    frame = pd.DataFrame(ROWS[1:], columns=ROWS[0])
    frame.to_excel(tmp_path / "a.xlsx", index=False, sheet_name="Data")
    table = read_table(tmp_path / "a.xlsx")
    assert cells(table.dataset, "text") == list(frame["text"])
    assert cells(table.dataset, "label") == list(frame["label"])
    assert table.sheet == "Data"


def test_a_sheet_of_open_document_is_read(tmp_path):
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    spaces = {
        name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text")
    }
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    lines = "".join(f"<table:table-row>{''.join(map(cell.format, row))}</table:table-row>" for row in ROWS)
    content = (
        f"<office:document-content {' '.join(f'xmlns:{name}={uri!r}' for name, uri in spaces.items())}>"
        f'<office:body><office:spreadsheet><table:table table:name="Briefe">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    table = read_table(tmp_path / "a.ods")
    assert (table.sheet, cells(table.dataset, "text")) == ("Briefe", [row[0] for row in ROWS[1:]])


def test_values_stand_as_a_person_would_write_them(tmp_path):
    when = dt.datetime(2026, 3, 1, 14, 5)  # noqa: DTZ001 - as a sheet has it
    values = [7, 1234567890123456.0, 7.25, True, "007", "NA", dt.date(2026, 3, 1), when, None]
    path = book(tmp_path, {"A": [[f"c{number}" for number in range(len(values))], values]})
    (row,) = read_table(path).dataset.remove_columns("__row__").to_list()
    assert list(row.values()) == [
        "7",
        "1234567890123456",
        "7.25",
        "true",
        "007",
        "NA",
        "2026-03-01",
        "2026-03-01 14:05:00",
        "",
    ]


def test_blank_rows_are_counted_and_those_below_the_last_are_none(tmp_path):
    path = book(tmp_path, {"A": [["text", "label"], ["a", "x"], [None, None], [" ", ""], ["b", "y"], []]})
    table = read_table(path)
    assert row_numbers(table.dataset) == [2, 5]
    (problem,) = table.problems
    assert (problem.code, problem.rows) == ("blank_rows", (3, 4))


def test_a_title_above_the_names_is_left_out_and_told(tmp_path):
    path = book(
        tmp_path, {"A": [["Survey of spring"], [], ["text", "label", "age"], ["a", "x", 3], ["b", "y", 4]]}
    )
    table = read_table(path)
    assert (table.columns, table.header_row) == (("text", "label", "age"), 3)
    assert row_numbers(table.dataset) == [4, 5]
    (problem,) = table.problems
    assert (problem.code, problem.setting) == ("rows_above_names", "header_row")
    assert "Row 1 of the sheet" in problem.reason


def test_the_row_of_names_can_be_chosen(tmp_path):
    path = book(tmp_path, {"A": [["one", "two"], ["text", "label"], ["a", "x"]]})
    assert read_table(path).columns == ("one", "two")
    assert read_table(path, Reading(header_row=2)).columns == ("text", "label")
    assert refused(path, header_row=9) == "no_such_row"


def test_the_first_sheet_with_rows_is_read_and_another_can_be_chosen(tmp_path):
    path = book(tmp_path, {"Notes": [], "Letters": ROWS, "Other": [["text"], ["c"]]})
    table = read_table(path)
    assert (table.sheet, table.sheets) == ("Letters", ("Notes", "Letters", "Other"))
    assert codes(table) == {"other_sheets"}
    assert read_table(path, Reading(sheet="Other")).columns == ("text",)
    assert refused(path, sheet="Missing") == "no_such_sheet"
    assert refused(path, sheet="Notes") == "empty_workbook"


def test_a_sheet_of_remarks_gives_way_to_one_with_a_table(tmp_path):
    remarks = [["Interview codes"], ["Contact", "Anna"], ["Do not change the second sheet"]]
    rows = [["text", "label"], *([f"text {number}", "x"] for number in range(6))]
    table = read_table(book(tmp_path, {"Read me": remarks, "Rows": rows, "More": [*rows, *rows]}))
    assert (table.sheet, table.rows) == ("Rows", 6)
    assert "Read me" in next(one for one in table.problems if one.code == "other_sheets").reason
    texts = [["text"], *([f"text {number}"] for number in range(9))]
    assert read_table(book(tmp_path, {"Texts": texts, "Rows": rows})).sheet == "Texts"
    texts = [["text"], *([f"text {number}"] for number in range(40))]
    longer = [["code", "meaning"], *([f"c{number}", "x"] for number in range(60))]
    assert read_table(book(tmp_path, {"Texts": texts, "Codes": longer})).sheet == "Texts"
    assert read_table(book(tmp_path, {"Few": rows[:4], "Fewer": rows[:3]})).sheet == "Few"


def test_a_hidden_sheet_is_not_read(tmp_path):
    workbook = Workbook()
    workbook.active.title = "Secret"
    workbook.active.append(["text"])
    workbook.active.sheet_state = "hidden"
    shown = workbook.create_sheet("Shown")
    for row in ROWS:
        shown.append(row)
    workbook.save(tmp_path / "a.xlsx")
    assert read_table(tmp_path / "a.xlsx").sheets == ("Shown",)


def test_cells_that_were_merged_downwards_count_for_each_row(tmp_path):
    workbook = Workbook()
    sheet = workbook.active
    for row in (["label", "text"], ["glad", "a"], [None, "b"], [None, "c"], ["sad", "d"]):
        sheet.append(row)
    sheet.merge_cells("A2:A4")
    workbook.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx")
    assert cells(table.dataset, "label") == ["glad", "glad", "glad", "sad"]
    (problem,) = table.problems
    assert problem.code == "merged_cells"
    assert "2 blank cells" in problem.reason


def test_columns_without_anything_are_none(tmp_path):
    path = book(
        tmp_path, {"A": [[None, "text", None, "label"], [None, "a", None, "x"], [None, "b", None, "y"]]}
    )
    assert read_table(path).columns == ("text", "label")


def test_a_column_without_a_name_keeps_its_cells(tmp_path):
    path = book(tmp_path, {"A": [["text", None, "label"], ["a", "kept", "x"], ["b", None, "y"]]})
    table = read_table(path)
    assert table.columns == ("text", "column 2", "label")
    assert cells(table.dataset, "column 2") == ["kept", ""]


@pytest.mark.parametrize("cut", [30, 400, 4000])
def test_a_damaged_workbook_is_a_problem(tmp_path, cut):
    whole = book(tmp_path, {"Letters": ROWS * 20}).read_bytes()
    (tmp_path / "cut.xlsx").write_bytes(whole[:cut])
    assert refused(tmp_path / "cut.xlsx") == "damaged_workbook"


def test_a_workbook_without_rows_is_a_problem(tmp_path):
    assert refused(book(tmp_path, {"A": []})) == "empty_workbook"
    assert refused(book(tmp_path, {"A": [["text", "label"]]})) == "header_only"


def test_names_may_stand_far_below(tmp_path):
    table = read_table(book(tmp_path, {"A": [*[[]] * 300, ["text", "label"], ["a", "x"]]}))
    assert (table.columns, table.rows, table.header_row) == (("text", "label"), 1, 301)


@pytest.mark.parametrize("module", [excel, open_document])
def test_a_workbook_that_is_far_too_large_inside_is_a_problem(tmp_path, monkeypatch, module):
    monkeypatch.setattr(module, "SIZE_LIMIT", 500)
    if module is excel:
        path = book(tmp_path, {"Letters": ROWS})
    else:
        path = tmp_path / "a.ods"
        path.write_bytes(made_open("<table:table-row>[text][label]</table:table-row>" * 20))
    assert refused(path) == "too_large_inside"


ANY_PLACES = st.lists(st.tuples(st.integers(1, 300), st.integers(1, 30)), min_size=1, max_size=20)


@settings(max_examples=25, deadline=None)
@given(ANY_PLACES)
def test_a_quick_look_and_a_close_one_see_the_same_block(places):
    workbook = Workbook()
    for row, column in places:
        workbook.active.cell(row, column).value = 7
    held = io.BytesIO()
    workbook.save(held)
    sheet = zipfile.ZipFile(held).read("xl/worksheets/sheet1.xml")
    quick, close = excel._look_quickly(sheet), excel._look_closely(sheet)
    assert quick is not None
    assert block_of(quick.filled, "a") == block_of(close.filled, "a")
    assert block_of(close.filled, "a") == (max(row for row, _ in places), max(column for _, column in places))


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"<c ", b"<x:c "), (b'r="B2"', b's="1" r="B2"'), (b"<c ", b"<!-- --><c "), (b"<c ", b"<c\n")],
)
def test_a_sheet_that_is_written_otherwise_is_looked_at_closely(tmp_path, old, new):
    sheet = zipfile.ZipFile(book(tmp_path, {"Letters": ROWS})).read("xl/worksheets/sheet1.xml")
    assert excel._look_quickly(sheet) is not None
    assert old in sheet
    assert excel._look_quickly(sheet.replace(old, new, 1)) is None
