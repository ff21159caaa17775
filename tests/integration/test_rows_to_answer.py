"""Which rows of a file a finished run answers: those of the sheet that it has learned from."""

from __future__ import annotations

import pytest
from openpyxl import Workbook

from engine.command_line.asking import answer_line
from engine.command_line.rows_to_answer import read_rows
from engine.errors import EngineError
from engine.protocol.config import DataConfig, Reading, RunConfig
from engine.protocol.results import Prediction


def _workbook(path, **sheets):
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return str(path)


def _run(**reading):
    data = DataConfig(path="learned.xlsx", columns={"text": "post", "label": "mood"}, **reading)
    return RunConfig(data=data, task="text_classification", method="lora")


def _texts(file, run, **said):
    return [row["text"] for row in read_rows([], [], file, run, Reading(**said))]


@pytest.fixture
def book(tmp_path):
    titled = [
        ["Posts of spring", "", ""],
        ["post", "mood", "n"],
        ["a warm day", "glad", 1],
        ["rain", "sad", 2],
    ]
    other = [["post", "mood"], ["another sheet", "glad"]]
    return _workbook(tmp_path / "new.xlsx", Other=other, Spring=titled)


def test_the_sheet_of_the_run_is_answered(book):
    assert _texts(book, _run(sheet="Spring")) == ["a warm day", "rain"]
    assert _texts(book, _run()) == ["another sheet"]


def test_the_row_of_names_of_the_run_is_used(tmp_path):
    rows = [["a", "b"], ["c", "d"], ["post", "mood"], ["a warm day", "glad"]]
    file = _workbook(tmp_path / "new.xlsx", Sheet=rows)
    assert _texts(file, _run(header_row=3)) == ["a warm day"]


def test_what_is_said_goes_before_the_run(book):
    assert _texts(book, _run(sheet="Spring"), sheet="Other") == ["another sheet"]
    with pytest.raises(EngineError) as caught:
        _texts(book, _run(), sheet="Autumn")
    assert caught.value.problem.code == "no_such_sheet"


def test_a_workbook_without_the_sheet_of_the_run_is_read_as_ever(tmp_path):
    file = _workbook(tmp_path / "new.xlsx", Summer=[["post"], ["a warm day"]])
    assert _texts(file, _run(sheet="Spring", header_row=4)) == ["a warm day"]


def test_encoding_and_delimiter_can_be_said(tmp_path):
    file = tmp_path / "new.csv"
    file.write_bytes("post/n\nκαλή μέρα/1\nκακή μέρα/2\n".encode("cp1253"))
    said = {"encoding": "windows-1253", "delimiter": "/"}
    assert _texts(str(file), _run(), **said) == ["καλή μέρα", "κακή μέρα"]


def test_rows_that_cannot_be_answered_are_told(tmp_path):
    file = tmp_path / "new.csv"
    file.write_text("post,mood\na warm day,glad\nrain, and more rain,sad\nsnow,glad\n")
    told = []
    rows = read_rows([], [], str(file), _run(), Reading(), told.append)
    assert [row["text"] for row in rows] == ["a warm day", "snow"]
    assert [(problem.code, problem.rows) for problem in told] == [("odd_rows", (2,))]


def test_a_missing_second_text_is_told(tmp_path):
    columns = {"text": "first", "second_text": "second", "label": "nearness"}
    data = DataConfig(path="pairs.csv", columns=columns)
    run = RunConfig(data=data, task="text_classification", method="lora")
    whole, half = tmp_path / "whole.csv", tmp_path / "half.csv"
    whole.write_text("first,second\na,b\nc,d\n")
    half.write_text("first,nearness\na,1\nc,2\n")
    told = []
    assert read_rows([], [], str(whole), run, Reading(), told.append)[0] == {"text": "a", "second_text": "b"}
    assert told == []
    assert read_rows([], [], str(half), run, Reading(), told.append) == [{"text": "a"}, {"text": "c"}]
    assert [one.title for one in told] == ['"half.csv" has no column "second"']


def test_two_texts_are_told_in_the_order_in_which_they_are_read():
    pair = Prediction(text="a tall tree", second="a small tree", said="2.5", probability=0.0)
    asked = Prediction(text="Ann wrote it.", second="Who wrote it?", said="Ann", probability=0.5)
    assert answer_line(pair, second_first=False) == "[bold]2.5[/bold]  a tall tree  a small tree"
    assert answer_line(asked, second_first=True) == "[bold]Ann[/bold]  50.0 %  Who wrote it?  Ann wrote it."
