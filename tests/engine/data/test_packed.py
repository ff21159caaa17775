"""Tables of bytes, and files in packed ones."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from datasets import ClassLabel, Dataset, Features, Value
from pyarrow import feather, ipc

from engine.data import archives, formats
from engine.data.read_files import all_formats, file_endings, read_table
from engine.data.table import Table, cells, row_numbers
from engine.errors import EngineError

CSV = "text,label\nGrüße,gut\nRegen,schlecht\n".encode()
FRAME = pd.DataFrame(
    {"text": ["a", "", None, "d"], "stars": [1.0, 2.5, None, 4.0], "words": [["x"], [], None, ["y"]]}
)


def zipped(**files: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return held.getvalue()


def read(folder: Path, name: str, data: bytes) -> Table:
    (folder / name).write_bytes(data)
    return read_table(folder / name)


def refused(folder: Path, name: str, data: bytes) -> str:
    with pytest.raises(EngineError) as caught:
        read(folder, name, data)
    problem = caught.value.problem
    assert problem.title
    assert problem.reason
    assert problem.fix
    return problem.code


@pytest.mark.parametrize("kind", ["parquet", "arrow", "stream", "feather"])
def test_a_table_of_bytes_comes_back_as_text(tmp_path, kind):
    table, held = pa.Table.from_pandas(FRAME), io.BytesIO()
    if kind == "parquet":
        FRAME.to_parquet(held)
    elif kind == "feather":
        feather.write_feather(table, held)
    else:
        with (ipc.new_file if kind == "arrow" else ipc.new_stream)(held, table.schema) as writer:
            writer.write_table(table)
    read_back = read(tmp_path, f"a.{'arrow' if kind == 'stream' else kind}", held.getvalue())
    assert read_back.columns == ("text", "stars", "words")
    assert cells(read_back.dataset, "text") == ["a", "", "d"]
    assert cells(read_back.dataset, "stars") == ["1.0", "2.5", "4.0"]
    assert cells(read_back.dataset, "words") == ['["x"]', "[]", '["y"]']
    assert row_numbers(read_back.dataset) == [1, 2, 4]
    assert [problem.rows for problem in read_back.problems] == [(3,)]


def test_numbers_of_classes_become_their_names(tmp_path):
    features = Features({"text": Value("string"), "label": ClassLabel(names=["neg", "pos"])})
    Dataset.from_dict({"text": ["a", "b"], "label": [1, 0]}, features=features).to_parquet(
        tmp_path / "a.parquet"
    )
    assert cells(read_table(tmp_path / "a.parquet").dataset, "label") == ["pos", "neg"]


def test_a_damaged_table_is_a_problem(tmp_path):
    held = io.BytesIO()
    FRAME.to_parquet(held)
    assert refused(tmp_path, "a.parquet", held.getvalue()[:200]) == "damaged_table"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv.gz", gzip.compress(CSV)),
        ("a.csv.bz2", bz2.compress(CSV)),
        ("a.csv.xz", lzma.compress(CSV)),
        ("a.zip", zipped(**{"folder/a.csv": CSV, "__MACOSX/a.csv": b"x", ".DS_Store": b"x"})),
        ("a.csv", gzip.compress(CSV)),
        ("a.zip", zipped(**{"a.csv.gz": gzip.compress(CSV)})),
    ],
    ids=["gz", "bz2", "xz", "zip", "gz called csv", "gz in zip"],  # packed bytes hold the time
)
def test_the_file_inside_is_read(tmp_path, name, data):
    table = read(tmp_path, name, data)
    assert cells(table.dataset, "text") == ["Grüße", "Regen"]
    assert (table.encoding, table.delimiter, table.path) == ("utf-8", ",", str(tmp_path / name))


def test_a_path_inside_leads_nowhere(tmp_path):
    table = read(tmp_path, "a.zip", zipped(**{"../../etc/letters.csv": CSV}))
    assert table.rows == 2
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.zip"]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.zip", zipped(**{"a.csv": CSV, "b.csv": CSV}), "folder_given"),
        ("a.zip", zipped(**{".hidden": CSV}), "nothing_packed"),
        ("a.zip", zipped(**{"a.csv": CSV * 99})[:150], "damaged_archive"),
        ("a.csv.gz", gzip.compress(CSV * 99)[:-20], "damaged_archive"),
        ("a.csv.gz", gzip.compress(b""), "empty_file"),
        ("a.gz", gzip.compress(gzip.compress(gzip.compress(gzip.compress(CSV)))), "packed_too_often"),
        ("a.docx", zipped(**{"word/document.xml": b"<x/>"}), "binary_file"),
    ],
    ids=["two tables", "hidden", "cut zip", "cut gz", "empty", "four times", "document"],
)
def test_what_cannot_be_unpacked_is_a_problem(tmp_path, name, data, code):
    assert refused(tmp_path, name, data) == code


def test_a_folder_inside_is_read_as_one_on_the_disk(tmp_path):
    files = {"letters/glad/1.txt": b"What a day", "letters/sad/1.txt": b"Rain", "__MACOSX/x.txt": b"x"}
    table = read(tmp_path, "letters.zip", zipped(**files))
    assert table.columns == ("text", "label", "file")
    assert cells(table.dataset, "label") == ["glad", "sad"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["letters.zip"]


def test_what_is_far_too_large_inside_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "SIZE_LIMIT", 1000)
    assert refused(tmp_path, "a.csv.gz", gzip.compress(CSV * 1000)) == "too_large_inside"
    assert refused(tmp_path, "a.zip", zipped(**{"a.csv": CSV * 1000})) == "too_large_inside"


def test_links_and_devices_of_an_archive_are_passed_over_and_told(tmp_path):
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for name, kind in (
            ("a.txt", tarfile.REGTYPE),
            ("b.txt", tarfile.REGTYPE),
            ("c.txt", tarfile.SYMTYPE),
        ):
            entry = tarfile.TarInfo(f"../{name}")
            entry.type, entry.linkname = kind, "/etc/passwd"
            entry.size = 1 if kind == tarfile.REGTYPE else 0
            archive.addfile(entry, io.BytesIO(b"x") if entry.size else None)
    table = read(tmp_path, "a.tar", held.getvalue())
    assert cells(table.dataset, "file") == ["a.txt", "b.txt"]
    (problem,) = [one for one in table.problems if one.code == "unopened_folders"]
    assert '"../c.txt"' in problem.reason
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.tar"]


def test_each_format_is_a_file_of_its_own_and_has_a_place():
    orders = [one.order for one in all_formats()]
    assert len(set(orders)) == len(orders)
    assert {one.id for one in all_formats()} == {
        path.stem for path in Path(formats.__path__[0]).glob("*.py") if path.stem != "__init__"
    }
    of_bytes = [one.of_bytes for one in all_formats()]
    assert of_bytes == sorted(of_bytes, reverse=True)  # nothing is read as text that is none
    assert {".csv", ".xlsx", ".json", ".parquet", ".zip"} <= {*file_endings()}
