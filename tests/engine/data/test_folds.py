"""Folds: each row judged once, groups whole, classes in proportion, the same every time."""

from __future__ import annotations

from collections import Counter

import pytest
from datasets import Dataset
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.contracts import TaskRows
from engine.data.split import Division, divide
from engine.data.split_values import SplitValues
from engine.errors import EngineError
from engine.protocol.config import SplitConfig


def task_rows(labels: list[str], groups: list[int] | None = None) -> TaskRows:
    rows = Dataset.from_dict({"label": labels, "row": list(range(1, len(labels) + 1))})
    return TaskRows(rows=rows, stratify=tuple(labels), groups=tuple(groups or ()))


def all_folds(rows: TaskRows, folds: int, seed: int = 0, keys: tuple[str, ...] = ()) -> list[Division]:
    return [
        divide(rows, SplitConfig(folds=folds, fold=fold, seed=seed), None, SplitValues(keys=keys))
        for fold in range(folds)
    ]


FOLDS = [[1, 3, 4, 9], [6, 8, 10, 11], [0, 2, 5, 7]]

ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 30)), min_size=20, max_size=70)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, folds=st.integers(3, 6), seed=st.integers(-3, 2**40))
def test_each_row_is_judged_once_and_groups_stay_whole(
    rows: list[tuple[str, int]], folds: int, seed: int
) -> None:
    labels, groups = [label for label, _ in rows], [group for _, group in rows]
    of_rows = task_rows(labels, groups)
    if len(set(groups)) < folds:
        with pytest.raises(EngineError):
            all_folds(of_rows, folds, seed)
        return
    divisions = all_folds(of_rows, folds, seed)
    judged = [index for division in divisions for index in division.test]
    assert sorted(judged) == list(range(len(rows)))
    for division in divisions:
        assert sorted(index for part in division for index in part) == list(range(len(rows)))
        train, validation, test = ({groups[index] for index in part} for part in division)
        assert train.isdisjoint(validation)
        assert train.isdisjoint(test)
        assert validation.isdisjoint(test)
    assert divisions == all_folds(of_rows, folds, seed)


@settings(max_examples=40, deadline=None)
@given(
    sizes=st.dictionaries(st.sampled_from("abcd"), st.integers(1, 40), min_size=1),
    folds=st.integers(2, 10),
    seed=st.integers(0, 99),
)
def test_folds_and_their_classes_differ_by_one_row_at_most(
    sizes: dict[str, int], folds: int, seed: int
) -> None:
    labels = [label for label, size in sizes.items() for _ in range(size)]
    if len(labels) < max(folds, 4):
        return
    divisions = all_folds(task_rows(labels), folds, seed)
    counts = [len(division.test) for division in divisions]
    assert max(counts) - min(counts) <= 1
    for label in sizes:
        of_class = [sum(labels[index] == label for index in division.test) for division in divisions]
        assert max(of_class) - min(of_class) <= 1


def test_validation_rows_are_a_share_of_the_others() -> None:
    for division in all_folds(task_rows(["a"] * 70 + ["b"] * 30), 5):
        assert [len(part) for part in division] == [68, 12, 20]
        assert Counter("ab"[index >= 70] for index in division.test) == {"a": 14, "b": 6}
        assert Counter("ab"[index >= 70] for index in division.validation) == {"a": 8, "b": 4}


def test_a_fixed_seed_gives_fixed_folds() -> None:
    # Written down once: a new version of a library must not change anybody's folds.
    rows = task_rows(["a", "b", "b"] * 4)
    assert [division.test for division in all_folds(rows, 3)] == FOLDS
    assert [division.test for division in all_folds(rows, 3, seed=1)] != FOLDS


def test_keys_keep_rows_in_one_fold() -> None:
    keys = tuple(f"author {index // 4}" for index in range(40))
    for division in all_folds(task_rows(["a", "b"] * 20), 5, keys=keys):
        assert len({keys[index] for index in division.test}) == 2
        assert len(division.test) == 8


def test_a_row_limit_takes_training_rows_of_the_fold_only() -> None:
    rows = task_rows(["a", "b"] * 50)
    whole, few = (divide(rows, SplitConfig(folds=5, fold=2), limit) for limit in (None, 10))
    assert few[1:] == whole[1:]
    assert len(few.train) == 10
    assert set(few.train) <= set(whole.train)


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"folds": 1}, "wrong_folds"),
        ({"folds": 11}, "wrong_folds"),
        ({"folds": -2}, "wrong_folds"),
        ({"folds": 5, "fold": 5}, "wrong_folds"),
        ({"folds": 5, "fold": -1}, "wrong_folds"),
        ({"fold": 2}, "wrong_folds"),
        ({"folds": 5, "validation": 0}, "split_out_of_range"),
        ({"folds": 5, "part_column": "part"}, "several_ways"),
        ({"folds": 5, "time_column": "when"}, "several_ways"),
        ({"part_column": "part", "time_column": "when"}, "several_ways"),
    ],
)
def test_folds_that_cannot_be_are_refused_with_what_could(config: dict[str, object], code: str) -> None:
    with pytest.raises(EngineError) as caught:
        divide(task_rows(["a", "b"] * 20), SplitConfig(**config))  # type: ignore[arg-type]  # wrong on purpose, or as given
    problem = caught.value.problem
    assert problem.code == code
    for action in problem.actions:
        mended = SplitConfig(**config).changed(action.arguments)  # type: ignore[arg-type]  # wrong on purpose, or as given
        assert len(mended.ways) <= 1
        if not mended.columns:
            assert len(divide(task_rows(["a", "b"] * 20), mended).test) >= 1


def test_the_share_of_the_test_is_not_asked_for_in_folds() -> None:
    assert len(divide(task_rows(["a", "b"] * 20), SplitConfig(folds=4, test=0)).test) == 10


def test_more_folds_than_groups_are_refused_with_how_many_there_can_be() -> None:
    with pytest.raises(EngineError) as caught:
        divide(task_rows(["a", "b"] * 8, [index % 4 for index in range(16)]), SplitConfig(folds=5))
    problem = caught.value.problem
    assert (problem.code, problem.actions[0].arguments) == ("too_few_for_folds", {"folds": "4", "fold": "0"})
    assert "only 4 different texts" in problem.reason
