"""What frozen layers said is kept in a file: as much as there is room for, and only what is whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.training.kept_states import KeptStates

SIZES = [40, 80, 120, 160]


def rows() -> list[torch.Tensor]:
    chance = torch.Generator().manual_seed(0)
    return [torch.randn(size, generator=chance) for size in SIZES]


MARKS = [letter * 16 for letter in (b"a", b"b", b"c", b"d")]


def keep(folder: Path, key: str = "first", budget: int = 10_000, marks: Sequence[bytes] = ()) -> KeptStates:
    states = KeptStates(folder, key, SIZES, budget, marks=marks)
    for number, row in enumerate(rows()):
        states.put(number, row)
    states.note()
    return states


def test_what_was_kept_is_found_by_the_next_run(tmp_path: Path) -> None:
    keep(tmp_path)
    again = KeptStates(tmp_path, "first", SIZES, 10_000)

    assert again.share == 1.0
    assert again.size == 4 * sum(SIZES)
    for number, row in enumerate(rows()):
        kept = again.get(number)
        assert kept is not None
        assert torch.equal(kept, row)
    assert KeptStates(tmp_path, "second", SIZES, 10_000).get(0) is None


def test_the_first_rows_are_kept_where_there_is_no_room_for_all(tmp_path: Path) -> None:
    states = keep(tmp_path, budget=4 * (40 + 80 + 119))

    assert [states.has(number) for number in range(4)] == [True, True, False, False]
    assert states.get(2) is None
    assert states.share == 0.5
    assert KeptStates(tmp_path, "none", SIZES, 0).rows == 0


def test_a_row_that_is_damaged_or_was_not_finished_is_not_there(tmp_path: Path) -> None:
    keep(tmp_path)
    file = tmp_path / "first.states"
    numbers = np.fromfile(file, dtype=np.float32)
    numbers[45] += 1.0
    numbers.tofile(file)
    half = KeptStates(tmp_path, "half", SIZES, 10_000)
    half.put(1, rows()[1])
    half.note()

    damaged = KeptStates(tmp_path, "first", SIZES, 10_000)
    assert [damaged.get(number) is not None for number in range(4)] == [True, False, True, True]
    damaged.put(1, rows()[1])
    assert damaged.get(1) is not None
    unfinished = KeptStates(tmp_path, "half", SIZES, 10_000)
    assert [unfinished.has(number) for number in range(4)] == [False, True, False, False]


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"nonsense",
        lambda _: b"",  # the power went while it was written
        lambda whole: b"PK\x03\x04" + whole,
        lambda whole: whole[:10] + b"(" * 118 + whole[128:],
        lambda whole: whole.replace(b"<i8", b"<f8"),
    ],
    ids=["nonsense", "empty", "packed", "header", "other numbers"],
)
def test_where_it_cannot_be_read_what_is_there_all_is_computed_again(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    keep(tmp_path)
    file = tmp_path / "first.sums.npy"
    file.write_bytes(damage(file.read_bytes()))

    again = KeptStates(tmp_path, "first", SIZES, 10_000)
    assert again.rows == 4
    assert again.get(0) is None
    again.put(0, rows()[0])
    again.note()
    assert KeptStates(tmp_path, "first", SIZES, 10_000).get(0) is not None


def test_what_was_used_longest_ago_makes_room(tmp_path: Path) -> None:
    size = 4 * sum(SIZES)
    for number, key in enumerate(("old", "new", "newest")):
        keep(tmp_path, key, budget=2 * size)
        file = tmp_path / f"{key}.states"

        os.utime(file, (number, number))
    assert sorted(path.stem for path in tmp_path.glob("*.states")) == ["new", "newest"]
    assert not (tmp_path / "old.sums.npy").exists()


def test_a_smaller_budget_holds_for_a_run_that_finds_its_rows(tmp_path: Path) -> None:
    size = 4 * sum(SIZES)
    for number, key in enumerate(("own", "old", "new")):
        keep(tmp_path, key, budget=10 * size)
        os.utime(tmp_path / f"{key}.states", (number, number))
    again = KeptStates(tmp_path, "own", SIZES, 2 * size)

    assert again.get(3) is not None
    assert sorted(path.stem for path in tmp_path.glob("*.states")) == ["new", "own"]


def test_what_the_same_run_keeps_is_not_what_makes_room(tmp_path: Path) -> None:
    size = 4 * sum(SIZES)
    keep(tmp_path, "another run's")
    os.utime(tmp_path / "another run's.states", (0, 0))
    first = keep(tmp_path, "train", budget=2 * size)
    second = KeptStates(tmp_path, "validation", SIZES, 2 * size, taken=first.size)

    assert second.share == 1.0
    assert sorted(path.stem for path in tmp_path.glob("*.states")) == ["train", "validation"]
    assert KeptStates(tmp_path, "test", SIZES, 2 * size, taken=first.size + second.size).rows == 0
    assert sorted(path.stem for path in tmp_path.glob("*.states")) == ["train", "validation"]


def test_rows_that_another_file_of_the_key_has_are_copied(tmp_path: Path) -> None:
    keep(tmp_path, marks=MARKS)
    changed = [MARKS[2], b"e" * 16, MARKS[0]]  # others, fewer, and in another order
    sizes = [SIZES[2], SIZES[1], SIZES[0]]
    states = KeptStates(tmp_path, "first", sizes, 10_000, marks=changed)

    assert [states.has(number) for number in range(3)] == [True, False, True]
    for number, row in ((0, rows()[2]), (2, rows()[0])):
        kept = states.get(number)
        assert kept is not None
        assert torch.equal(kept, row)
    assert not any(
        KeptStates(tmp_path, "second", SIZES, 10_000, marks=MARKS).has(number) for number in range(4)
    )
    found = KeptStates(tmp_path, "first", sizes, 10_000, marks=changed)
    assert [found.has(number) for number in range(3)] == [True, False, True]  # written down


def test_rows_are_gathered_from_several_files(tmp_path: Path) -> None:
    for number in range(4):
        states = KeptStates(tmp_path, "key", [SIZES[number]], 10_000, marks=[MARKS[number]])
        states.put(0, rows()[number])
        states.note()
    # One text stands twice.
    every = KeptStates(tmp_path, "key", [*SIZES, SIZES[0]], 10_000, marks=[*MARKS, MARKS[0]])

    for number, row in enumerate([*rows(), rows()[0]]):
        kept = every.get(number)
        assert kept is not None
        assert torch.equal(kept, row)


@pytest.mark.parametrize("damaged", ["states", "rows.npy", "sums.npy"])
def test_nothing_is_copied_from_what_is_damaged(tmp_path: Path, damaged: str) -> None:
    keep(tmp_path, marks=MARKS)
    (file,) = tmp_path.glob(f"*.{damaged}")
    file.write_bytes(b"\x01" * (file.stat().st_size // 2))
    some = KeptStates(tmp_path, "first", SIZES[1:], 10_000, marks=MARKS[1:])

    assert some.rows == 3
    assert not any(some.has(number) for number in range(3))


def test_another_budget_finds_the_rows_of_before(tmp_path: Path) -> None:
    keep(tmp_path, budget=4 * sum(SIZES[:3]), marks=MARKS)
    more = KeptStates(tmp_path, "first", SIZES, 10_000, marks=MARKS)
    assert [more.has(number) for number in range(4)] == [True, True, True, False]
    fewer = KeptStates(tmp_path, "first", SIZES, 4 * sum(SIZES[:2]), marks=MARKS)
    assert [fewer.has(number) for number in range(4)] == [True, True, False, False]


def test_rows_of_what_makes_room_are_copied_before(tmp_path: Path) -> None:
    size = 4 * sum(SIZES)
    keep(tmp_path, budget=size, marks=MARKS)
    other = KeptStates(tmp_path, "first", SIZES[1:], size, marks=MARKS[1:])

    assert all(other.has(number) for number in range(3))
    assert len(list(tmp_path.glob("*.states"))) == len(list(tmp_path.glob("*.rows.npy"))) == 1


def test_a_file_that_another_process_still_reads_stays_what_it_was(tmp_path: Path) -> None:
    """To cut a mapped file short would end every process that reads it."""
    reading = keep(tmp_path, "key")
    smaller = KeptStates(tmp_path, "key", SIZES, 4 * sum(SIZES[:2]))

    assert smaller.rows == 2
    assert smaller.get(0) is None
    kept = reading.get(3)
    assert kept is not None
    assert torch.equal(kept, rows()[3])


def test_a_place_where_nothing_can_be_written_keeps_nothing(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("")
    states = KeptStates(occupied, "key", SIZES, 10_000)
    states.put(0, rows()[0])
    states.note()

    assert states.rows == 0
    assert states.get(0) is None


@pytest.mark.parametrize("sizes", [[], [0, 4]])
def test_rows_may_be_missing_or_empty(tmp_path: Path, sizes: list[int]) -> None:
    states = KeptStates(tmp_path, "key", sizes, 1_000)
    for number, size in enumerate(sizes):
        states.put(number, torch.zeros(size))
        assert states.get(number) is not None
