"""What a window without a pipe asks of a run: lines in a file, read while the run trains."""

from __future__ import annotations

import queue

import pytest

from engine.protocol.commands import Command, ContinueTraining, PauseTraining, StopTraining
from engine.protocol.events import JobStopped, StepsEnded, TrainingContinued, TrainingPaused
from engine.protocol.run_files import WISHES_FILE
from engine.protocol.wire import encode
from engine.wishes import WishFile
from tests.engine.recorded_session import moods_run, open_session, start


@pytest.fixture
def session(tmp_path):
    opened = open_session(calibration_file=tmp_path / "calibration.json")
    yield opened
    opened.session.close()


def _wish(folder, command):
    with (folder / WISHES_FILE).open("ab") as file:
        file.write(encode(command))


def test_wishes_come_in_their_order_and_only_once_and_old_ones_are_forgotten(tmp_path):
    done: queue.SimpleQueue[Command] = queue.SimpleQueue()
    _wish(tmp_path, StopTraining(job_id="of an earlier process"))
    with WishFile(tmp_path, done.put):
        _wish(tmp_path, PauseTraining(job_id="a"))
        _wish(tmp_path, ContinueTraining(job_id="a"))
        assert done.get(timeout=20) == PauseTraining(job_id="a")
        assert done.get(timeout=20) == ContinueTraining(job_id="a")
        (tmp_path / WISHES_FILE).open("ab").write(b"no command\n" + encode(StopTraining(job_id="a"))[:9])
        (tmp_path / WISHES_FILE).open("ab").write(encode(StopTraining(job_id="a"))[9:])
        assert done.get(timeout=20) == StopTraining(job_id="a")
    assert done.empty()
    assert not (tmp_path / WISHES_FILE).exists()


def test_a_wish_reaches_a_run_that_has_its_window_too(session, small_bert, moods_csv, tmp_path):
    folder = tmp_path / "run"
    session.send(start(moods_run(moods_csv, small_bert, epochs=1000), folder))
    session.wait_for(StepsEnded)
    _wish(folder, PauseTraining(job_id="train"))
    session.wait_for(TrainingPaused)
    _wish(folder, ContinueTraining(job_id="train"))
    session.wait_for(TrainingContinued)
    _wish(folder, StopTraining(job_id="train"))
    end = session.wait_for_end("train")
    assert isinstance(end, JobStopped)
    assert end.reason == "stop_requested"


def test_a_session_without_a_run_has_nothing_to_finish(session):
    session.session.finish_training()
