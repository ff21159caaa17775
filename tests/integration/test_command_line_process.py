"""The process around a command: signals, readers that are gone, full disks, streams that are closed."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.command_line import commands, process
from engine.protocol.events import JobStopped, JobSucceeded, ResultWritten, StepsEnded, TrainingStarted
from engine.protocol.run_files import LAST_FOLDER, MODEL_FOLDER, read_events, read_run
from engine.protocol.smaller_batches import Batches, BatchesHalved
from engine.protocol.wire import decode_event

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send to a process.")


class Output:
    """A stdout that does something when an event is printed.

    Attributes:
        lines: What was printed.
    """

    def __init__(self, kind, act):
        self.lines = []
        self._kind, self._act, self._done = kind, act, False

    @property
    def buffer(self):
        return self

    def write(self, line):
        self.lines.append(line)
        if isinstance(line, bytes) and not self._done and isinstance(decode_event(line), self._kind):
            self._done = True
            self._act()

    def flush(self):
        pass

    def fileno(self):
        raise OSError


def _fail(number):
    def act():
        raise OSError(number, os.strerror(number))

    return act


def _train(monkeypatch, moods_csv, small_bert, out, kind, act):
    """Trains for a long time, unless it is stopped, and returns the exit code."""
    monkeypatch.setattr(sys, "stdout", Output(kind, act))
    given = ["--data", moods_csv, "--model", small_bert, "--out", out, "--set", "epochs=900", "--json"]
    return commands.run(["train", *map(str, given), "--set", "batch_size=8"])


@POSIX
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_the_systems_wish_to_end_saves_a_checkpoint(
    monkeypatch, capsys, moods_csv, small_bert, tmp_path, name
):
    wish = getattr(signal, name)
    handler = signal.getsignal(wish)
    code = _train(
        monkeypatch, moods_csv, small_bert, tmp_path / "run", StepsEnded, lambda: signal.raise_signal(wish)
    )

    assert code == 130
    events = list(read_events(tmp_path / "run"))
    assert isinstance(events[-1], JobStopped)
    assert not any(isinstance(event, ResultWritten) for event in events)
    assert (tmp_path / "run" / LAST_FOLDER / "state.json").is_file()
    assert "Saving a checkpoint" in capsys.readouterr().err
    assert signal.getsignal(wish) == handler


@POSIX
def test_ctrl_c_twice_gives_the_result_up(monkeypatch, moods_csv, small_bert, tmp_path):
    def twice():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    code = _train(monkeypatch, moods_csv, small_bert, tmp_path / "run", StepsEnded, twice)

    assert code == 130
    assert (tmp_path / "run" / LAST_FOLDER / "state.json").is_file()
    assert not (tmp_path / "run" / MODEL_FOLDER).exists()


def test_a_run_whose_reader_is_gone_saves_itself_and_says_how_to_go_on(
    monkeypatch, capsys, moods_csv, small_bert, tmp_path
):
    out = tmp_path / "run"
    code = _train(monkeypatch, moods_csv, small_bert, out, StepsEnded, _fail(errno.EPIPE))

    told = capsys.readouterr().err
    assert code == 130
    assert f"thaw-engine resume {out}" in told
    assert "Traceback" not in told
    assert isinstance(list(read_events(out))[-1], JobStopped)
    assert (out / LAST_FOLDER / "state.json").is_file()


def test_a_run_goes_on_in_smaller_batches_where_that_is_said(
    monkeypatch, capfd, moods_csv, small_bert, tmp_path
):
    out = tmp_path / "run"
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", Output(StepsEnded, _fail(errno.EPIPE)))
        given = ["--data", moods_csv, "--model", small_bert, "--out", out, "--set", "epochs=9", "--json"]
        assert commands.run(["train", *map(str, given), "--set", "batch_size=8"]) == 130
    capfd.readouterr()
    assert commands.run(["resume", str(out), "--smaller-batches"]) == 0

    (halving,) = [event for event in read_events(out) if isinstance(event, BatchesHalved)]
    assert (halving.asked, halving.batches) == (True, Batches(size=4, rows=8))
    assert f"From step {halving.step + 1} on, 2 batches of 4 in each step." in capfd.readouterr().out
    assert read_run(out).settings["batch_size"] == 8


def test_a_run_whose_output_meets_a_full_disk_is_a_problem(
    monkeypatch, capsys, moods_csv, small_bert, tmp_path
):
    out = tmp_path / "run"
    code = _train(monkeypatch, moods_csv, small_bert, out, TrainingStarted, _fail(errno.ENOSPC))

    assert code == 2
    assert "No space left" in capsys.readouterr().err


def test_a_run_may_end_before_its_reader_is_missed(monkeypatch, moods_csv, small_bert, tmp_path):
    monkeypatch.setattr(sys, "stdout", Output(JobSucceeded, _fail(errno.EPIPE)))
    given = ["--data", moods_csv, "--model", small_bert, "--out", tmp_path / "run", "--set", "epochs=1"]
    assert commands.run(["train", *map(str, given), "--json"]) == 130
    assert (tmp_path / "run" / MODEL_FOLDER).is_dir()


def _python(code, *, shell="", **more):
    """Runs some Python as the command line does, at once."""
    start = f"from engine.command_line import process; process.prepare(); {code}"
    words = ["sh", "-c", f'exec "$0" -P -c "$1" {shell}', sys.executable, start]
    return subprocess.run(words, env=ENVIRONMENT, capture_output=True, timeout=60, check=False, **more)


def test_what_nobody_foresaw_is_told_without_a_traceback(tmp_path):
    environment = ENVIRONMENT | {"TMPDIR": str(tmp_path)}
    words = [sys.executable, "-P", "-c", "from engine.command_line import process; process.prepare(); 1 / 0"]
    done = subprocess.run(words, env=environment, capture_output=True, timeout=60, check=False)

    assert done.returncode == 2
    assert b"Something went wrong" in done.stderr
    assert b"Traceback" not in done.stderr
    (details,) = tmp_path.glob("thaw-details-*.txt")
    assert str(details) in done.stderr.decode()
    assert "ZeroDivisionError" in details.read_text()


@POSIX
def test_ctrl_c_while_libraries_load_ends_without_a_word():
    words = "from engine.command_line import process; process.prepare(); print(flush=True); input()"
    started = subprocess.Popen(
        [sys.executable, "-P", "-c", words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert started.stdout is not None
    started.stdout.readline()
    started.send_signal(signal.SIGINT)
    _, told = started.communicate(timeout=60)

    assert (started.returncode, told) == (130, b"")


@POSIX
def test_what_the_shell_ignores_stays_ignored():
    heard = []
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with process.wishes_taken(heard.append):
            signal.raise_signal(signal.SIGHUP)
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert heard == [False]


@POSIX
@pytest.mark.parametrize(
    ("shell", "code"), [(">&-", 0), ("2>&-", 0), (">&- 2>&- <&-", 0), ("> /dev/full", 2), ("2> /dev/full", 0)]
)
def test_streams_that_are_closed_or_full_change_no_exit_code(shell, code):
    if "/dev/full" in shell and not Path("/dev/full").exists():
        pytest.skip("This system has no /dev/full.")
    assert _python("print('done'); process.leave(0)", shell=shell).returncode == code


def test_letters_that_the_terminal_lacks_are_written_out():
    environment = ENVIRONMENT | {"PYTHONIOENCODING": "ascii"}
    words = "from engine.command_line import process; process.prepare(); print('sch\\u00f6n')"
    done = subprocess.run(
        [sys.executable, "-P", "-c", words], env=environment, capture_output=True, timeout=60, check=True
    )
    assert done.stdout.strip() == b"sch\\xf6n"
