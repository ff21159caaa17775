"""Running text: paragraphs as rows, and tables with the ending of a text still tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.data.read_files import read_table
from engine.data.table import Table, cells, row_numbers
from engine.errors import EngineError
from engine.protocol.config import Reading
from engine.protocol.problems import Severity


def read(folder: Path, content: str, name: str = "novel.txt") -> Table:
    """Reads a file with that content."""
    path = folder / name
    path.write_text(content, encoding="utf-8", newline="")
    return read_table(path)


def test_lines_are_paragraphs_where_no_blank_line_is(tmp_path: Path) -> None:
    prose = 'It is a truth, acknowledged.\n"My dear," said she,\n"have you heard?"\r\nHe had not.\n'
    table = read(tmp_path, prose)
    assert table.columns == ("text",)
    assert cells(table.dataset, "text") == [
        "It is a truth, acknowledged.",
        '"My dear," said she,',
        '"have you heard?"',
        "He had not.",
    ]
    (note,) = table.problems
    assert (note.code, note.severity, note.setting) == ("read_as_paragraphs", Severity.NOTE, "delimiter")
    assert note.title == "Read as text of 4 paragraphs"
    assert note.reason.endswith(
        " is not a table: its lines have no columns in common. Each line became a row."
    )


def test_broken_lines_between_blank_ones_are_one_paragraph(tmp_path: Path) -> None:
    table = read(tmp_path, "\n\nOne line,\nand its rest.\n \n\nAnother,\nwith more.\n\nLast.\n", "notes.md")
    assert cells(table.dataset, "text") == ["One line,\nand its rest.", "Another,\nwith more.", "Last."]
    assert row_numbers(table.dataset) == [1, 2, 3]
    assert table.problems[0].reason.endswith("Each paragraph, up to a blank line, became a row.")


def test_long_lines_are_paragraphs_whatever_blank_lines_are_between(tmp_path: Path) -> None:
    long = "so it goes on and on " * 10
    table = read(tmp_path, f"Chapter one\n\n{long}\n{long}\n{long}\n\nChapter two\n\n{long}\n{long}\n")
    assert table.rows == 7
    assert cells(table.dataset, "text")[0] == "Chapter one"


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        ("text,label\na,b\nc,d\n", ("text", "label")),
        ("text\tlabel\nsome words, here\tgood\nmore, of them\tbad\n", ("text", "label")),
        ("my text;its label\na b c;d\ne f;g\n", ("my text", "its label")),
        ("text|label\na|b\nc|d\n", ("text", "label")),
        ("ham\tgo until, then stop\nspam\twin now, free\n" * 3, ("ham", "go until, then stop")),
        ('{"text": "a", "label": "b"}\n{"text": "c", "label": "d"}\n', ("text", "label")),
        ("Well, yes.\nNo, never.\nOh, look.\n", ("text",)),
        ("He came; she went.\nIt rained; they stayed.\n", ("text",)),
        ("Dear diary\nToday was fine\n", ("text",)),
    ],
)
def test_content_decides_whether_a_text_is_a_table(
    tmp_path: Path, content: str, columns: tuple[str, ...]
) -> None:
    assert read(tmp_path, content).columns == columns


def test_unquoted_commas_below_names_are_still_a_broken_table(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as caught:
        read(tmp_path, "text,label\nso, it was,good\nwell, well, well,bad\nyes, no, yes, no,bad\n" * 4)
    assert caught.value.problem.code == "most_rows_differ"


def test_a_named_delimiter_makes_a_table(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Well, yes.\nNo, never.\n")
    assert read_table(path, Reading(delimiter=",")).columns == ("Well", "yes.")


def test_a_text_of_nothing_but_strange_spaces_is_empty(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as caught:
        read(tmp_path, "\u00a0\n\u3000\n")
    assert caught.value.problem.code == "empty_file"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(
        st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=130).filter(str.strip), min_size=1
    )
)
def test_no_line_is_lost(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("\n".join(lines), encoding="utf-8", newline="")
    try:
        table = read_table(path, Reading(encoding="utf-8"))
    except EngineError:  # a table or JSON that is broken
        return
    if table.columns == ("text",) and table.problems[0].code == "read_as_paragraphs":
        assert cells(table.dataset, "text") == [lines[0].removeprefix("\ufeff"), *lines[1:]]
