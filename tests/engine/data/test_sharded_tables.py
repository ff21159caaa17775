"""Tables in several files, as data sets of the hub are kept: ``train-00000-of-00002.parquet``."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.read_files import read_table
from engine.data.split_values import part_column
from engine.data.table import Table, cells
from engine.protocol.data_facts import TEST, TRAIN, VALIDATION
from engine.protocol.folder_files import FolderKind, part_of, what_is_read


def put(folder: Path, name: str, *texts: str, **columns: list[object]) -> None:
    """Writes a Parquet file with these texts."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({"text": list(texts), **columns}), path)


def notes(table: Table) -> dict[str, str]:
    return {problem.code: f"{problem.title}. {problem.reason}" for problem in table.problems}


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("train-00000-of-00002.parquet", TRAIN),
        ("data/validation-00001-of-00002.jsonl", VALIDATION),
        ("default/test/0000.parquet", TEST),
        ("dev/0012.parquet", VALIDATION),
        ("train_01.csv", TRAIN),
        ("train/a.txt", ""),
        ("train/0000.txt", ""),
        ("train/reviews.csv", ""),
        ("0000.parquet", ""),
        ("train2.csv", ""),
        ("unsupervised-00000-of-00001.parquet", ""),
    ],
)
def test_a_name_says_its_part_also_when_it_is_numbered(name: str, part: str) -> None:
    assert part_of(name) == part


@pytest.mark.parametrize(
    "layout", ["{part}-{number:05}-of-00002.parquet", "default/{part}/{number:04}.parquet"]
)
def test_the_files_of_a_part_are_read_together(tmp_path: Path, layout: str) -> None:
    for part in ("test", "train", "validation"):
        for number in range(2):
            put(tmp_path, layout.format(part=part, number=number), f"{part} {number} a", f"{part} {number} b")
    table = read_table(tmp_path)
    assert table.columns == ("text", "split", "file")
    order = [
        f"{part} {number} {row}"
        for part in ("train", "validation", "test")
        for number in (0, 1)
        for row in "ab"
    ]
    assert cells(table.dataset, "text") == order
    assert cells(table.dataset, "split") == ["train"] * 4 + ["validation"] * 4 + ["test"] * 4
    assert part_column(table.dataset) == "split"
    assert "6 tables became the 3 parts of a split" in notes(table)["read_as_parts"]


@pytest.mark.parametrize(
    "names",
    [
        ["train-00000-of-00002.parquet", "train-00001-of-00002.parquet"],
        ["train/0000.parquet", "train/0001.parquet"],
        ["data/rows-00000-of-00002.parquet", "data/rows-00001-of-00002.parquet"],
    ],
)
def test_one_table_in_several_files_is_one_table(tmp_path: Path, names: list[str]) -> None:
    put(tmp_path, names[0], "a", "b")
    put(tmp_path, names[1], "c")
    (tmp_path / "README.md").write_text("About")
    table = read_table(tmp_path)
    assert table.columns == ("text",)
    assert cells(table.dataset, "text") == ["a", "b", "c"]
    assert "2 files were read as one table" in notes(table)["read_as_one_table"]


def test_numbered_texts_stay_a_row_each() -> None:
    assert what_is_read(["chapter-1.txt", "chapter-2.txt"]).kind is FolderKind.TEXTS
    assert what_is_read(["a.csv", "b.csv"]).kind is FolderKind.NOTHING
    assert what_is_read(["rows-1.csv", "rows-1.jsonl"]).kind is FolderKind.NOTHING


def test_without_a_test_part_the_rows_are_divided_by_lot_and_it_is_said(tmp_path: Path) -> None:
    put(tmp_path, "train.parquet", "a")
    put(tmp_path, "validation.parquet", "b")
    table = read_table(tmp_path)
    assert cells(table.dataset, "split") == ["train", "validation"]
    assert part_column(table.dataset) == ""
    assert "None of them is called test, so Thaw divides the rows by lot" in notes(table)["read_as_parts"]


def test_a_column_of_the_tables_that_is_called_split_stays(tmp_path: Path) -> None:
    put(tmp_path, "train.parquet", "a", split=["mine"], file=["x"])
    put(tmp_path, "test.parquet", "b", split=["yours"], file=["y"])
    table = read_table(tmp_path)
    assert table.columns == ("text", "split", "file", "part", "file 2")
    assert cells(table.dataset, "split") == ["mine", "yours"]
    assert cells(table.dataset, "part") == ["train", "test"]
    assert part_column(table.dataset) == "part"


def test_a_class_that_the_hub_does_not_tell_is_blank(tmp_path: Path) -> None:
    features = {"label": {"_type": "ClassLabel", "names": ["bad", "good"]}}
    about = {b"huggingface": json.dumps({"info": {"features": features}}).encode()}
    rows = pa.table({"text": ["a", "b", "c"], "label": [1, 0, -1]}).replace_schema_metadata(about)
    pq.write_table(rows, tmp_path / "rows.parquet")
    assert cells(read_table(tmp_path / "rows.parquet").dataset, "label") == ["good", "bad", ""]


NUMBERED = st.builds(
    "{}{}{}".format,
    st.sampled_from(["train", "test", "dev", "rows", "train/0000", "a/train/01", ""]),
    st.sampled_from(["", "-00000-of-00002", "-00001-of-00002", "_3"]),
    st.sampled_from([".parquet", ".csv", ".txt"]),
)


@given(st.lists(NUMBERED, max_size=8, unique=True))
def test_of_numbered_files_all_that_is_read_is_read_again(names: list[str]) -> None:
    reading = what_is_read(names)
    assert sorted([*reading.names, *reading.others]) == sorted(names)
    again = what_is_read(reading.names)
    assert (again.kind, again.names, again.others) == (reading.kind, reading.names, ())
