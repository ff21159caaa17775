"""A run whose window is closed and that goes on: told to, followed by its file, stopped by a wish."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.protocol.commands import KeepTraining, PauseTraining, StopTraining
from engine.protocol.events import CheckpointSaved, JobStopped, ResultWritten, StepsEnded, TrainingPaused
from engine.protocol.run_files import WISHES_FILE, read_events
from engine.protocol.wire import encode
from engine.run_folder import is_finished, is_in_use
from tests.engine.recorded_session import moods_run, points, start
from tests.integration.engine_process import EngineProcess

PATIENCE = 60.0


def _until(process: subprocess.Popen[bytes], condition: Callable[[], bool]) -> None:
    """Waits for something while a process lives; its end before that fails the test."""
    ends = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < ends
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        assert condition(), f"The process has ended: {process.returncode}"


def _steps(folder: Path) -> int:
    reached = points(list(read_events(folder)))
    return reached[-1].step if reached else 0


def test_a_run_goes_on_without_its_window_and_stops_by_a_wish(small_bert, moods_csv, tmp_path):
    folder = tmp_path / "run"
    with EngineProcess() as engine:
        engine.send(start(moods_run(moods_csv, small_bert, epochs=1000), folder))
        engine.wait_for(StepsEnded)
        engine.send(PauseTraining(job_id="train"))
        paused = engine.wait_for(TrainingPaused)
        (folder / WISHES_FILE).write_bytes(b'{"type":"Dance","job_id":"x"}\n{"type":"StopTr')
        engine.send(KeepTraining(job_id=""))
        engine.close_pipe()
        for thread in engine._threads:
            thread.join(PATIENCE)  # it lets go of its pipes, and lives on
            assert not thread.is_alive()
        _until(engine.process, lambda: _steps(folder) > paused.step + 20)
        assert is_in_use(folder)
        with (folder / WISHES_FILE).open("ab") as file:
            file.write(encode(StopTraining(job_id="train")).removeprefix(b'{"type":"StopTr'))
        assert engine.process.wait(PATIENCE) == 0

    told = list(read_events(folder))
    assert isinstance(told[-1], JobStopped)
    assert told[-1].reason == "stop_requested"
    assert any(isinstance(event, ResultWritten) for event in told)
    assert is_finished(folder)
    assert not is_in_use(folder)
    assert not (folder / WISHES_FILE).exists()
    assert [point.step for point in points(told)] == list(range(1, _steps(folder) + 1))


@pytest.mark.skipif(sys.platform == "win32", reason="There is no wish of the system to end.")
def test_a_run_alone_saves_itself_when_the_system_ends_it(small_bert, moods_csv, tmp_path):
    folder = tmp_path / "run"
    with EngineProcess() as engine:
        engine.send(start(moods_run(moods_csv, small_bert, epochs=1000), folder))
        engine.wait_for(StepsEnded)
        engine.send(KeepTraining(job_id=""))
        engine.close_pipe()
        reached = _steps(folder)
        _until(engine.process, lambda: _steps(folder) > reached + 5)
        engine.process.terminate()
        engine.process.wait(PATIENCE)

    told = list(read_events(folder))
    assert isinstance(told[-1], JobStopped)
    assert told[-1].reason == "window_closed"
    saved = [event for event in told if isinstance(event, CheckpointSaved)]
    assert saved[-1].step == _steps(folder)
