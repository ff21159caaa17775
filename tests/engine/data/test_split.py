"""The split: whole, apart, in proportion, the same every time."""

from __future__ import annotations

from collections import Counter

import pytest
from datasets import Dataset
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.contracts import SplitRows, TaskRows
from engine.data.split import split_rows
from engine.errors import EngineError
from engine.protocol.config import SplitConfig


def task_rows(labels: list[str], groups: list[int] | None = None) -> TaskRows:
    """Returns rows that are numbered from 1."""
    rows = Dataset.from_dict({"label": labels, "row": list(range(1, len(labels) + 1))})
    return TaskRows(rows=rows, stratify=tuple(labels), groups=tuple(groups or ()))


def numbers(part: Dataset) -> list[int]:
    """Returns the row numbers of a part."""
    return [int(number) for number in part["row"][:]]


def parts(split: SplitRows) -> tuple[list[int], list[int], list[int]]:
    """Returns the row numbers of train, validation and test."""
    return numbers(split.train), numbers(split.validation), numbers(split.test)


labels_of_classes = st.dictionaries(
    st.sampled_from("abcdef"), st.integers(3, 60), min_size=1, max_size=6
).map(lambda sizes: [label for label, size in sorted(sizes.items()) for _ in range(size)])


@settings(max_examples=60, deadline=None)
@given(labels=labels_of_classes, order=st.randoms(use_true_random=False), seed=st.integers(-5, 2**40))
def test_parts_are_whole_apart_and_in_proportion(labels: list[str], order: object, seed: int) -> None:
    order.shuffle(labels)  # type: ignore[attr-defined]  # a random.Random
    config = SplitConfig(seed=seed)
    split = split_rows(task_rows(labels), config)
    train, validation, test = parts(split)
    assert sorted(train + validation + test) == list(range(1, len(labels) + 1))
    assert train == sorted(train)
    assert parts(split_rows(task_rows(labels), config)) == (train, validation, test)
    for label, size in Counter(labels).items():
        for part, share in ((validation, 0.15), (test, 0.15), (train, 0.7)):
            count = sum(1 for number in part if labels[number - 1] == label)
            assert count >= 1
            slack = 2 if part is train else 1
            assert abs(count - size * share) < slack or size * share < 1


@settings(max_examples=60, deadline=None)
@given(
    # Five groups of two classes: then one class has three, and no part stays empty.
    rows=st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 12)), min_size=12, max_size=80).filter(
        lambda rows: len({group for _, group in rows}) >= 5
    ),
    seed=st.integers(0, 100),
)
def test_duplicates_stay_on_one_side(rows: list[tuple[str, int]], seed: int) -> None:
    labels, groups = [label for label, _ in rows], [group for _, group in rows]
    split = split_rows(task_rows(labels, groups), SplitConfig(seed=seed))
    train, validation, test = ({groups[number - 1] for number in part} for part in parts(split))
    assert train.isdisjoint(validation)
    assert train.isdisjoint(test)
    assert validation.isdisjoint(test)
    assert sum(map(len, parts(split))) == len(rows)


@pytest.mark.parametrize("seed", range(5))
def test_duplicates_leave_the_proportions_where_single_rows_permit(seed: int) -> None:
    groups = [*range(60), *(100 + number // 5 for number in range(40))]
    _, validation, test = parts(split_rows(task_rows(["a"] * 100, groups), SplitConfig(seed=seed)))
    assert (len(validation), len(test)) == (15, 15)


def test_a_fixed_seed_gives_a_fixed_split() -> None:
    # Written down once: a new version of a library must not change anybody's split.
    rows = task_rows(["a", "b", "b"] * 10)
    train, validation, test = parts(split_rows(rows, SplitConfig(seed=0)))
    assert (validation, test, len(train)) == ([2, 21, 22, 26], [3, 4, 12, 14], 22)
    assert parts(split_rows(rows, SplitConfig(seed=1)))[2] != test


def test_whole_parts_have_their_share() -> None:
    labels = [f"class {number % 40}" for number in range(400)]
    train, validation, test = parts(split_rows(task_rows(labels), SplitConfig()))
    assert (len(train), len(validation), len(test)) == (280, 60, 60)
    train, validation, test = parts(split_rows(task_rows(labels), SplitConfig(validation=0.3, test=0.1)))
    assert (len(train), len(validation), len(test)) == (240, 120, 40)


def test_rare_classes_are_learned_from_first() -> None:
    labels = ["a"] * 20 + ["one"] + ["two"] * 2 + ["three"] * 3
    counts = [
        Counter(labels[number - 1] for number in part)
        for part in parts(split_rows(task_rows(labels), SplitConfig()))
    ]
    assert [count["one"] for count in counts] == [1, 0, 0]
    assert [count["two"] for count in counts] == [1, 0, 1]
    assert [count["three"] for count in counts] == [1, 1, 1]


def test_rows_without_classes_are_split_too() -> None:
    rows = Dataset.from_dict({"row": list(range(1, 101))})
    train, validation, test = parts(split_rows(TaskRows(rows=rows), SplitConfig()))
    assert (len(train), len(validation), len(test)) == (70, 15, 15)
    assert sorted(train + validation + test) == list(range(1, 101))


def test_a_row_limit_takes_training_rows_only_each_class_in_its_share() -> None:
    labels = ["a"] * 700 + ["b"] * 250 + ["c"] * 50
    whole = parts(split_rows(task_rows(labels), SplitConfig()))
    for limit in (3, 10, 100, 699):
        limited = parts(split_rows(task_rows(labels), SplitConfig(), row_limit=limit))
        assert limited[1:] == whole[1:]
        assert len(limited[0]) == limit
        assert set(limited[0]) <= set(whole[0])
        assert parts(split_rows(task_rows(labels), SplitConfig(), row_limit=limit)) == limited
    counts = Counter(labels[number - 1] for number in limited_to(labels, 100))
    assert abs(counts["a"] - 70) <= 1
    assert abs(counts["b"] - 25) <= 1
    assert abs(counts["c"] - 5) <= 1
    assert parts(split_rows(task_rows(labels), SplitConfig(), row_limit=5000)) == whole


def limited_to(labels: list[str], limit: int) -> list[int]:
    """Returns the training rows under a limit."""
    return parts(split_rows(task_rows(labels), SplitConfig(), row_limit=limit))[0]


def test_a_smaller_limit_takes_some_of_the_rows_of_a_larger_one() -> None:
    labels = ["a"] * 300 + ["b"] * 300
    assert set(limited_to(labels, 20)) <= set(limited_to(labels, 40)) <= set(limited_to(labels, 200))


@pytest.mark.parametrize("limit", [-1, 0, 2])
def test_a_limit_that_cannot_hold_each_class_is_refused(limit: int) -> None:
    with pytest.raises(EngineError) as caught:
        split_rows(task_rows(["a", "b", "c"] * 10), SplitConfig(), row_limit=limit)
    assert caught.value.problem.code == "row_limit_too_small"
    assert caught.value.problem.actions[0].arguments == {"row_limit": "3"}


@pytest.mark.parametrize(
    ("validation", "test"), [(0, 0.15), (0.15, 0), (0.5, 0.5), (-0.1, 0.1), (float("nan"), 0.1)]
)
def test_shares_that_leave_a_part_empty_are_refused(validation: float, test: float) -> None:
    with pytest.raises(EngineError) as caught:
        split_rows(task_rows(["a", "b"] * 10), SplitConfig(validation=validation, test=test))
    assert caught.value.problem.code == "split_out_of_range"


def test_rows_that_are_all_the_same_cannot_be_split() -> None:
    with pytest.raises(EngineError) as caught:
        split_rows(task_rows(["a", "b"] * 10, [0] * 20), SplitConfig())
    problem = caught.value.problem
    assert problem.code == "cannot_split"
    assert "only 1 different text" in problem.reason
