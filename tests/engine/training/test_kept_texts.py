"""By which texts kept rows are known, as long as they are there."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import torch

from engine.training.kept_states import KeptStates
from engine.training.kept_texts import LOOKED_INTO, files_named, rows_in, share_in
from engine.training.rows_chosen import TextMarks

SIZES = [10, 20, 30]


def keep(folder: Path, key: str, texts: list[int], budget: int = 10_000, rows: int = 3) -> KeptStates:
    """Keeps some of three rows, by the names of their file."""
    states = KeptStates(folder, key, SIZES, budget)
    for row in range(min(rows, states.rows)):
        states.put(row, torch.full((SIZES[row],), float(row)))
    states.note()
    states.note_texts(["any", f"own-{key}"], marks(texts))
    return states


def marks(texts: list[int]) -> TextMarks:
    """Returns checksums of texts."""
    return np.array(texts, dtype=np.uint64)


def test_texts_are_known_by_names_in_the_files_that_were_used_last(tmp_path: Path) -> None:
    keep(tmp_path, "first", [1, 2, 3])
    keep(tmp_path, "second", [3, 4, 5], rows=2)
    os.utime(tmp_path / "first.states", (1, 1))

    files = files_named(tmp_path)
    assert {name: [path.stem for path in paths] for name, paths in files.items()} == {
        "any": ["second", "first"],
        "own-first": ["first"],
        "own-second": ["second"],
    }
    assert (tmp_path / "first.names").read_text().split() == ["any", "own-first"]
    assert [rows_in(files[name][0]) for name in ("own-first", "own-second")] == [3, 2]
    assert share_in(files["any"], marks([1, 2, 4, 5])) == 0.75  # the last row of the second is not there
    assert share_in(files["own-first"], marks([4])) == 0.0
    assert share_in([], marks([4])) == share_in(files["any"], marks([])) == 0.0


def test_a_run_looks_into_so_many_files_and_no_more(tmp_path: Path) -> None:
    for number in range(LOOKED_INTO + 1):
        keep(tmp_path, f"file{number}", [number, 100, 200])
        os.utime(tmp_path / f"file{number}.states", (number, number))

    files = files_named(tmp_path)["any"]
    assert share_in(files, marks([0])) == 0.0
    assert share_in(files, marks([1])) == 1.0


def test_only_the_rows_that_there_is_room_for_are_known(tmp_path: Path) -> None:
    keep(tmp_path, "first", [1, 2, 3], budget=4 * 35)

    files = files_named(tmp_path)["any"]
    assert rows_in(files[0]) == 2
    assert share_in(files, marks([1, 2, 3])) == 2 / 3


def test_what_is_damaged_or_gone_is_not_known(tmp_path: Path) -> None:
    keep(tmp_path, "first", [1, 2, 3])
    files = files_named(tmp_path)["any"]
    (tmp_path / "first.texts.npy").write_bytes(b"damaged")
    assert (share_in(files, marks([1])), rows_in(files[0])) == (0.0, 3)
    (tmp_path / "first.sums.npy").write_bytes(b"damaged")
    assert rows_in(files[0]) == 0
    (tmp_path / "first.states").unlink()
    assert files_named(tmp_path) == {}


def test_rows_of_several_texts_are_known_as_a_whole_only(tmp_path: Path) -> None:
    states = keep(tmp_path, "first", [1, 2, 3])
    (tmp_path / "first.texts.npy").unlink()
    states.note_texts(["all"], None)

    files = files_named(tmp_path)["all"]
    assert (rows_in(files[0]), share_in(files, marks([1]))) == (3, 0.0)


def test_texts_are_noted_anew_where_they_are_others(tmp_path: Path) -> None:
    keep(tmp_path, "first", [1, 2, 3], budget=4 * 35)
    keep(tmp_path, "first", [1, 2, 3])  # there is more room now
    files = files_named(tmp_path)["any"]
    assert share_in(files, marks([1, 2, 3])) == 1.0

    states = KeptStates(tmp_path, "first", SIZES, 10_000)
    for texts in ([1, 2, 4], [1, 2, 3]):  # written otherwise, and read alike: known as they were seen last
        states.note_texts(["any", "own-first"], marks(texts))
        assert share_in(files, marks(texts)) == 1.0


def test_names_and_texts_go_with_the_rows(tmp_path: Path) -> None:
    keep(tmp_path, "first", [1, 2, 3])
    keep(tmp_path, "second", [4, 5, 6], budget=4 * sum(SIZES))

    assert sorted(files_named(tmp_path)) == ["any", "own-second"]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("first")]
