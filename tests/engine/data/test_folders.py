"""Folders of texts: a row for each file, folders as labels, nothing left out in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.folders import folder_stamp
from engine.data.read_files import read_table
from engine.data.split_values import part_column
from engine.data.table import Table, cells, row_numbers
from engine.errors import EngineError

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


def test_texts_beside_folders_have_no_labels(tmp_path):
    assert read_table(fill(tmp_path, CLASSES | {"readme.txt": "About"})).columns == ("text", "file")


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
