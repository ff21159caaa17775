"""Large files: read row by row they are what they are when read at once, and never all in memory."""

from __future__ import annotations

import json
import os
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.data import large_files
from engine.data.large_files import Follow, drawn_places
from engine.data.long_text import LongText, Told, find_encoding
from engine.data.read_files import read_in_parts, read_table
from engine.data.table import Table, cells, row_numbers
from engine.errors import EngineError
from engine.protocol.config import Reading
from tests.engine.data.awkward import Awkward
from tests.engine.data.test_any_bytes import PIECES
from tests.engine.data.test_awkward_files import FILES

Outcome = tuple[object, ...]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keeps the rows of large files in a folder of the test's own."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("THAW_CACHE", str(folder))
    return folder


def outcome(table: Table) -> Outcome:
    """Returns all that came out of a file."""
    said = sorted((problem.code, problem.title, problem.reason, problem.rows) for problem in table.problems)
    columns = [cells(table.dataset, name) for name in table.columns]
    return table.columns, columns, row_numbers(table.dataset), table.encoding, table.delimiter, said


def at_once(path: Path) -> Outcome:
    """Returns what comes out when a file is read into memory."""
    try:
        return outcome(read_table(path))
    except EngineError as error:
        return (error.problem.code, error.problem.title, error.problem.reason)


def in_parts(path: Path) -> Outcome | None:
    """Returns what comes out when it is read row by row; ``None`` where its form is read at once."""
    try:
        table = read_in_parts(str(path), Reading(), Follow())
    except EngineError as error:
        return (error.problem.code, error.problem.title, error.problem.reason)
    return outcome(table) if table is not None else None


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_files_are_the_same_in_parts_and_at_once(file: Awkward, tmp_path: Path) -> None:
    path = tmp_path / file.name
    path.write_bytes(file.content if isinstance(file.content, bytes) else file.content.encode())
    read = in_parts(path)
    if read is not None:
        assert read == at_once(path)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=25),
    ending=st.sampled_from([".csv", ".tsv", ".txt", ".jsonl"]),
)
def test_any_bytes_are_the_same_in_parts_and_at_once(
    tmp_path: Path, pieces: list[bytes], ending: str
) -> None:
    path = tmp_path / f"any{ending}"
    path.write_bytes(b"".join(pieces))
    read = in_parts(path)
    if read is not None:
        assert read == at_once(path)


DOCUMENTS = {
    "one_line.json": lambda rows: json.dumps({"data": rows}),
    "on_lines.json": lambda rows: json.dumps({"version": 1, "data": rows}, indent=1),
    "on_lines.jsonl": lambda rows: json.dumps({"data": rows}, indent=1),
    "questions.json": lambda rows: json.dumps({"data": [{"paragraphs": [_paragraph(row) for row in rows]}]}),
}


def _paragraph(row: dict[str, str]) -> dict[str, object]:
    asked = {"id": row["text"], "question": "Which?", "answers": [{"text": "text", "answer_start": 0}]}
    return {"context": row["text"], "qas": [asked]}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_that_is_longer_than_its_start_is_not_taken_for_lines(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(DOCUMENTS[name]([{"text": f"text number {number}"} for number in range(40_000)]))
    assert path.stat().st_size > large_files._START
    assert in_parts(path) is None
    assert read_table(path).rows == 40_000


def posts(folder: Path, rows: int, name: str = "posts.csv") -> Path:
    """Writes a table of so many rows, a broken one and a blank one among them."""
    path = folder / name
    lines = [f'{number},"text, number {number}",{"happy" if number % 3 else "sad"}' for number in range(rows)]
    lines[7] = "7,too,many,cells"
    lines[9] = ""
    path.write_text("id,text,label\n" + "\n".join(lines) + "\n")
    return path


def test_a_large_file_is_previewed_and_its_progress_told_before_its_rows_are_there(tmp_path: Path) -> None:
    path = posts(tmp_path, 60_000)
    previews: list[Table] = []
    shares: list[float] = []
    table = read_in_parts(str(path), Reading(), Follow(previews.append, shares.append))
    assert table is not None
    assert [preview.columns for preview in previews] == [("id", "text", "label")]
    assert cells(previews[0].dataset, "text")[:2] == ["text, number 0", "text, number 1"]
    assert (table.rows, table.rows_in_file) == (59_998, 0)
    assert previews[0].rows < 40_000
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) > 20
    codes = {problem.code: problem.rows for problem in table.problems}
    assert codes == {"odd_rows": (8,), "blank_rows": (10,)}
    assert row_numbers(table.dataset)[5:9] == [6, 7, 9, 11]


def test_rows_are_drawn_by_lot_always_the_same_ones_and_said_so(tmp_path: Path) -> None:
    path = posts(tmp_path, 5_000)
    tables = [read_in_parts(str(path), Reading(rows_drawn=500), Follow()) for _ in range(2)]
    one, again = tables
    assert one is not None
    assert again is not None
    numbers = row_numbers(one.dataset)
    assert len(set(numbers)) == one.rows == 500
    assert numbers == sorted(numbers) == row_numbers(again.dataset)
    assert 2_200 < np.mean(numbers) < 2_800
    for number, text in zip(numbers, cells(one.dataset, "text"), strict=True):
        assert text == f"text, number {number - 1}"
    (told,) = [problem for problem in one.problems if problem.code == "rows_drawn"]
    assert told.title == "500 of 4,998 rows are used"
    assert (one.rows_in_file, one.dataset.info.dataset_name) == (4_998, "posts.csv")


def test_lots_are_fair() -> None:
    assert drawn_places(5, 9).tolist() == [0, 1, 2, 3, 4]
    often = np.zeros(1_000)
    often[drawn_places(1_000, 400)] += 1
    assert often.sum() == 400
    assert 150 < often[:500].sum() < 250


def test_rows_are_kept_for_the_next_time_wherever_the_file_lies(tmp_path: Path, cache: Path) -> None:
    path = posts(tmp_path, 3_000)
    shares: list[float] = []
    read_in_parts(str(path), Reading(), Follow(progress=shares.append))
    assert len(shares) > 3
    moved = tmp_path / "project" / "posts.csv"
    moved.parent.mkdir()
    path.rename(moved)
    shares.clear()
    table = read_in_parts(str(moved), Reading(), Follow(progress=shares.append))
    assert table is not None
    assert shares == [1.0]
    assert table.path == str(moved)
    moved.write_text(moved.read_text().replace("number 5,", "number five,"))
    shares.clear()
    changed = read_in_parts(str(moved), Reading(), Follow(progress=shares.append))
    assert changed is not None
    assert len(shares) > 3
    assert len(list((cache / "tables").iterdir())) == 2


def test_only_the_tables_used_last_are_kept(tmp_path: Path, cache: Path) -> None:
    for number in range(6):
        read_in_parts(str(posts(tmp_path, 50 + number, f"{number}.csv")), Reading(), Follow())
    assert len(list((cache / "tables").iterdir())) == 3


@pytest.mark.parametrize("rows", [3, 2_000])
def test_fewer_rows_than_none_are_refused_with_the_number(tmp_path: Path, cache: Path, rows: int) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,label\n" + "a text,x\n" * rows)
    with pytest.raises(EngineError) as refused:
        read_table(path, Reading(rows_drawn=-5))
    problem = refused.value.problem
    assert (problem.code, problem.title) == ("rows_drawn_below_none", "-5 rows cannot be drawn")
    assert "from 1 on, or 0" in problem.reason
    assert problem.actions[0].arguments == {"rows_drawn": "0"}


def test_what_ends_the_reading_leaves_nothing_behind(tmp_path: Path, cache: Path) -> None:
    class EnoughError(Exception):
        """Ends it."""

    def stop(share: float) -> None:
        if share > 0.8:
            raise EnoughError

    with pytest.raises(EnoughError):
        read_in_parts(str(posts(tmp_path, 30_000)), Reading(), Follow(progress=stop))
    assert [*(cache / "tables").glob("*")] == []


def test_where_there_is_no_room_it_is_said_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_files, "free_space", lambda _folder: 1_000)
    with pytest.raises(EngineError) as caught:
        read_in_parts(str(posts(tmp_path, 5_000)), Reading(), Follow())
    assert caught.value.problem.code == "no_room_for_rows"
    assert "That needs about 224 kB; 1 kB are free." in caught.value.problem.reason


@pytest.mark.parametrize("ending", [".jsonl", ".parquet", ".txt"])
def test_other_forms_come_in_parts_too(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"many{ending}"
    texts = [f"text number {number}" for number in range(20_000)]
    if ending == ".jsonl":
        path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    elif ending == ".parquet":
        pq.write_table(pa.table({"text": texts}), path, row_group_size=3_000)
    else:
        path.write_text("\n\n".join(texts))
    shares: list[float] = []
    previews: list[Table] = []
    table = read_in_parts(str(path), Reading(), Follow(previews.append, shares.append))
    assert table is not None
    assert cells(table.dataset, "text") == texts
    (preview,) = previews  # also where the start of a file is no table by itself, as of Parquet
    assert cells(preview.dataset, "text")[:3] == texts[:3]
    assert preview.rows <= table.rows
    assert len(shares) > 2


def test_a_large_file_is_read_so_by_itself(tmp_path: Path, cache: Path) -> None:
    path = tmp_path / "large.csv"
    line = "a sentence of some words that says nothing," * 20
    with path.open("w") as file:
        file.write("text,label\n")
        for number in range(large_files.LARGE // 850):
            file.write(f'"{line}{number}",{"yes" if number % 2 else "no"}\n')
    assert path.stat().st_size > large_files.LARGE
    table = read_table(path)
    assert (table.rows, table.rows_in_file) == (large_files.LARGE // 850, 0)
    assert len(list((cache / "tables").iterdir())) == 1


def test_rows_that_are_not_whole_any_more_are_read_again(tmp_path: Path, cache: Path) -> None:
    path = posts(tmp_path, 500)

    def numbers() -> list[int]:
        table = read_in_parts(str(path), Reading(), Follow())
        assert table is not None
        return row_numbers(table.dataset)

    before = numbers()
    (kept,) = (cache / "tables").iterdir()
    (kept / "rows.arrow").write_bytes((kept / "rows.arrow").read_bytes()[:2_000])  # as a power cut leaves it
    assert numbers() == before
    (kept / "rows.arrow").unlink()
    assert numbers() == before
    (kept / "about.json").unlink()
    assert numbers() == before
    assert [folder.name for folder in (cache / "tables").iterdir()] == [kept.name]


def test_what_a_process_left_behind_that_is_gone_is_removed(tmp_path: Path, cache: Path) -> None:
    gone, here = cache / "tables" / "a.999999999.unfinished", cache / "tables" / f"b.{os.getpid()}.unfinished"
    for folder in (gone, here):
        folder.mkdir(parents=True)
        (folder / "rows.arrow").write_bytes(b"half of a table")
    read_in_parts(str(posts(tmp_path, 50)), Reading(), Follow())
    assert not gone.exists()
    assert here.exists()


def test_a_table_that_is_cut_off_while_it_is_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "many.parquet"
    texts = [f"text number {number} of many" for number in range(200_000)]
    pq.write_table(pa.table({"text": texts}), path, row_group_size=20_000)

    def cut(share: float) -> None:
        if share > 0.3:
            os.truncate(path, 10_000)

    with pytest.raises(EngineError) as caught:
        read_in_parts(str(path), Reading(), Follow(progress=cut))
    assert caught.value.problem.code == "damaged_table"


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file that opens and cannot be read")
def test_a_file_that_cannot_be_read_any_more_is_told_as_that() -> None:
    told = Told(1, lambda _share: None)
    text = LongText("/proc/self/mem", "utf_8", "utf-8", (), told, has_quotes=False)
    for read in (lambda: [*text.lines(1.0)], lambda: find_encoding("/proc/self/mem", "", told, 1.0)):
        with pytest.raises(EngineError) as caught:
            read()
        assert caught.value.problem.code == "cannot_open"


def test_long_rows_are_not_all_held_at_once(tmp_path: Path) -> None:
    path = tmp_path / "books.jsonl"
    with path.open("w") as file:
        for number in range(120):
            file.write(json.dumps({"text": f"{number} " + "a long book " * 50_000}) + "\n")
    tracemalloc.start()
    table = read_in_parts(str(path), Reading(rows_drawn=3), Follow())
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert table is not None
    assert table.rows == 3
    assert most < 60_000_000 < path.stat().st_size


def test_a_file_that_vanishes_after_its_first_rows_is_told(tmp_path: Path) -> None:
    path = posts(tmp_path, 500)
    with pytest.raises(EngineError) as caught:
        read_in_parts(str(path), Reading(), Follow(preview=lambda _first: path.unlink()))
    assert caught.value.problem.code == "cannot_open"


def test_tables_that_can_be_made_again_give_way_before_there_is_no_room(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_in_parts(str(posts(tmp_path, 50)), Reading(), Follow())
    held = list((cache / "tables").iterdir())
    monkeypatch.setattr(large_files, "free_space", lambda _folder: 0 if held[0].exists() else 1_000_000)
    table = read_in_parts(str(posts(tmp_path, 5_000, "more.csv")), Reading(), Follow())
    assert table is not None
    assert (table.rows, held[0].exists()) == (4_998, False)
