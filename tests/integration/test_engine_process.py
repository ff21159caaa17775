"""The engine as a process: its stream cannot be broken, and it can die at any time."""

from __future__ import annotations

import os
import signal
import sys

import psutil
import pytest

from engine.protocol.commands import InspectData, PauseTraining, ResumeTraining, Shutdown, StopTraining
from engine.protocol.data_events import DataInspected
from engine.protocol.events import (
    PROTOCOL_VERSION,
    CheckpointSaved,
    EngineReady,
    EvaluationEnded,
    JobFailed,
    JobStopped,
    JobSucceeded,
    ResultWritten,
    StepsEnded,
    TrainingPaused,
    TrainingStarted,
)
from engine.protocol.run_files import EVENTS_FILE, read_events
from engine.run_folder import is_finished
from tests.engine.recorded_session import moods_run, points, start
from tests.integration.engine_process import EngineProcess

NOISY = """
import ctypes, os, sys, threading, time
from engine.__main__ import main

def noise():
    libc = ctypes.CDLL(None)
    while not os.path.samestat(os.fstat(1), os.fstat(2)):
        time.sleep(0.002)  # the engine has not put its pipe aside yet
    while True:
        print("a stray print")
        os.write(1, b"from below\\n")
        libc.puts(b"from C")
        time.sleep(0.002)

threading.Thread(target=noise, daemon=True).start()
sys.argv = ["thaw-engine", "serve"]
main()
"""


def test_a_whole_run_and_its_stop_and_another_that_a_shutdown_ends(small_bert, moods_csv, tmp_path):
    with EngineProcess() as engine:
        ready = engine.events[-1]
        assert isinstance(ready, EngineReady)
        assert ready.protocol_version == PROTOCOL_VERSION
        assert "text_classification" in [task.id for task in ready.catalog.tasks]
        assert ready.devices[-1].id == "cpu"

        engine.send(start(moods_run(moods_csv, small_bert, epochs=500), tmp_path / "run"))
        started = engine.wait_for(TrainingStarted)
        engine.wait_for(StepsEnded)
        check_priorities(engine.process.pid)
        engine.send_line(b'{"type":"Dance","job_id":"dance"}\n')
        engine.send_line(b"not even JSON\n\n")
        assert engine.wait_for_end("dance").problem.code == "not_understood"
        assert engine.wait_for_end("").problem.code == "not_understood"
        engine.send(StopTraining(job_id="train"))
        end = engine.wait_for_end("train")
        of_the_run = [event for event in engine.events if event.job_id == "train"]
        engine.send(start(moods_run(moods_csv, small_bert, epochs=500), tmp_path / "next", job_id="next"))
        engine.wait_for(EvaluationEnded)
        engine.send(Shutdown(job_id=""))
        assert engine.process.wait(60) == 0

    ends = [event for event in engine.rest() if isinstance(event, JobStopped | JobFailed | JobSucceeded)]
    assert [(end.job_id, end.reason) for end in ends] == [("next", "window_closed")]
    assert isinstance(end, JobStopped)
    assert started.run_id == "run"
    assert any(isinstance(event, ResultWritten) for event in engine.events)
    assert is_finished(tmp_path / "run")
    written = list(read_events(tmp_path / "run"))
    assert of_the_run[1:] == written  # the first, JobAccepted, came before there was a folder


def check_priorities(pid):
    """Training gives way to other programs, reading commands does not; threads have priorities on Linux."""
    if sys.platform == "linux":
        threads = [thread.id for thread in psutil.Process(pid).threads()]
        nice = {thread: os.getpriority(os.PRIO_PROCESS, thread) for thread in threads}
        assert nice[pid] == os.getpriority(os.PRIO_PROCESS, 0)
        assert max(nice[pid], 10) in nice.values()


@pytest.mark.skipif(sys.platform == "win32", reason="There is no libc to print with.")
def test_stray_prints_do_not_break_the_stream_and_a_closed_window_saves_the_run(
    small_bert, moods_csv, tmp_path
):
    with EngineProcess((sys.executable, "-u", "-c", NOISY)) as engine:
        for number in range(20):
            engine.send(InspectData(job_id=str(number), path=str(moods_csv)))
            engine.wait_for(DataInspected)
            assert isinstance(engine.wait_for_end(str(number)), JobSucceeded)
        engine.send(start(moods_run(moods_csv, small_bert, epochs=500), tmp_path / "run"))
        engine.wait_for(StepsEnded)
        assert engine.end() == 0

    told = list(read_events(tmp_path / "run"))
    assert isinstance(told[-1], JobStopped)
    assert told[-1].reason == "window_closed"
    saved = [event for event in told if isinstance(event, CheckpointSaved)]
    assert saved[-1].step == points(told)[-1].step
    assert not any(isinstance(event, ResultWritten) for event in told)
    assert engine.rest()[-1] == told[-1]
    assert all(noise in engine.errors() for noise in ("a stray print", "from below", "from C"))


@pytest.mark.skipif(sys.platform == "win32", reason="There is no SIGKILL.")
def test_a_killed_run_leaves_a_whole_file_and_can_be_resumed(living_engine, small_bert, moods_csv, tmp_path):
    run = moods_run(moods_csv, small_bert, epochs=30)
    with EngineProcess() as engine:
        engine.send(start(run, tmp_path / "run"))
        engine.wait_for(StepsEnded)
        engine.send(PauseTraining(job_id="train"))  # saves
        paused = engine.wait_for(TrainingPaused)
        engine.process.send_signal(signal.SIGKILL)
        engine.process.wait(30)

    lines = (tmp_path / "run" / EVENTS_FILE).read_bytes().splitlines(keepends=True)
    assert all(line.endswith(b"}\n") for line in lines)
    assert len(list(read_events(tmp_path / "run"))) == len(lines)
    assert not is_finished(tmp_path / "run")
    heard = living_engine.do(ResumeTraining(job_id="again", folder=str(tmp_path / "run")))
    assert isinstance(heard[-1], JobSucceeded), heard[-1]
    (started,) = [event for event in heard if isinstance(event, TrainingStarted)]
    assert started.resumed_from == paused.step
    told = list(read_events(tmp_path / "run"))
    assert [event.seq for event in told] == list(range(1, len(told) + 1))
    assert [point.step for point in points(told)] == list(range(1, 181))


def test_a_terminated_engine_saves_its_run(small_bert, moods_csv, tmp_path):
    with EngineProcess() as engine:
        engine.send(start(moods_run(moods_csv, small_bert, epochs=500), tmp_path / "run"))
        engine.wait_for(StepsEnded)
        engine.process.terminate()
        engine.process.wait(60)

    if sys.platform != "win32":
        last = list(read_events(tmp_path / "run"))[-1]
        assert isinstance(last, JobStopped)
        assert last.reason == "window_closed"
