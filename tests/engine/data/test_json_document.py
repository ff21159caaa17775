"""JSON documents: wherever the rows stand in them, they are found, and none is lost in silence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from engine.data.read_files import read_table
from engine.data.split_values import part_column
from engine.data.table import Table, cells, row_numbers
from engine.errors import EngineError

ROWS = [{"text": "What a day", "label": "glad"}, {"text": "It rained", "label": "sad"}]
FRAME = pd.DataFrame(ROWS * 3)


def read(folder: Path, value: Any, name: str = "a.json") -> Table:
    path = folder / name
    path.write_text(json.dumps(value, indent=1), encoding="utf-8")
    return read_table(path)


@pytest.mark.parametrize("name", ["a.json", "a.csv", "a.txt"])
def test_a_list_of_objects(tmp_path, name):
    table = read(tmp_path, ROWS, name)
    assert table.columns == ("text", "label")
    assert cells(table.dataset, "label") == ["glad", "sad"]
    assert row_numbers(table.dataset) == [1, 2]
    assert table.problems == ()


def test_rows_under_a_key(tmp_path):
    table = read(tmp_path, {"version": 2, "result": {"items": ROWS, "errors": []}})
    assert table.rows == 2
    (problem,) = table.problems
    assert problem.code == "rows_under_key"
    assert problem.title == '2 rows under "result.items" were read'


def test_the_longest_list_of_rows_is_read_and_others_are_told(tmp_path):
    table = read(tmp_path, {"version": 1, "few": ROWS, "many": ROWS * 3})
    assert table.rows == 6
    (problem,) = table.problems
    assert 'It also holds "version" and "few"' in problem.reason


def test_train_and_test_become_one_table_with_a_split(tmp_path):
    more = [{"label": "sad", "text": "Snow", "stars": 2}]
    table = read(tmp_path, {"version": 1, "data": {"test": more, "train": ROWS, "valid": ROWS[:1]}})
    assert table.columns == ("text", "label", "split", "stars")
    assert cells(table.dataset, "split") == ["train", "train", "validation", "test"]
    assert cells(table.dataset, "stars") == ["", "", "", "2"]
    assert part_column(table.dataset) == "split"
    (problem,) = table.problems
    assert (problem.code, problem.title) == ("rows_in_parts", "4 rows of 3 parts of a split")
    assert 'It also holds "version"; this was left aside.' in problem.reason


def test_objects_inside_of_objects_become_columns(tmp_path):
    rows = [{"post": {"text": "a", "user": {"age": 7}}, "label": "x"}, {"post": {"text": "b"}, "label": "y"}]
    table = read(tmp_path, rows)
    assert table.columns == ("post.text", "post.user.age", "label")
    assert cells(table.dataset, "post.user.age") == ["7", ""]


def test_answers_of_a_question_stay_together(tmp_path):
    answers = {"text": ["Pisa"], "answer_start": [13]}
    table = read(tmp_path, [{"question": "Where?", "context": "The tower in Pisa.", "answers": answers}] * 2)
    assert table.columns == ("question", "context", "answers")


@pytest.mark.parametrize("orient", ["records", "columns", "index", "split", "list"])
def test_what_pandas_wrote_comes_back(tmp_path, orient):
    path = tmp_path / "a.json"
    if orient == "list":
        path.write_text(json.dumps(FRAME.to_dict("list")), encoding="utf-8")
    else:
        FRAME.to_json(path, orient=orient)
    table = read_table(path)
    assert table.columns == ("text", "label")
    assert cells(table.dataset, "text") == list(FRAME["text"])
    assert cells(table.dataset, "label") == list(FRAME["label"])


def test_a_list_of_texts(tmp_path):
    table = read(tmp_path, ["one", "two", " ", 7])
    assert cells(table.dataset, "text") == ["one", "two"]
    (odd,) = [problem for problem in table.problems if problem.code == "odd_rows"]
    assert odd.rows == (3, 4)


def test_entries_that_are_no_rows_and_blank_ones_are_told(tmp_path):
    table = read(tmp_path, [*ROWS, 7, {"text": "", "label": " "}, *ROWS])
    assert row_numbers(table.dataset) == [1, 2, 5, 6]
    told = {problem.code: problem.rows for problem in table.problems}
    assert told == {"odd_rows": (3,), "blank_rows": (4,)}


@pytest.mark.parametrize(
    "damage", ["[\n {'text': 'a'},\n {'text': 'b'}\n]", '[\n {"text": "a"},\n]', '[{"text": "a"}']
)
def test_a_damaged_list_is_no_table(tmp_path, damage):
    path = tmp_path / "a.json"
    path.write_text(damage)
    with pytest.raises(EngineError) as caught:
        read_table(path)
    assert caught.value.problem.code == "damaged_json"


def test_a_file_of_one_row_is_json_lines(tmp_path):
    assert read(tmp_path, ROWS[0]).rows == 1
