"""Folders of texts: a row for each file, folders as labels, nothing left out in silence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.encodings import called
from engine.data.folders import folder_stamp
from engine.data.read_files import read_table
from engine.data.split_values import part_column
from engine.data.table import Table, cells, row_numbers
from engine.errors import EngineError
from engine.protocol import file_problems, folder_problems
from engine.protocol.config import Reading
from engine.protocol.folder_files import FolderKind, what_is_read

CLASSES = {"glad/1.txt": "What a day", "glad/10.txt": "Sun", "glad/2.txt": "Cake", "sad/1.txt": "Rain"}


def fill(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def codes(table: Table) -> dict[str, tuple[int, ...]]:
    return {problem.code: problem.rows for problem in table.problems}


def refused(folder: Path) -> str:
    with pytest.raises(EngineError) as caught:
        read_table(folder)
    return caught.value.problem.code


def test_a_row_for_each_file_in_the_order_of_the_names(tmp_path):
    table = read_table(fill(tmp_path, {"10.txt": "ten", "2.txt": "two\nlines\n", "1.md": "one"}))
    assert table.columns == ("text", "file")
    assert cells(table.dataset, "file") == ["1.md", "2.txt", "10.txt"]
    assert cells(table.dataset, "text") == ["one", "two\nlines", "ten"]
    assert (row_numbers(table.dataset), table.encoding, codes(table)) == (
        [1, 2, 3],
        "utf-8",
        {"read_as_files": ()},
    )


def test_folders_are_labels(tmp_path):
    table = read_table(fill(tmp_path, CLASSES))
    assert table.columns == ("text", "label", "file")
    assert cells(table.dataset, "label") == ["glad", "glad", "glad", "sad"]
    assert cells(table.dataset, "text") == ["What a day", "Cake", "Sun", "Rain"]
    assert 'The folders "glad" and "sad" are the labels' in table.problems[0].reason


def test_train_and_test_are_parts_and_no_labels(tmp_path):
    files = {
        f"{part}/{label}/1.txt": f"{part} {label}" for part in ("train", "test") for label in ("neg", "pos")
    }
    table = read_table(fill(tmp_path, files))
    assert table.columns == ("text", "label", "split", "file")
    rows = list(zip(*(cells(table.dataset, name) for name in ("text", "label", "split")), strict=True))
    assert sorted(rows) == sorted((f"{p} {q}", q, p) for p in ("train", "test") for q in ("neg", "pos"))


def test_a_readme_beside_folders_is_left_aside_and_takes_no_labels_away(tmp_path):
    table = read_table(fill(tmp_path, CLASSES | {"README.txt": "About"}))
    assert cells(table.dataset, "label") == ["glad", "glad", "glad", "sad"]
    assert {"read_as_files", "other_files"} == {*codes(table)}


def test_a_text_beside_folders_is_a_row_without_a_label(tmp_path):
    table = read_table(fill(tmp_path, CLASSES | {"a.txt": "Fog"}))
    assert dict(zip(cells(table.dataset, "text"), cells(table.dataset, "label"), strict=True))["Fog"] == ""
    assert cells(table.dataset, "label").count("") == 1


def test_where_most_texts_stand_beside_folders_these_are_no_labels(tmp_path):
    more = {f"{number}.txt": "Fog" for number in range(9)}
    assert read_table(fill(tmp_path, CLASSES | more)).columns == ("text", "file")


def test_a_table_with_a_readme_is_read(tmp_path):
    table = read_table(fill(tmp_path, {"train.csv": "text,label\na,x\nb,y\n", "README.txt": "About"}))
    assert (table.columns, {*codes(table)}) == (("text", "label"), {"other_files"})


def test_folders_that_cannot_be_opened_are_told(tmp_path):
    fill(tmp_path, CLASSES)
    (tmp_path / "linked").symlink_to(tmp_path / "glad")
    (problem,) = [one for one in read_table(tmp_path).problems if one.code == "unopened_folders"]
    assert '"linked"' in problem.reason


def test_folders_that_the_system_keeps_shut_are_told(tmp_path, monkeypatch):
    fill(tmp_path, CLASSES)
    scandir = os.scandir

    def guarded(path):
        if str(path).endswith("sad"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    table = read_table(tmp_path)
    assert table.rows == 3
    (problem,) = [one for one in table.problems if one.code == "unopened_folders"]
    assert '"sad"' in problem.reason


def test_the_layout_of_a_text_stays(tmp_path):
    table = read_table(fill(tmp_path, {"a.txt": "\n    if x:\n        y  \n\n", "b.txt": "\tz"}))
    assert cells(table.dataset, "text") == ["    if x:\n        y  ", "\tz"]


def test_a_chosen_encoding_that_does_not_fit_is_told(tmp_path):
    fill(tmp_path, {"a.txt": "Grüße", "b.txt": "Köln".encode("cp1252"), "c.txt": "plain"})
    table = read_table(tmp_path, Reading(encoding="utf-8"))
    assert table.rows == 2
    (problem,) = [one for one in table.problems if one.code == "unread_files"]
    assert (problem.reason, problem.setting) == (
        '"b.txt" does not fit UTF-8, which was chosen.',
        "encoding",
    )
    with pytest.raises(EngineError) as caught:
        read_table(tmp_path, Reading(encoding="utf-66"))
    assert caught.value.problem.code == "unknown_encoding"


def test_a_mix_of_encodings_is_said_whole_the_most_frequent_first(tmp_path):
    texts = {"1.txt": "Grüße".encode("cp1252"), "2.txt": "Grüße", "3.txt": "plain"}
    table = read_table(fill(tmp_path / "texts", texts))
    assert (table.encoding, called(table.encoding)) == ("utf-8,cp1252", "UTF-8 and Windows-1252")
    tables = {"train.csv": "text,label\nGrüße,a\n", "test.csv": "text,label\nGrüße,a\n".encode("cp1252")}
    assert called(read_table(fill(tmp_path / "tables", tables)).encoding) == "UTF-8 and Windows-1252"


def test_a_packed_file_is_not_called_a_folder():
    for problem in (
        folder_problems.nothing_in_folder("/a/letters.zip", 2),
        folder_problems.other_columns("/a/letters.zip", "b.csv", ["a"], ["b"]),
        folder_problems.too_many_files("/a/letters.tar.gz", 9),
        file_problems.folder_given("/a/letters.zip", ["a.csv", "b.csv"]),
    ):
        said = " ".join((problem.title, problem.reason, problem.fix, problem.safe))
        assert "folder" not in said.replace("another folder or", "").replace("folders inside", ""), said
    assert file_problems.folder_given("/a/letters").title == '"letters" is a folder'


def test_guessed_encodings_of_all_files_are_told(tmp_path):
    fill(tmp_path, {f"{name}.txt": f"Grüße aus Köln {name}".encode("cp1252") for name in "abc"})
    (problem,) = [one for one in read_table(tmp_path).problems if one.code == "guessed_encoding"]
    assert problem.title == "3 files read as Windows-1252"


def test_a_file_that_moves_changes_the_stamp_of_its_folder(tmp_path):
    before = folder_stamp(str(fill(tmp_path, CLASSES)))
    (tmp_path / "glad" / "2.txt").rename(tmp_path / "sad" / "2.txt")
    assert folder_stamp(str(tmp_path)) != before


PAIRS = [
    (("corpus.en", "corpus.de"), ("de", "en")),
    (("train.src", "train.tgt"), ("src", "tgt")),
    (("en.txt", "de.txt"), ("de", "en")),
    (("a/corpus.pt-BR.txt", "a/corpus.en.txt"), ("en", "pt-BR")),
    (("en/book.txt", "fr/book.txt"), ("en", "fr")),
]


@pytest.mark.parametrize(("names", "columns"), PAIRS)
def test_two_files_in_two_languages_become_pairs(tmp_path, names, columns):
    texts = dict(zip(names, ("one\r\ntwo\r\n\r\nfour\r\n", "1\n2\n\n4"), strict=True))
    table = read_table(fill(tmp_path, texts))
    assert table.columns == columns
    assert row_numbers(table.dataset) == [1, 2, 4]
    assert {*codes(table)} == {"read_as_pairs", "blank_rows"}
    rows = {frozenset(row) for row in zip(*(cells(table.dataset, name) for name in columns), strict=True)}
    assert rows == {frozenset(pair) for pair in (("one", "1"), ("two", "2"), ("four", "4"))}


def test_sides_of_unequal_length_are_a_problem_with_both_counts(tmp_path):
    with pytest.raises(EngineError) as caught:
        read_table(fill(tmp_path, {"en.txt": "a\nb\n", "de.txt": "x\ny\nz\n"}))
    assert caught.value.problem.code == "unequal_lines"
    assert '"de.txt" has 3 lines and "en.txt" has 2 lines' in caught.value.problem.reason


@pytest.mark.parametrize("names", [("glad.txt", "sad.txt"), ("1.txt", "2.txt"), ("en.txt", "b/de.md")])
def test_other_two_texts_are_no_pair(tmp_path, names):
    assert read_table(fill(tmp_path, dict.fromkeys(names, "a"))).columns == ("text", "file")


FOLDERS = st.lists(
    st.sampled_from(["a", "train", "test", "en", "de", "README", "film", "1"]), min_size=1, max_size=3
)
ENDINGS = st.sampled_from([".txt", ".csv", ".en", ".pdf", ""])
NAMES = st.lists(
    st.builds("{}{}".format, FOLDERS.map("/".join), ENDINGS),
    max_size=8,
    unique=True,
)


@given(NAMES)
def test_of_what_is_read_all_is_read(names):
    reading = what_is_read(names)
    assert sorted([*reading.names, *reading.others]) == sorted(names)
    again = what_is_read(reading.names)
    assert (again.names, again.others) == (reading.names, ())
    assert again.kind is reading.kind


def test_blank_unreadable_and_other_files_are_told(tmp_path):
    more = {
        "glad/3.txt": " \n",
        "sad/2.txt": bytes(range(256)) * 9,
        "sad/cat.png": b"\x89PNG",
        ".hidden.txt": "x",
    }
    table = read_table(fill(tmp_path, CLASSES | more))
    assert table.rows == 4
    assert row_numbers(table.dataset) == [1, 2, 4, 5]
    told = codes(table)
    assert {*told} == {"read_as_files", "blank_rows", "unread_files", "other_files"}
    assert told["blank_rows"] == (3,)
    said = {problem.code: f"{problem.title}. {problem.reason}" for problem in table.problems}
    assert said["read_as_files"].startswith("4 text files became a row each.")
    assert said["blank_rows"].startswith('1 blank file left out. "glad/3.txt" holds nothing')


def test_a_folder_with_one_table_is_that_table(tmp_path):
    table = read_table(fill(tmp_path, {"a.csv": "text,label\na,x\nb,y\n", ".DS_Store": b"x"}))
    assert table.columns == ("text", "label")


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "folder_given"),
        ({"a.csv": "x", "b.csv": "y"}, "folder_given"),
        ({"a.txt": "", "b.txt": " "}, "nothing_in_folder"),
    ],
)
def test_a_folder_without_texts_is_a_problem(tmp_path, files, code):
    assert refused(fill(tmp_path, files)) == code


def test_a_changed_file_changes_the_stamp_of_its_folder(tmp_path):
    before = folder_stamp(str(fill(tmp_path, CLASSES)))
    (tmp_path / "sad" / "1.txt").write_text("Snow and rain")
    assert folder_stamp(str(tmp_path)) != before


def test_tables_called_train_and_test_become_parts(tmp_path):
    files = {
        "test.csv": "label,text\nx,e\n",
        "train.csv": "text,label\na,x\n\nb,y\n",
        "dev.csv": "text,label\nc,x\nd,y\n",
    }
    table = read_table(fill(tmp_path, files))
    assert table.columns == ("text", "label", "split", "file")
    assert cells(table.dataset, "text") == ["a", "b", "c", "d", "e"]
    assert cells(table.dataset, "split") == ["train", "train", "validation", "validation", "test"]
    assert row_numbers(table.dataset) == [1, 3, 4, 5, 6]
    assert codes(table) == {"read_as_parts": (), "blank_rows": (2,)}
    assert part_column(table.dataset) == "split"


def test_parts_with_other_columns_are_a_problem(tmp_path):
    assert (
        refused(fill(tmp_path, {"test.csv": "text\na\n", "train.csv": "text,label\na,x\n"}))
        == "other_columns"
    )


def test_links_that_lead_nowhere_are_no_files(tmp_path):
    fill(tmp_path, {"a.txt": "one", "b.txt": "two"})
    (tmp_path / "c.txt").symlink_to(tmp_path / "gone.txt")
    assert read_table(tmp_path).rows == 2


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (("reviews-train.csv", "reviews-test.csv"), FolderKind.PARTS),
        (("Train reviews.csv", "Test reviews.csv", "Validation reviews.csv"), FolderKind.PARTS),
        (("train-0.csv", "train-1.csv", "test-0.csv"), FolderKind.PARTS),
        (("how-to-learn.csv", "final-test.csv"), FolderKind.NOTHING),
        (("a-train.csv", "b-test.csv"), FolderKind.NOTHING),
        (("reviews-test.csv", "reviews-val.csv"), FolderKind.NOTHING),
    ],
)
def test_parts_may_be_called_by_what_they_are_about(names, kind):
    assert what_is_read(names).kind is kind
