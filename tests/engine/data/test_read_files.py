"""Reading files: every cell as text, every row accounted for, every trouble a problem with its numbers."""

from __future__ import annotations

import os
import zipfile
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest

from engine.data.read_files import read_table
from engine.data.table import Table, cells, row_numbers
from engine.errors import EngineError
from engine.protocol.config import Reading
from engine.protocol.problems import Problem, Severity


def write(folder: Path, content: str | bytes, name: str = "reviews.csv") -> Path:
    """Writes a file and returns its path."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refused(path: Path | str, **options: str) -> Problem:
    """Returns the problem that reading a file ends in; it says all that a person needs."""
    with pytest.raises(EngineError) as caught:
        read_table(path, Reading(**options))
    problem = caught.value.problem
    assert problem.severity is Severity.ERROR
    assert problem.title
    assert problem.reason
    assert problem.fix
    assert not problem.title.endswith((".", "!"))
    assert problem.actions or problem.setting
    assert b"Traceback" not in msgspec.json.encode(problem)
    return problem


def told(table: Table, code: str) -> Problem:
    """Returns the one problem of a table with that code."""
    (problem,) = [problem for problem in table.problems if problem.code == code]
    return problem


def test_a_table_is_read_as_text_letter_by_letter(tmp_path: Path) -> None:
    content = 'text,label\nNA,007\n" spaced ",1.50\n"two\nlines, one cell","say ""hi"""\nnull,TRUE\n'
    table = read_table(write(tmp_path, content))
    assert cells(table.dataset, "text") == ["NA", " spaced ", "two\nlines, one cell", "null"]
    assert cells(table.dataset, "label") == ["007", "1.50", 'say "hi"', "TRUE"]
    assert (table.rows, table.columns, table.encoding, table.delimiter) == (
        4,
        ("text", "label"),
        "utf-8",
        ",",
    )
    assert table.problems == ()
    assert table.size == len(content)


@pytest.mark.parametrize(
    ("delimiter", "name"), [("\t", "a.tsv"), (";", "a.csv"), ("|", "a.txt"), ("\t", "a.csv")]
)
def test_the_delimiter_is_found_out(tmp_path: Path, delimiter: str, name: str) -> None:
    rows = [f"text, maybe with commas{delimiter}label"]
    rows += [f"one, two, {number}{delimiter}{number % 2}" for number in range(20)]
    table = read_table(write(tmp_path, "\n".join(rows), name))
    assert (table.delimiter, len(table.columns), table.rows) == (delimiter, 2, 20)


def test_a_named_delimiter_is_used(tmp_path: Path) -> None:
    path = write(tmp_path, "a;b,c\nd;e,f\n")
    assert read_table(path, Reading(delimiter=";")).columns == ("a", "b,c")
    assert read_table(path, Reading(delimiter=",")).columns == ("a;b", "c")
    tabbed = write(tmp_path, "a\tb\nc\td\n", "t.txt")
    assert read_table(tabbed, Reading(delimiter="\\t")).delimiter == "\t"


@pytest.mark.parametrize("delimiter", ["ab", '"', "\n", "x", "\x00"])
def test_a_delimiter_that_cannot_be_one_is_refused(tmp_path: Path, delimiter: str) -> None:
    problem = refused(write(tmp_path, "text,label\na,b\n"), delimiter=delimiter)
    assert (problem.code, problem.setting) == ("bad_delimiter", "delimiter")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_read_without_being_told(tmp_path: Path, encoding: str) -> None:
    table = read_table(write(tmp_path, "text,label\nGrüße,gut\nnaïve 😀,schlecht\n".encode(encoding)))
    assert table.columns == ("text", "label")
    assert cells(table.dataset, "text") == ["Grüße", "naïve 😀"]
    assert table.problems == ()


@pytest.mark.parametrize(
    "text", ["café", "it’s fine", "“so” – good", "Grüße", "£100", "5 €", "ÅÄÖ", "São não é", "¿qué?", "5° C"]
)
@pytest.mark.parametrize("times", [1, 30])
def test_windows_1252_is_recognised_in_short_texts(tmp_path: Path, text: str, times: int) -> None:
    content = "text,label\n" + f"plain words,bad\n{text},good\n" * times
    table = read_table(write(tmp_path, content.encode("cp1252")))
    assert cells(table.dataset, "text")[1] == text
    note = told(table, "guessed_encoding")
    assert note.severity is Severity.NOTE
    assert [action.id for action in note.actions] == ["choose_encoding"]


def test_other_code_pages_are_recognised_or_can_be_named(tmp_path: Path) -> None:
    russian = "text,label\nПривет мир как дела сегодня,да\nОчень плохой фильм не смотрите,нет\n"
    path = write(tmp_path, russian.encode("cp1251"))
    assert cells(read_table(path).dataset, "text")[0] == "Привет мир как дела сегодня"
    czech = "text,label\nPříliš žluťoučký kůň úpěl,ano\n"
    path = write(tmp_path, czech.encode("cp1250"))
    assert cells(read_table(path, Reading(encoding="cp1250")).dataset, "text") == [
        "Příliš žluťoučký kůň úpěl"
    ]


def test_a_wrong_encoding_says_where_it_failed(tmp_path: Path) -> None:
    path = write(tmp_path, "text,label\nfine,a\ncafé,b\n".encode("latin-1"))
    problem = refused(path, encoding="utf-8")
    assert (problem.code, problem.setting) == ("unreadable_encoding", "encoding")
    assert "byte 0xE9 in line 3" in problem.reason
    assert problem.actions[0].id == "choose_encoding"
    assert problem.safe == "Your file was not changed."


def test_an_unknown_encoding_suggests_one(tmp_path: Path) -> None:
    problem = refused(write(tmp_path, "a,b\nc,d\n"), encoding="windos-1252")
    assert problem.code == "unknown_encoding"
    assert "Windows-1252" in problem.reason


def test_a_few_damaged_characters_do_not_spoil_the_file(tmp_path: Path) -> None:
    good = "text,label\n" + "".join(f"Grüße {number},gut\n" for number in range(20))
    table = read_table(write(tmp_path, good.encode() + b"kaputt \xff,gut\n"))
    problem = told(table, "broken_characters")
    assert (problem.rows, problem.row_count) == ((21,), 1)
    assert cells(table.dataset, "text")[20] == "kaputt \ufffd"


def test_rows_of_another_length_are_left_out_and_told(tmp_path: Path) -> None:
    rows = [f"text {number},{number % 2}" for number in range(1, 1001)]
    rows[811] = "hello, world,1"
    table = read_table(write(tmp_path, "text,label\n" + "\n".join(rows)))
    problem = told(table, "odd_rows")
    assert problem.title == "Row 812 has 3 columns, the others have 2"
    assert (problem.rows, problem.row_count, problem.severity) == ((812,), 1, Severity.WARNING)
    assert table.rows == 999
    assert row_numbers(table.dataset)[810:813] == [811, 813, 814]


@pytest.mark.parametrize(("sign", "said"), [(",", "A comma"), (";", "A semicolon"), ("\t", "A tab")])
def test_the_sign_that_stands_between_columns_is_named_as_the_cause(
    tmp_path: Path, sign: str, said: str
) -> None:
    rows = [f"text {number}{sign}{number % 2}" for number in range(1, 21)]
    rows[7] = f"well{sign} done{sign}1"
    problem = told(read_table(write(tmp_path, f"text{sign}label\n" + "\n".join(rows))), "odd_rows")
    assert problem.reason.endswith(f"{said} inside a text needs quotation marks around the text.")


def test_blank_lines_are_counted_and_keep_the_numbers_right(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, "\n\ntext,label\na,1\n\n , \nb,2\n\n"))
    problem = told(table, "blank_rows")
    assert (problem.rows, problem.severity) == ((2, 3, 5), Severity.NOTE)
    assert row_numbers(table.dataset) == [1, 4]


def test_only_the_first_hundred_row_numbers_are_carried(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, "text,label\n" + "a,1\nb\n" * 150 + "a,1\n"))
    problem = told(table, "odd_rows")
    assert (len(problem.rows), problem.row_count) == (100, 150)
    assert problem.title == "150 rows have 1 column, the others have 2"


def test_stray_quotation_marks_are_letters(tmp_path: Path) -> None:
    content = 'text\tlabel\n"Hello" she said\ta\n"open\tb\nplain\tc\n'
    table = read_table(write(tmp_path, content, "a.tsv"))
    assert cells(table.dataset, "text") == ['"Hello" she said', '"open', "plain"]
    assert told(table, "quotes_as_letters").severity is Severity.NOTE


def test_a_quotation_mark_that_is_never_closed_is_named(tmp_path: Path) -> None:
    content = 'text,label\n"a, b",1\nfine,2\n"open, and on,1\n' + "x, y, z,2\n" * 5
    problem = refused(write(tmp_path, content))
    assert problem.code == "unclosed_quote"
    assert problem.rows == (3,)


def test_an_unclosed_quotation_mark_at_the_start_does_not_hide_the_columns(tmp_path: Path) -> None:
    rows = "".join(f"a day {number},{'glad' if number % 2 else 'sad'}\n" for number in range(30))
    table = read_table(write(tmp_path, f'text,label\n"never closed,glad\n{rows}'))
    assert (table.columns, table.rows) == (("text", "label"), 31)
    assert told(table, "quotes_as_letters").severity is Severity.NOTE


def test_commas_inside_of_texts_are_named_as_the_cause(tmp_path: Path) -> None:
    texts = ["so, it was", "well, well, well", "yes", "one, two, three, four", "no, never"]
    rows = "".join(f"{text},{'glad' if number % 3 else 'sad'}\n" for number, text in enumerate(texts * 8))
    problem = refused(write(tmp_path, f"text,label\n{rows}"))
    assert problem.code == "most_rows_differ"
    assert problem.reason == (
        "The first row has 2 columns, but 32 of 40 rows have another number. "
        "A comma inside a text needs quotation marks around the text."
    )


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("word/document.xml", "<w/>", "a Word document"),
        ("ppt/presentation.xml", "<p/>", "a presentation"),
        ("mimetype", "application/vnd.oasis.opendocument.text", "a text document"),
    ],
)
def test_a_packed_document_is_called_what_a_person_calls_it(
    tmp_path: Path, name: str, content: str, kind: str
) -> None:
    with zipfile.ZipFile(tmp_path / "letter.docx", "w") as archive:
        archive.writestr(name, content)
    assert refused(tmp_path / "letter.docx").reason == f"It is {kind}, not a table of texts."


def test_a_very_long_cell_is_read(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, f'text,label\n"{"word " * 60_000}",1\nb,2\n'))
    assert len(cells(table.dataset, "text")[0]) == 300_000


def test_columns_without_a_name_or_with_a_taken_one_get_one(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, "text,,text, label ,__row__\na,b,c,d,e\nf,g,h,i,j\n"))
    assert table.columns == ("text", "column 2", "text (2)", "label", "__row__ (2)")
    assert '"column 2"' in told(table, "unnamed_columns").reason
    assert '"text (2)" (in the file: "text")' in told(table, "repeated_columns").reason


def test_a_missing_header_is_noticed(tmp_path: Path) -> None:
    lines = ["ham,go until", "spam,win now", "ham,see you", "ham,ok lar", "spam,free"]
    assert told(read_table(write(tmp_path, "\n".join(lines))), "no_header").severity is Severity.WARNING


def test_a_header_shorter_than_the_rows_is_refused(tmp_path: Path) -> None:
    problem = refused(write(tmp_path, "text,label\n" + "1,some text,yes\n" * 20))
    assert problem.code == "header_differs"
    assert problem.title == "The first row has 2 columns, the others have 3"


def test_prose_in_a_table_is_a_single_column_with_a_warning(tmp_path: Path) -> None:
    prose = 'It is a truth, acknowledged.\n"My dear," said she,\n"have you heard?"\nHe had not.\n'
    table = read_table(write(tmp_path, prose, "novel.csv"))
    assert told(table, "single_column").severity is Severity.WARNING
    assert table.rows == 3
    assert cells(table.dataset, table.columns[0])[0] == '"My dear," said she,'


def test_json_lines_are_read_as_text(tmp_path: Path) -> None:
    lines = [
        '{"text": "a\\nb", "stars": 5.0}',
        "",
        '{"text": "c", "new": [1, "x"], "ok": true}',
        '{"text": null, "stars": 1e3}',
    ]
    content = "\n".join(lines)
    table = read_table(write(tmp_path, content, "a.jsonl"))
    assert table.columns == ("text", "stars", "new", "ok")
    assert cells(table.dataset, "stars") == ["5.0", "", "1e3"]
    assert cells(table.dataset, "text") == ["a\nb", "c", ""]
    assert cells(table.dataset, "ok") == ["", "true", ""]
    assert (table.delimiter, row_numbers(table.dataset)) == ("", [1, 3, 4])
    assert told(table, "blank_rows").rows == (2,)


def test_json_lines_are_known_by_what_they_hold(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, '{"text": "a, b", "label": "x"}\n' * 3, "export.txt"))
    assert table.columns == ("text", "label")


def test_lines_that_are_no_objects_are_told(tmp_path: Path) -> None:
    lines = ['{"text": "a", "label": "b"}'] * 5
    lines[2:2] = ["[1, 2]", '{"text": "cut']
    problem = told(read_table(write(tmp_path, "\n".join(lines), "a.jsonl")), "odd_rows")
    assert (problem.rows, problem.row_count) == ((3, 4), 2)


def test_half_characters_from_json_are_replaced_and_told(tmp_path: Path) -> None:
    table = read_table(
        write(tmp_path, '{"text": "a \\ud800 b", "label": "x"}\n{"text": "c", "label": "y"}\n', "a.jsonl")
    )
    assert cells(table.dataset, "text")[0] == "a \ufffd b"
    assert told(table, "broken_characters").rows == (1,)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.csv", "empty_file"),
        (b" \n\t\r\n", "a.csv", "empty_file"),
        (b"\xef\xbb\xbf\n", "a.csv", "empty_file"),
        (b"", "a.jsonl", "empty_file"),
        (b"text,label\n", "a.csv", "header_only"),
        (b"text,label\n\n\n", "a.csv", "header_only"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a.csv", "binary_file"),
        (bytes(range(256)) * 4, "a.csv", "binary_file"),
        (b"PK\x03\x04" + bytes(50), "a.xlsx", "damaged_workbook"),
        (b"PK\x03\x04" + bytes(50), "a.zip", "damaged_archive"),
        (b"[[], [], 3]", "a.json", "json_document"),
        (b'{"version": {"a": 1}, "rows": [{}, {}]}', "a.json", "json_document"),
        (b'{\n "data": [1, 2]\n}\n', "a.json", "json_document"),
        (b"[1, 2]\n[3, 4]\n", "a.jsonl", "most_rows_differ"),
        (b"not json\nat all\n", "a.jsonl", "most_rows_differ"),
        (b"[" * 100_000, "a.jsonl", "most_rows_differ"),
        (b",".join([b"x"] * 1500) + b"\n" + b",".join([b"y"] * 1500), "a.csv", "too_many_columns"),
    ],
)
def test_files_of_another_kind_are_refused(tmp_path: Path, content: bytes, name: str, code: str) -> None:
    problem = refused(write(tmp_path, content, name))
    assert problem.code == code
    assert name in problem.title + problem.reason


def test_a_delimiter_that_cuts_no_table_is_refused(tmp_path: Path) -> None:
    problem = refused(write(tmp_path, "a,b\n1\n2,3,4\n5,6\n7,8,9,10\n"), delimiter=",")
    assert (problem.code, problem.rows, problem.row_count) == ("most_rows_differ", (1, 2, 4), 3)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a,b\nc,d\n", "reviews.csv")
    write(tmp_path, "a,b\nc,d\n", "others.csv")
    missing = refused(tmp_path / "review.csv")
    assert missing.code == "no_file"
    assert 'Did you mean "reviews.csv"?' in missing.reason
    folder = refused(tmp_path)
    assert folder.code == "folder_given"
    assert '"reviews.csv"' in folder.reason
    assert refused("").code == "no_file"
    assert refused("a\x00b.csv").code == "no_file"
    assert refused(tmp_path / "reviews.csv" / "more.csv").code == "no_file"
    assert refused(tmp_path / ("x" * 5000)).code == "cannot_open"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_devices_are_refused_and_not_read() -> None:
    assert refused("/dev/zero").code == "special_file"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator may read everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\nc,d\n")
    path.chmod(0)
    assert refused(path).code == "cannot_open"


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [
        ("posts.csv", 3099, ("text", "mood")),
        ("messages.csv", 4289, ("message", "kind")),
        ("definitions.csv", 4000, ("definition", "kind")),
        ("addresses.conll", 1431, ("tokens", "tags")),
        ("names.conll", 3500, ("tokens", "tags")),
        ("people.squad.json", 2400, ("context", "question", "answers", "id", "title")),
        ("interface.en-fr.tsv", 5081, ("english", "french")),
        ("pride_and_prejudice.txt", 1685, ("text",)),
    ],
)
def test_the_samples_are_read_whole(name: str, rows: int, columns: tuple[str, ...]) -> None:
    table = read_table(str(files("resources") / "samples" / name))
    assert (table.rows, table.columns) == (rows, columns)
    assert {problem.severity for problem in table.problems} <= {Severity.NOTE}
