"""What is done with a large file says which of its rows that is; what a run is asked it answers whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.command_line import commands
from engine.command_line.rows_to_answer import read_rows
from engine.data import large_files, read_files
from engine.data_questions import DataQuestions
from engine.jobs import Job, Outlet
from engine.protocol.commands import WriteRows
from engine.protocol.config import DataConfig, Reading, RunConfig
from engine.protocol.data_events import RowsWritten
from engine.protocol.events import Event
from engine.training.workbench import Workbench

TASK = "text_classification"


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of 400 rows that counts as large, of which 100 are drawn."""
    monkeypatch.setenv("THAW_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(read_files, "LARGE", 1_000)
    monkeypatch.setattr(large_files, "MOST_ROWS", 100)
    path = tmp_path / "large.csv"
    rows = (f"this is text {row},{'good' if row % 2 else 'bad'}\n" for row in range(400))
    path.write_text("text,label\n" + "".join(rows))
    return path


def test_a_finished_run_answers_every_row_of_a_large_file(large: Path) -> None:
    data = DataConfig(path="learned.csv", columns={"text": "text", "label": "label"})
    run = RunConfig(data=data, task=TASK, method="lora")
    asked = read_rows([], [], str(large), run, Reading())
    assert [row["text"] for row in asked] == [f"this is text {row}" for row in range(400)]


def test_rows_that_are_prepared_are_said_to_be_drawn(
    large: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert commands.run(["prepare", str(large), "--out", str(tmp_path / "out.csv")]) == 0
    shown = capsys.readouterr().out
    assert "100 of 400 rows are used" in shown
    assert '100 rows written to "out.csv"' in shown


def test_rows_that_the_window_writes_are_said_to_be_drawn(large: Path, tmp_path: Path) -> None:
    said: list[Event] = []
    out = tmp_path / "out.csv"
    command = WriteRows(job_id="1", data=DataConfig(path=str(large)), path=str(out))
    DataQuestions(Workbench()).write_rows(Job("1", command, Outlet(said.append)), command)
    (written,) = said
    assert isinstance(written, RowsWritten)
    assert (written.rows, written.note) == (100, "100 of 400 rows are used.")


def test_what_learns_from_rows_says_that_they_are_drawn(large: Path) -> None:
    rows = Workbench().rows(DataConfig(path=str(large)), TASK)
    assert rows.how_many("texts") == "100 texts (100 of 400 rows are used)"
    large.write_text("text,label\n" + "one text,good\nanother text,bad\n" * 10)
    assert Workbench().rows(DataConfig(path=str(large)), TASK).how_many("texts") == "20 texts"


def test_the_command_line_says_how_many_rows_are_drawn(
    large: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert commands.run(["inspect", str(large)]) == 0
    assert "On the command line: --rows-drawn N" in capsys.readouterr().out
    out = tmp_path / "out.csv"
    assert commands.run(["prepare", str(large), "--out", str(out), "--rows-drawn", "400"]) == 0
    shown = capsys.readouterr().out
    assert '400 rows written to "out.csv"' in shown
    assert "rows are used" not in shown
