"""What is said about a split: leaks, labels that a part lacks, sizes, rows without a date."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.contracts import SplitRows, TaskRows
from engine.data.prepare import prepare
from engine.data.table import make_dataset
from engine.protocol.config import DataConfig, SplitConfig
from engine.protocol.data_facts import PreparedFacts
from engine.protocol.problems import Problem, Severity


def prepared(
    labels: Sequence[str],
    config: SplitConfig,
    row_limit: int | None = None,
    groups: Sequence[int] = (),
    **columns: Sequence[str],
) -> tuple[PreparedFacts, SplitRows | None]:
    """Divides rows of a table with these columns."""
    count = len(labels)
    texts = [f"text {index}" for index in range(count)]
    rows = make_dataset({"text": texts, "label": list(labels)}, range(1, count + 1))
    cells = {name: list(values) for name, values in columns.items()}
    table = make_dataset({"text": texts, **cells}, range(1, count + 1), "letters.csv")
    task_rows = TaskRows(
        rows=rows.rename_column("__row__", "row"),
        stratify=tuple(labels),
        groups=tuple(groups),
        classes=tuple(dict.fromkeys(labels)),
    )
    return prepare(task_rows, DataConfig(path="letters.csv", row_limit=row_limit, split=config), (), table)


def found(facts: PreparedFacts, code: str) -> Problem:
    """Returns the one finding of a code."""
    (problem,) = [one for one in facts.findings if one.code == code]
    return problem


def codes(facts: PreparedFacts) -> set[str]:
    return {one.code for one in facts.findings}


def where(split: SplitRows | None, number: int) -> str:
    """Returns the part that a row stands in."""
    assert split is not None
    parts = {"train": split.train, "validation": split.validation, "test": split.test}
    return next((name for name, part in parts.items() if number in part["row"][:]), "")


DAYS = [f"2026-01-{day:02d}" for day in range(1, 21)]


def test_rows_without_a_date_are_told_where_they_really_are() -> None:
    split = SplitConfig(time_column="when")
    facts, made = prepared("ab" * 10, split, when=["", *DAYS[1:]])
    problem = found(facts, "rows_without_date")
    assert (where(made, 1), problem.severity) == ("train", Severity.NOTE)
    assert problem.reason.endswith("It counts as earlier than all others: 1 to learn from.")
    # With 18 of 20 rows undated there is no other way than that some of them judge.
    facts, made = prepared("ab" * 10, split, when=[*[""] * 18, *DAYS[:2]])
    problem = found(facts, "rows_without_date")
    assert problem.severity is Severity.WARNING
    assert problem.reason.endswith("14 to learn from, 3 to check with and 1 for the final test.")
    assert "learned from" not in problem.reason


def test_rows_without_a_date_that_a_limit_leaves_out_are_told() -> None:
    split = SplitConfig(time_column="when")
    facts, _ = prepared("ab" * 10, split, row_limit=4, when=[*[""] * 10, *DAYS[:10]])
    reason = found(facts, "rows_without_date").reason
    learned = int(reason.split(": ")[1].split(" ")[0])
    assert f"{10 - learned} left out by the limit of training rows" in reason


def test_labels_of_a_given_test_that_training_lacks_are_told() -> None:
    labels = ["a", "b"] * 6 + ["c", "c", "a", "d"]
    parts = ["train"] * 10 + ["validation"] * 3 + ["test"] * 3
    facts, made = prepared(labels, SplitConfig(part_column="part"), part=parts)
    assert made is not None  # a warning: the file is respected
    problem = found(facts, "labels_not_learned")
    assert problem.severity is Severity.WARNING
    assert problem.title == '"c" and "d" are judged and never learned'
    assert (problem.rows, problem.row_count) == ((13, 14, 16), 3)
    assert "3 rows outside of training have, 2 test rows among them" in problem.reason
    assert problem.actions[0].arguments == {"part_column": ""}


def test_no_count_of_test_rows_is_said_where_there_is_none() -> None:
    parts = ["train"] * 10 + ["validation"] * 3 + ["test"] * 3
    labels = ["a", "b"] * 5 + ["c", "c", "a", "a", "a", "b"]
    facts, _ = prepared(labels, SplitConfig(part_column="part"), part=parts)
    reason = found(facts, "labels_not_learned").reason
    assert "2 rows outside of training have, none of them for the final test." in reason


def test_a_label_among_others_of_a_row_is_learned() -> None:
    rows = make_dataset({"text": list("abcdef"), "label": ["x"] * 6}, range(1, 7))
    task_rows = TaskRows(
        rows=rows.rename_column("__row__", "row"),
        stratify=("y", "y", "y", "y", "x", "x"),
        label_sets=(("x", "y"),) * 4 + (("x",),) * 2,
    )
    table = make_dataset({"part": ["train"] * 3 + ["validation", "test", "test"]}, range(1, 7))
    data = DataConfig(path="", split=SplitConfig(part_column="part"))
    facts, _ = prepare(task_rows, data, (), table)
    assert "labels_not_learned" not in codes(facts)


def test_of_several_labels_each_is_counted_wherever_it_stands() -> None:
    rows = make_dataset({"text": list("abcdef"), "label": ["x"] * 6}, range(1, 7))
    task_rows = TaskRows(
        rows=rows.rename_column("__row__", "row"),
        stratify=("y", "y", "y", "y", "x", ""),
        classes=("x", "y"),
        label_sets=(("x", "y"),) * 4 + (("x",), ()),
    )
    facts, _ = prepare(task_rows, DataConfig(path=""), ())
    assert {entry.name: entry.count for entry in facts.classes} == {"x": 5, "y": 4}


def test_labels_that_come_up_late_are_told_with_a_next_step_for_time() -> None:
    facts, _ = prepared(["a"] * 18 + ["b"] * 2, SplitConfig(time_column="when"), when=DAYS)
    problem = found(facts, "labels_not_learned")
    assert problem.fix.startswith("Divide the rows by lot")
    assert problem.actions[0].arguments == {"time_column": ""}


def test_groups_that_a_given_split_puts_apart_are_told() -> None:
    authors = ["ann", "bob", "cid", "dot", "", "eve", "ann", "fay", "ann", "bob", "", "gus"]
    parts = ["train"] * 6 + ["validation"] * 3 + ["test"] * 3
    split = SplitConfig(part_column="part", group_column="author")
    facts, made = prepared("ab" * 6, split, part=parts, author=authors)
    assert made is not None
    problem = found(facts, "groups_in_two_parts")
    assert problem.title == '2 groups of "author" stand in several parts'
    assert problem.rows == (7, 9, 10)
    assert '"ann" and "bob", with 3 rows outside of training, 1 test row among them' in problem.reason


def test_groups_are_whole_where_validation_is_taken_out_of_training() -> None:
    authors = [f"author {index // 5}" for index in range(60)]
    parts = ["train"] * 45 + ["test"] * 15
    for seed in range(5):
        split = SplitConfig(part_column="part", group_column="author", seed=seed)
        facts, made = prepared("ab" * 30, split, part=parts, author=authors)
        assert made is not None
        checked = {authors[number - 1] for number in made.validation["row"][:]}
        learned = {authors[number - 1] for number in made.train["row"][:]}
        assert len(checked) >= 1
        assert checked.isdisjoint(learned)
        assert "groups_in_two_parts" not in codes(facts)


def test_three_groups_are_divided_as_well_as_can_be() -> None:
    # Two groups are mostly "a", one is mostly "b": by class no part for validation is left.
    authors = ["ann"] * 20 + ["bob"] * 12 + ["cid"] * 8
    labels = ["a"] * 15 + ["b"] * 5 + ["a"] * 10 + ["b"] * 2 + ["b"] * 6 + ["a"] * 2
    facts, made = prepared(labels, SplitConfig(group_column="author"), author=authors)
    assert made is not None
    assert sorted(len(part) for part in (made.train, made.validation, made.test)) == [8, 12, 20]
    assert len(made.train) == 20
    problem = found(facts, "uneven_split")
    assert problem.severity is Severity.WARNING
    assert problem.title == "The rows are divided 50 / 20 / 30 and not 70 / 15 / 15"
    assert 'Rows with the same "author" stay together' in problem.reason


def test_a_label_that_groups_keep_out_of_a_part_is_told() -> None:
    authors = ["ann"] * 10 + ["bob"] * 10 + ["cid"] * 10
    facts, made = prepared(["a"] * 20 + ["b"] * 10, SplitConfig(group_column="author"), author=authors)
    assert made is not None
    told = codes(facts) & {"labels_not_tested", "labels_not_learned"}
    assert told


def test_two_groups_are_a_problem_that_speaks_of_groups() -> None:
    facts, made = prepared("ab" * 10, SplitConfig(group_column="author"), author=["ann"] * 10 + ["bob"] * 10)
    assert made is None
    problem = found(facts, "cannot_split")
    assert 'Rows with the same "author" stay together' in problem.reason
    assert "20 rows are only 2 groups" in problem.reason
    assert problem.setting == "group_column"
    assert problem.actions[0].arguments == {"group_column": ""}


def test_a_given_training_part_of_one_group_says_what_is_missing() -> None:
    facts, made = prepared(
        "ab" * 5,
        SplitConfig(part_column="part", group_column="author"),
        part=["train"] * 6 + ["test"] * 4,
        author=["ann"] * 6 + ["bob"] * 4,
    )
    assert made is None
    problem = found(facts, "cannot_split")
    assert "No row is left to check with" in problem.reason
    assert "6 rows to learn from are only 1 group" in problem.reason


def test_late_groups_that_are_large_leave_no_part_empty() -> None:
    authors = ["ann"] * 2 + ["bob"] * 2 + ["cid"] * 16
    split = SplitConfig(time_column="when", group_column="author")
    facts, made = prepared("ab" * 10, split, when=DAYS, author=authors)
    assert made is not None
    assert [len(part) for part in (made.train, made.validation, made.test)] == [2, 2, 16]
    assert found(facts, "uneven_split").title == "The rows are divided 10 / 10 / 80 and not 70 / 15 / 15"


@pytest.mark.parametrize(("validation", "test"), [(0.15, 0.95), (0, 0), (0.5, 0.5)])
def test_shares_that_are_not_asked_for_are_not_looked_at(validation: float, test: float) -> None:
    parts = ["train"] * 10 + ["validation"] * 5 + ["test"] * 5
    split = SplitConfig(part_column="part", validation=validation, test=test)
    facts, made = prepared("ab" * 10, split, part=parts)
    assert made is not None
    assert "split_out_of_range" not in codes(facts)


def test_of_a_split_without_validation_rows_only_that_share_is_looked_at() -> None:
    parts = ["train"] * 15 + ["test"] * 5
    assert prepared("ab" * 10, SplitConfig(part_column="part", test=2), part=parts)[1] is not None
    facts, made = prepared("ab" * 10, SplitConfig(part_column="part", validation=0, test=2), part=parts)
    assert made is None
    problem = found(facts, "split_out_of_range")
    assert "200 %" not in problem.reason
    assert problem.actions[0].arguments == {"validation": "0.15"}


def test_everything_that_is_wrong_with_a_split_is_told_at_once() -> None:
    split = SplitConfig(test=0, group_column="author", time_column="date")
    facts, made = prepared("ab" * 10, split, other=["x"] * 20)
    assert made is None
    assert [one.code for one in facts.findings] == [
        "split_out_of_range",
        "no_split_column",
        "no_split_column",
    ]
    assert [one.setting for one in facts.findings[1:]] == ["group_column", "time_column"]
    assert facts.findings[1].actions[0].arguments == {"group_column": ""}


def test_numbers_as_times_are_told_and_put_in_order() -> None:
    serials = [str(44927 + index) for index in range(20)]
    facts, made = prepared("ab" * 10, SplitConfig(time_column="when"), when=serials)
    assert made is not None
    assert list(made.test["row"][:]) == [18, 19, 20]
    problem = found(facts, "numbers_read_as_times")
    assert problem.title == '"when" is read as days since 1900, as spreadsheets count them'
    assert problem.reason == "44927 is 2023-01-01; the rows are from 2023-01-01 to 2023-01-20."


def test_numbers_that_are_no_times_say_why_not() -> None:
    facts, made = prepared("ab" * 10, SplitConfig(time_column="when"), when=[str(n) for n in range(20)])
    assert made is None
    assert "nearly all of them are years (2026)" in found(facts, "no_dates").reason


def test_a_column_that_divides_the_rows_and_is_not_used_is_offered() -> None:
    parts = ["train"] * 15 + ["test"] * 5
    facts, _ = prepared("ab" * 10, SplitConfig(part_column="", time_column="when"), split=parts, when=DAYS)
    problem = found(facts, "part_column_found")
    assert problem.severity is Severity.NOTE
    assert SplitConfig(time_column="when", folds=3).changed(problem.actions[0].arguments) == SplitConfig(
        part_column="split"
    )
    facts, _ = prepared("ab" * 10, SplitConfig(part_column="split"), split=parts)
    assert "part_column_found" not in codes(facts)


def test_a_small_test_offers_folds_by_lot_only() -> None:
    facts, _ = prepared("ab" * 50, SplitConfig())
    problem = found(facts, "small_test")
    assert problem.title == "Only 15 rows would judge the result"
    assert "all 100 rows judge it" in problem.reason
    assert SplitConfig().changed(problem.actions[0].arguments) == SplitConfig(part_column="", folds=5)
    assert "small_test" not in codes(prepared("ab" * 100, SplitConfig())[0])  # 200 rows: 30 judge
    few, _ = prepared("ab" * 50, SplitConfig(group_column="author"), author=["ann", "bob", "bob", "cid"] * 25)
    assert found(few, "small_test").actions[0].arguments["folds"] == "3"
    by_time, _ = prepared("ab" * 10, SplitConfig(time_column="when"), when=DAYS)
    assert found(by_time, "small_test").actions == ()
    folded, _ = prepared("ab" * 50, SplitConfig(folds=5))
    assert found(folded, "small_fold").title == "This fold judges 20 of 100 rows"
    assert "small_test" not in codes(folded)
