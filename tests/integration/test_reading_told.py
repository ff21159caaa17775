"""Large files on the command line: a bar on stderr while they are read; Ctrl-C leaves nothing behind."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
import typer

from engine.command_line import commands, reading_bar
from engine.command_line.reading_bar import reading_told
from engine.command_line.terminal import _Console
from engine.data import read_files
from engine.data.large_files import Follow


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that counts as large."""
    monkeypatch.setenv("THAW_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(read_files, "LARGE", 1_000)
    path = tmp_path / "large.csv"
    rows = (f"this is text {row},{'good' if row % 2 else 'bad'}\n" for row in range(20_000))
    path.write_text("text,label\n" + "".join(rows))
    return path


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets stderr be a terminal."""

    def console(*, stderr: bool = False) -> _Console:
        return _Console(stderr=stderr, highlight=False, force_terminal=stderr)

    monkeypatch.setattr(reading_bar, "console", console)


def test_how_far_a_file_is_read_stands_on_stderr_alone(
    large: Path, terminal: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.run(["inspect", str(large)]) == 0
    shown = capsys.readouterr()
    assert "Reading the file" in shown.err
    assert "Reading the file" not in shown.out
    assert "large.csv: 20,000 rows" in shown.out


def test_a_program_and_a_pipe_see_no_bar(
    large: Path, terminal: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert commands.run(["prepare", str(large), "--out", str(large.with_name("a.csv")), "--json"]) == 0
    assert "Reading" not in capsys.readouterr().err
    monkeypatch.undo()
    with reading_told(as_json=False) as follow:
        follow.progress(0.5)
    assert "Reading" not in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send to a process.")
def test_ctrl_c_ends_the_reading_and_takes_away_what_is_half_written(
    large: Path, terminal: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(signal.SIGINT)
    told: list[float] = []

    def read_and_interrupt() -> None:
        with reading_told(as_json=False) as follow:

            def interrupted(share: float) -> None:
                told.append(share)
                follow.progress(share)
                signal.raise_signal(signal.SIGINT)

            read_files.read_table(large, follow=Follow(progress=interrupted))

    with pytest.raises(typer.Exit) as ended:
        read_and_interrupt()
    assert ended.value.exit_code == 130
    assert len(told) == 2
    assert signal.getsignal(signal.SIGINT) == before
    assert [path.name for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []
    assert "\x1b[?25h" in capsys.readouterr().err  # the cursor is there again


def test_a_wish_to_end_before_anything_is_read_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    with reading_told(as_json=False):
        signal.raise_signal(signal.SIGINT)
    assert ended == [130]
