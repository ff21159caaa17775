"""Columns: what each seems to mean, from its name and from what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

import pytest

from engine.data.columns import guess, inspect, roles_of, with_guesses
from engine.data.read_files import read_table
from engine.data.table import Table, make_dataset
from engine.protocol.catalog import RoleEntry, TaskEntry


def table(rows: int = 40, **columns: Sequence[str]) -> Table:
    """Returns a table whose columns repeat the given cells."""
    cells = {name: [values[row % len(values)] for row in range(rows)] for name, values in columns.items()}
    return Table("notes.csv", make_dataset(cells, range(1, rows + 1), "notes.csv"), "utf-8", ",")


def roles(of: Table) -> dict[str, str]:
    """Returns column → guessed role, for columns that have one."""
    return {column.name: column.role for column in guess(of) if column.role}


SENTENCES = [f"this is the sentence with the number {number} in it" for number in range(40)]
IDS = [str(number) for number in range(40)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("posts", {"text": "text", "mood": "label"}),
        ("messages", {"message": "text", "kind": "label"}),
        ("definitions", {"definition": "text", "kind": "label"}),
    ],
)
def test_the_samples_columns_are_guessed(name: str, expected: dict[str, str]) -> None:
    assert roles(read_table(str(files("resources") / "samples" / f"{name}.csv"))) == expected


def test_content_decides_where_names_say_nothing() -> None:
    unnamed = table(a=IDS, b=["yes", "no"], c=SENTENCES, d=["2024-01-01"])
    assert roles(unnamed) == {"c": "text", "b": "label"}


def test_names_decide_between_columns_alike() -> None:
    both = table(
        title=["a short line", "another one"], reviewText=SENTENCES, colour=["red", "blue"], stars=["1", "5"]
    )
    assert roles(both) == {"reviewText": "text", "stars": "label"}


def test_a_column_with_one_label_is_still_the_answer_when_it_is_called_so() -> None:
    assert roles(table(text=SENTENCES, label=["good"])) == {"text": "text", "label": "label"}


def test_free_text_numbers_and_ids_are_no_answer() -> None:
    assert roles(table(text=SENTENCES, id=IDS, when=[f"day {number}" for number in range(40)])) == {
        "text": "text"
    }


def test_reasons_hold_the_numbers() -> None:
    facts = {
        column.name: column
        for column in guess(table(text=SENTENCES, mood=["a", "b", ""], id=IDS, empty=[" "]))
    }
    assert facts["text"].reason == "about 10 words in a row"
    assert facts["mood"].reason == "2 different values in 27 rows"
    assert (facts["mood"].distinct, facts["mood"].blank) == (2, 13)
    assert facts["id"].reason == "a different number in every row"
    assert facts["empty"].reason == "blank in every row"


def test_the_preview_is_the_first_200_rows_with_their_numbers() -> None:
    cells = {"text": [f"text {number}" for number in range(300)], "label": ["a", "b"] * 150}
    numbers = [number + (number > 5) for number in range(1, 301)]
    facts = inspect(Table("folder/notes.csv", make_dataset(cells, numbers), "utf-8", ",", size=7))
    assert (facts.rows, len(facts.preview), facts.name, facts.size) == (300, 200, "notes.csv", 7)
    assert facts.preview[0] == ("text 0", "a")
    assert facts.preview_rows[4:7] == (5, 7, 8)


def task(name: str, *required: str) -> TaskEntry:
    """Returns a task that needs some roles."""
    return TaskEntry(
        id=name,
        name=name,
        summary="",
        icon="",
        metrics=(),
        roles=tuple(RoleEntry(id=r, label=r) for r in required),
    )


def test_the_task_is_the_first_whose_roles_were_all_found() -> None:
    tasks = [task("pairs", "source", "target"), task("sort", "text", "label"), task("write", "text")]
    assert inspect(table(text=SENTENCES, label=["a", "b"]), tasks).task == "sort"
    assert inspect(table(text=SENTENCES), tasks).task == "write"
    assert inspect(table(id=IDS), tasks).task == "pairs"
    assert inspect(table(id=IDS)).task == ""


def test_what_a_person_chose_comes_before_a_guess() -> None:
    facts = guess(table(text=SENTENCES, title=["one line here"], label=["a", "b"]))
    assert roles_of(facts) == {"text": "text", "label": "label"}
    assert roles_of(facts, {"text": "title"}) == {"text": "title"}
    assert roles_of(facts, {"text": "", "label": ""}) == {"text": "", "label": ""}
    assert with_guesses(facts, {"text": "title"}) == {"text": "title", "label": "label"}
    assert with_guesses(facts, {"label": "text"}) == {"label": "text"}
