"""Splits that go by columns: as the file says, with rows kept together, in the order of time."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from engine.contracts import SplitRows, TaskRows
from engine.data.prepare import prepare
from engine.data.split import split_rows
from engine.data.split_values import SplitValues, part_column, split_values
from engine.data.table import make_dataset
from engine.errors import EngineError
from engine.protocol.config import DataConfig, SplitConfig


def table(**columns: Sequence[str]):
    cells = {name: list(values) for name, values in columns.items()}
    return make_dataset(cells, range(1, len(next(iter(cells.values()))) + 1), "letters.csv")


def rows_of(count: int, groups: Sequence[int] = ()) -> TaskRows:
    labels = ["ab"[index % 2] for index in range(count)]
    cells = {"text": [f"text {index}" for index in range(count)], "label": labels}
    rows = make_dataset(cells, range(1, count + 1)).rename_column("__row__", "row")
    return TaskRows(rows=rows, stratify=tuple(labels), groups=tuple(groups), classes=("a", "b"))


def numbers(split: SplitRows) -> tuple[list[int], ...]:
    return tuple(
        [int(number) for number in part["row"][:]] for part in (split.train, split.validation, split.test)
    )


def divided(task_rows: TaskRows, file, **config: str) -> tuple[list[int], ...]:
    wanted = SplitConfig(**config)
    return numbers(split_rows(task_rows, wanted, None, split_values(file, task_rows.rows, wanted)))


def refused(file, **config: str) -> str:
    with pytest.raises(EngineError) as caught:
        split_values(file, rows_of(4).rows, SplitConfig(**config))
    problem = caught.value.problem
    assert problem.setting in config
    return problem.code


def test_a_given_split_is_respected():
    said = ["train", "Test ", "dev", "TRAIN", "validation", "testing"] * 3
    train, validation, test = divided(rows_of(18), table(part=said), part_column="part")
    assert [said[number - 1].strip().lower() for number in test] == ["test", "testing"] * 3
    assert {said[number - 1] for number in validation} == {"dev", "validation"}
    assert {said[number - 1].lower() for number in train} == {"train"}


def test_validation_rows_are_taken_from_training_where_there_are_none():
    said = ["train"] * 80 + ["test"] * 20
    train, validation, test = divided(rows_of(100), table(part=said), part_column="part")
    assert test == list(range(81, 101))
    assert len(validation) == 12  # 15 % of those to learn from
    assert sorted([*train, *validation]) == list(range(1, 81))


def test_rows_that_belong_to_no_part_are_left_out_and_told():
    said = ["train"] * 6 + ["", "later"] + ["validation"] * 2 + ["test"] * 2
    rows = rows_of(12)
    data = DataConfig(path="", split=SplitConfig(part_column="part"))
    facts, split = prepare(rows, data, (), table(part=said))
    assert split is not None
    assert sum(len(part) for part in numbers(split)) == 10
    (problem,) = [one for one in facts.findings if one.code == "rows_without_part"]
    assert (problem.rows, problem.row_count) == ((7, 8), 2)
    assert '"nothing" and "later"' in problem.reason


def test_a_text_in_two_parts_is_told():
    said = ["train"] * 4 + ["validation"] * 2 + ["test"] * 2
    rows = rows_of(8, groups=[0, 1, 2, 3, 4, 0, 1, 5])
    data = DataConfig(path="", split=SplitConfig(part_column="part"))
    facts, split = prepare(rows, data, (), table(part=said))
    assert split is not None
    assert numbers(split)[2] == [7, 8]  # the file is respected all the same
    (problem,) = [one for one in facts.findings if one.code == "rows_in_two_parts"]
    assert problem.rows == (6, 7)
    assert "show_data" in [action.id for action in problem.actions]


@pytest.mark.parametrize("said", [["train"] * 4, ["test"] * 4, ["a", "b", "a", "b"]])
def test_a_column_that_divides_nothing_is_a_problem(said):
    assert refused(table(part=said), part_column="part") == "no_parts"


def test_a_missing_column_and_one_without_dates_are_problems():
    file = table(part=["train", "test", "train", "test"])
    assert refused(file, part_column="gone") == "no_split_column"
    assert refused(file, group_column="gone") == "no_split_column"
    assert refused(file, time_column="part") == "no_dates"


PEOPLE = st.sampled_from(["ann", "bob", "cid", "dot", "eve", "fay", ""])


@settings(deadline=None)
@given(st.lists(PEOPLE, min_size=60, max_size=90), st.integers(0, 5))
def test_rows_with_the_same_key_stay_together(keys, seed):
    rows = rows_of(len(keys))
    try:
        split = split_rows(rows, SplitConfig(seed=seed), None, SplitValues(keys=tuple(keys)))
    except EngineError:
        reject()  # nearly all rows belong together
    parts = numbers(split)
    assert sorted(number for part in parts for number in part) == list(range(1, len(keys) + 1))
    where = [{keys[number - 1] for number in part} - {""} for part in parts]
    assert sum(len(people) for people in where) == len({*keys} - {""})


def test_duplicates_and_keys_together_keep_rows_on_one_side():
    keys = ["x", "", "y", "", *[""] * 36]
    groups = [0, 1, 1, 0, *range(2, 38)]  # row 1 = row 4, row 2 = row 3; 1 and 3 have keys of their own
    keys[1] = "x"
    split = split_rows(rows_of(40, groups), SplitConfig(), None, SplitValues(keys=tuple(keys)))
    assert any({1, 2, 3, 4} <= {*part} for part in numbers(split))


def test_the_last_rows_are_the_test():
    dates = [f"2026-{month:02d}-{day:02d}" for month in (3, 1, 2) for day in range(1, 21)]
    train, validation, test = divided(rows_of(60), table(when=dates), time_column="when")
    assert (len(train), len(validation), len(test)) == (42, 9, 9)
    latest = max(dates[number - 1] for number in train)
    assert all(latest < dates[number - 1] for number in validation)
    assert max(dates[number - 1] for number in validation) < min(dates[number - 1] for number in test)


def test_rows_without_a_date_are_learned_from_and_told():
    dates = ["2026-01-01 10:00"] * 10 + ["soon"] + ["3 March 2026"] * 9
    rows = rows_of(20)
    data = DataConfig(path="", split=SplitConfig(time_column="when"))
    facts, split = prepare(rows, data, (), table(when=dates))
    assert split is not None
    assert 11 in numbers(split)[0]
    (problem,) = [one for one in facts.findings if one.code == "rows_without_date"]
    assert problem.rows == (11,)


def test_a_text_of_before_is_no_test_later():
    dates = [f"2026-01-{day:02d}" for day in range(1, 31)]
    groups = [*range(29), 0]  # the last row holds the first text again
    train, _, test = divided(rows_of(30, groups), table(when=dates), time_column="when")
    assert 30 in train
    assert 30 not in test


@pytest.mark.parametrize(
    ("name", "said", "found"),
    [
        ("split", ["train", "test", "val"], True),
        ("Set", ["Training", "Testing", "Training"], True),
        ("split", ["train", "train", "train"], False),
        ("split", ["train", "test", ""], False),
        ("label", ["train", "test", "train"], False),
    ],
)
def test_a_column_that_says_the_part_is_found_by_its_name_and_cells(name, said, found):
    assert part_column(table(text=["a", "b", "c"], **{name: said})) == (name if found else "")


@pytest.mark.parametrize(
    "form", ["{2:02d}.{1:02d}.{0}", "{2:02d}/{1:02d}/{0}", "{1:02d}/{2:02d}/{0}", "{0}-{1:02d}-{2:02d}"]
)
def test_days_and_months_are_not_mixed_up(form):
    days = [(2021, month, day) for month in range(1, 13) for day in (1, 5, 13, 28)]
    train, validation, test = divided(
        rows_of(48), table(when=[form.format(*day) for day in days]), time_column="when"
    )
    assert [*train, *validation, *test] == list(range(1, 49))


def test_a_time_of_day_is_no_date():
    assert refused(table(when=["12:30", "today", "now", "May"]), time_column="when") == "no_dates"
