"""Rows are found in the whole file, by words, label and number, and read a page at a time."""

from __future__ import annotations

import pytest

from engine.data.find_rows import find_rows, page_of
from engine.data.read_files import read_table
from engine.protocol.commands import ReadRows
from engine.protocol.data_events import RowsRead
from engine.protocol.data_facts import RowQuery
from engine.protocol.repairs import Repair
from tests.engine.recorded_session import open_session


@pytest.fixture
def long_file(tmp_path):
    path = tmp_path / "long.csv"
    lines = [f"Text number {row},{'odd' if row % 2 else 'even'}" for row in range(1, 1001)]
    path.write_text("\n".join(["text,kind", *lines[:10], "", *lines[10:]]) + "\n")
    return str(path)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (RowQuery(), 1000),
        (RowQuery(search=" NUMBER 99 "), 11),
        (RowQuery(search="number 99"), 11),
        (RowQuery(search="number 99", label_column="kind", label="odd"), 6),
        (RowQuery(label_column="kind", label="even"), 500),
        (RowQuery(label_column="gone", label="even"), 1000),
        (RowQuery(rows=(1, 11, 12, 1001, 5000)), 3),
        (RowQuery(search="nowhere"), 0),
    ],
)
def test_all_that_a_query_says_must_hold(long_file, query, found):
    assert len(find_rows(read_table(long_file), query)) == found


@pytest.mark.parametrize("cells", [["a", "a; b", "c"], ['["a"]', '["a", "b"]', '["c"]']])
def test_a_label_is_found_among_several_of_a_row(tmp_path, cells):
    path = tmp_path / "sets.tsv"
    path.write_text("\n".join(["text\tkind", *(f"row {row}\t{cells[row % 3]}" for row in range(300))]) + "\n")
    table = read_table(str(path))
    labels = ("a", "b", "c")
    found = {
        label: len(find_rows(table, RowQuery(label_column="kind", label=label, labels=labels)))
        for label in labels
    }
    assert found == {"a": 200, "b": 100, "c": 100}


def test_a_label_with_a_comma_is_not_taken_for_several(tmp_path):
    path = tmp_path / "answers.tsv"
    path.write_text("text\tkind\na\tyes\nb\tyes, please\n")
    query = RowQuery(label_column="kind", label="yes", labels=("yes", "yes, please"))
    assert list(find_rows(read_table(str(path)), query)) == [0]


def test_a_page_has_the_numbers_of_the_file(long_file):
    table = read_table(long_file)
    rows, numbers = page_of(table, find_rows(table, RowQuery())[8:12])
    assert numbers == (9, 10, 12, 13)  # the blank one is counted
    assert rows[0] == ("Text number 9", "odd")


def test_a_session_reads_pages_of_repaired_rows(long_file, tmp_path):
    query = RowQuery(label_column="kind", label="even")
    repairs = (Repair(kind="remove_rows", rows=(2, 4)),)
    opened = open_session(calibration_file=tmp_path / "calibration.json")
    asked = [
        ReadRows(job_id=str(first), path=long_file, repairs=repairs, query=query, first=first)
        for first in (0, 400)
    ]
    pages = [event for one in asked for event in opened.do(one) if isinstance(event, RowsRead)]
    opened.session.close()
    assert [(page.first, page.total, len(page.rows), page.numbers[0]) for page in pages] == [
        (0, 498, 200, 6),
        (400, 498, 98, 807),
    ]
