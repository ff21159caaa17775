"""Words with tags: read as sentences letter by letter, nothing left out unsaid; all schemes become one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.answer_cells import listed_in
from engine.data.cell_lists import list_cell, words_of
from engine.data.read_files import read_table
from engine.data.table import Table, cells, row_numbers
from engine.data.tag_schemes import to_iob2
from engine.errors import EngineError
from engine.evaluation.entities import Span, spans
from engine.protocol.config import Reading
from engine.protocol.problems import Severity


def write(folder: Path, content: str, name: str = "notes.conll") -> Path:
    """Writes a file and returns its path."""
    path = folder / name
    path.write_text(content, encoding="utf-8", newline="")
    return path


def sentences(table: Table, column: str = "tokens") -> list[list[str]]:
    """Returns what each row of a column lists."""
    return [words_of(cell) for cell in cells(table.dataset, column)]


@settings(max_examples=200, deadline=None)
@given(words=st.lists(st.text(st.characters(exclude_categories=("Cs",)))))
def test_a_list_comes_back_from_its_cell(words: list[str]) -> None:
    assert words_of(list_cell(words)) == words


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("EU rejects  German", ["EU", "rejects", "German"]),
        ('["a", 3, null, true]', ["a", "3", "", "True"]),
        ("['EU', \"it's\", 3]", ["EU", "it's", "3"]),
        ("['it\\'s', 'b',]", ["it's", "b"]),
        ("['EU' 'rejects']", ["['EU'", "'rejects']"]),  # how numpy prints: Python would join the words
        ("[ 1 ]", ["1"]),
        ("[laughs] well", ["[laughs]", "well"]),
        ("[laughs]", ["[laughs]"]),
        ("[]", []),
        ("", []),
        ("['a\\", ["['a\\"]),
        ('["a\\ud800"]', ["a\ufffd"]),
        ("[[1], [2]]", ["[[1],", "[2]]"]),
    ],
)
def test_cells_hold_lists_in_several_ways(cell: str, words: list[str]) -> None:
    assert words_of(cell) == words


def test_what_is_no_list_is_told_apart() -> None:
    assert listed_in("a b") is None
    assert listed_in("[" * 100_000 + "]") is None
    assert listed_in("['" + "a', '" * 20_000) is None


def test_sentences_are_rows_with_their_own_numbers(tmp_path: Path) -> None:
    content = (
        "-DOCSTART- O\r\n\r\nEU B-ORG\r\nrejects O\r\n\r\nPeter B-PER\r\nBlackburn\r\n\r\n# a comment\r\n"
        "# O\r\n10\u00a0000\tB-NUM\r\n \r\n\r\nlast O"
    )
    table = read_table(write(tmp_path, content))
    assert sentences(table) == [["EU", "rejects"], ["#", "10\u00a0000"], ["last"]]
    assert sentences(table, "tags") == [["B-ORG", "O"], ["O", "B-NUM"], ["O"]]
    assert row_numbers(table.dataset) == [1, 3, 4]
    odd, note = table.problems
    assert (odd.code, odd.rows, odd.severity) == ("odd_rows", (2,), Severity.WARNING)
    assert "line 7 has 1 column, the others have 2" in odd.reason
    assert (note.code, note.title) == ("lines_left_out", "2 lines are not words")
    assert "1 mark between documents (-DOCSTART-) and 1 line of comment (#)" in note.reason


def test_columns_between_word_and_tag_are_kept(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, "EU NNP B-NP B-ORG\nrejects VBZ B-VP O\n\n. . O O\n"))
    assert table.columns == ("tokens", "column 2", "column 3", "tags")
    assert sentences(table, "column 2") == [["NNP", "VBZ"], ["."]]
    assert sentences(table, "tags") == [["B-ORG", "O"], ["O"]]


def test_a_word_may_hold_spaces_between_tabs(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, "New York\tB-LOC\nis\tO\n\nbig\t\nof\tO\n\nso\tO\n"))
    assert sentences(table) == [["New York", "is"], ["so"]]
    assert table.problems[0].rows == (2,)


@pytest.mark.parametrize("name", ["export.txt", "export.csv", "export", "export.tsv"])
def test_tagged_words_are_known_by_what_they_hold(tmp_path: Path, name: str) -> None:
    content = "Anna\tB-PER\nlives\tO\nin\tO\nUlm\tB-LOC\n\n" * 3
    table = read_table(write(tmp_path, content, name))
    assert (table.rows, table.columns) == (3, ("tokens", "tags"))
    assert [problem.code for problem in table.problems] == ["read_as_sentences"]


@pytest.mark.parametrize(
    "content",
    [
        "text\tlabel\nO\tB-1\nhello\tO\n",  # a table without a blank line
        "yes O\n\nno O\n\nwell O\n",  # nothing is tagged
        "He said O\nand she went\n\nB-movie\n",
    ],
)
def test_other_files_are_no_tagged_words(tmp_path: Path, content: str) -> None:
    assert read_table(write(tmp_path, content, "export.txt")).columns != ("tokens", "tags")


def test_a_file_with_the_ending_and_without_tags_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as caught:
        read_table(write(tmp_path, "Just some words of a text that nobody tagged.\n"))
    assert caught.value.problem.code == "no_tagged_words"


SAFE_WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp"), exclude_characters="\ufffd")
).filter(lambda word: word and not word.startswith(("#", "-DOCSTART-", "\ufeff")))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.lists(st.tuples(SAFE_WORDS, st.sampled_from(["O", "B-X", "I-X"])), min_size=1, max_size=6),
        min_size=1,
        max_size=6,
    ),
    between=st.sampled_from([" ", "\t"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_was_written_is_read(
    tmp_path: Path, rows: list[list[tuple[str, str]]], between: str, end: str
) -> None:
    content = "".join("".join(f"{word}{between}{tag}{end}" for word, tag in row) + end for row in rows)
    table = read_table(write(tmp_path, content), Reading(encoding="utf-8"))
    assert sentences(table) == [[word for word, _ in row] for row in rows]
    assert sentences(table, "tags") == [[tag for _, tag in row] for row in rows]
    assert table.problems == ()


def repaired(*rows: str) -> tuple[list[str], list[str]]:
    """Returns tags as IOB2 and the codes of what was found."""
    tags, findings = to_iob2([row.split() for row in rows], range(1, len(rows) + 1))
    return [" ".join(row) for row in tags], [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        ("B-PER I-PER O B-LOC B-LOC", "B-PER I-PER O B-LOC B-LOC", []),
        ("I-PER I-PER O I-LOC B-LOC I-LOC", "B-PER I-PER O B-LOC B-LOC I-LOC", ["tags_read_as"]),
        ("I-PER I-LOC O", "B-PER B-LOC O", ["tags_read_as"]),
        ("B-PER I-PER E-PER S-LOC O S-PER", "B-PER I-PER I-PER B-LOC O B-PER", ["tags_read_as"]),
        ("B-PER L-PER U-LOC U-LOC", "B-PER I-PER B-LOC B-LOC", ["tags_read_as"]),
        ("B-PER M-PER E-PER W-LOC O", "B-PER I-PER I-PER B-LOC O", ["tags_read_as"]),
        ("B_PER I_PER O", "B-PER I-PER O", []),
        ("B I O B", "B-part I-part O B-part", []),
        ("PER PER O LOC", "B-PER I-PER O B-LOC", ["plain_tags"]),
        ("3 3 0 4", "B-3 I-3 O B-4", ["plain_tags"]),
        ("NOUN NOUN VERB", "B-NOUN B-NOUN B-VERB", ["plain_tags"]),
        ("O O O", "O O O", []),
        ("B-LOC O I-PER", "B-LOC O B-PER", ["stray_tags"]),
        ("B-LOC E-LOC I-LOC O", "B-LOC I-LOC B-LOC O", ["tags_read_as", "stray_tags"]),
        ("B-E-Mail I-E-Mail O", "B-E-Mail I-E-Mail O", []),
    ],
)
def test_every_scheme_becomes_iob2(before: str, after: str, codes: list[str]) -> None:
    assert repaired(before) == ([after], codes)


def test_slips_are_told_with_their_rows_and_do_not_change_the_scheme() -> None:
    rows = ["B-PER I-PER O"] * 30
    rows[4], rows[9] = "B-PER O tag", "O I-PER I-PER"
    tags, findings = to_iob2([row.split() for row in rows], range(11, 41), "ner")
    assert tags[4] == ["B-PER", "O", "O"]
    assert tags[9] == ["O", "B-PER", "I-PER"]
    strays, unknown = findings
    assert (strays.code, strays.rows, strays.row_count) == ("stray_tags", (20,), 1)
    assert (unknown.code, unknown.rows) == ("unknown_tags", (15,))
    assert '"ner" holds "tag"' in unknown.reason


def parts(tags: list[str], scheme: str) -> list[Span]:
    """Returns the parts of tags by a scheme, read by hand."""
    found, start = [], 0
    for place, tag in enumerate(tags):
        if tag[0] in "BSU":
            start = place
        following = tags[place + 1] if place + 1 < len(tags) else "O"
        ends = following[0] not in "IEL" if scheme == "IOB2" else tag[0] in "ESLU"
        if tag != "O" and ends:
            found.append(Span(start, place + 1, tag[2:]))
    return found


@settings(max_examples=200, deadline=None)
@given(
    pieces=st.lists(st.tuples(st.sampled_from(["PER", "LOC"]), st.integers(0, 4)), min_size=1, max_size=6),
    letters=st.sampled_from([("B", "I", "E", "S"), ("B", "I", "L", "U")]),
)
def test_parts_stay_the_same(pieces: list[tuple[str, int]], letters: tuple[str, str, str, str]) -> None:
    first, inside, last, single = letters
    tags: list[str] = []
    for kind, length in pieces:
        if length == 0:
            tags.append("O")
        elif length == 1:
            tags.append(f"{single}-{kind}")
        else:
            tags += [f"{first}-{kind}", *[f"{inside}-{kind}"] * (length - 2), f"{last}-{kind}"]
    (result,), _ = to_iob2([tags], [1])
    assert spans(result) == parts(tags, "IOBES")
    assert to_iob2([result], [1]) == ([result], [])
