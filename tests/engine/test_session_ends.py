"""Ends that must hold: a judged run whose end is not written, a disk that is full, data that changed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import torch

from engine.jobs import Lane
from engine.protocol.commands import Evaluate, InspectModel
from engine.protocol.events import JobFailed, JobSucceeded
from engine.protocol.run_files import EVENTS_FILE, LAST_FOLDER, TEST_PREDICTIONS_FILE, read_events
from engine.run_folder import RunFolder
from tests.engine.recorded_session import moods_run, open_session, points, start


@pytest.fixture
def session(tmp_path):
    opened = open_session(calibration_file=tmp_path / "calibration.json")
    yield opened
    opened.session.close()


@pytest.fixture(scope="module")
def finished(small_bert, moods_csv, tmp_path_factory):
    """A finished run, and the table that it was trained on."""
    folder = tmp_path_factory.mktemp("ended")
    table = folder / "moods.csv"
    table.write_bytes(moods_csv.read_bytes())
    opened = open_session(calibration_file=folder / "calibration.json")
    opened.do(start(moods_run(table, small_bert), folder / "run"))
    opened.session.close()
    return folder / "run", table


@pytest.mark.parametrize("change", ["other words", "another label"])
def test_a_run_is_not_judged_again_on_other_rows(session, finished, change):
    folder, table = finished
    before = table.read_text()
    lines = before.splitlines()
    if change == "other words":
        table.write_text(before.replace("day", "night"))
    else:
        table.write_text("\n".join([*lines[:-8], *(f"{line[:-3]}odd" for line in lines[-8:])]))
    events = session.do(Evaluate(job_id="e", folder=str(folder)))
    table.write_text(before)

    assert events[-1].problem.code == "data_has_changed"
    assert events[-1].problem.safe == "The run's result is as it was."
    assert isinstance(session.do(Evaluate(job_id="again", folder=str(folder)))[-1], JobSucceeded)


def test_checkpoints_go_when_the_end_is_written_and_not_before(session, small_bert, moods_csv, tmp_path):
    there = []
    real = RunFolder.remove_checkpoints

    def remove(folder):
        there.append([type(event) for event in read_events(folder.path)][-1])
        real(folder)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RunFolder, "remove_checkpoints", remove)
        session.do(start(moods_run(moods_csv, small_bert), tmp_path / "run"))
        session.session.close()  # what follows the end is done

    assert there == [JobSucceeded]
    assert not (tmp_path / "run" / LAST_FOLDER).exists()


def test_predictions_that_do_not_fit_on_the_disk_are_a_problem(session, small_bert, moods_csv, tmp_path):
    full = "/dev/full"
    if not Path(full).exists():
        pytest.skip("Only Linux has a file that is always full.")

    def link(*_):
        (tmp_path / "run" / f"{TEST_PREDICTIONS_FILE}.part").symlink_to(full)

    real = RunFolder.create
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RunFolder, "create", lambda *given: (real(*given), link())[0])
        events = session.do(start(moods_run(moods_csv, small_bert), tmp_path / "run"))

    assert isinstance(events[-1], JobFailed)
    assert events[-1].problem.code == "no_disk_space"
    assert "epoch 2" in events[-1].problem.safe


def test_an_end_that_cannot_be_written_is_told_and_more_follows(session, small_bert, moods_csv, tmp_path):
    def fills_the_disk(job, _command):
        job.folder = RunFolder.create(tmp_path / "run", moods_run(moods_csv, small_bert))
        job.folder._events = open("/dev/full", "ab", buffering=0)  # noqa: SIM115, PTH123 - closed by the folder

    if not Path("/dev/full").exists():
        pytest.skip("Only Linux has a file that is always full.")
    session.session.start(InspectModel(job_id="full", model="m"), fills_the_disk, Lane.LONG)
    session.wait_for_end("full")
    after = session.do(Evaluate(job_id="after", folder="/nowhere"))

    assert isinstance(after[-1], JobFailed)
    RunFolder.reopen(tmp_path / "run").close()
    assert (tmp_path / "run" / EVENTS_FILE).read_bytes() == b""


def test_a_question_that_began_first_draws_no_numbers_of_a_run(session, small_bert, moods_csv, tmp_path):
    run = moods_run(moods_csv, small_bert)
    expected = points(session.do(start(run, tmp_path / "plain", "plain")))
    drawing, drawn = threading.Event(), threading.Event()

    def draws(_job, _command):
        drawing.set()
        while not drawn.wait(0.001):
            torch.rand(7)

    session.session.start(InspectModel(job_id="draws", model="m"), draws, Lane.QUESTIONS)
    drawing.wait(30)
    session.send(start(run, tmp_path / "beside", "beside"))
    late = threading.Timer(0.5, drawn.set)  # long after the run has read what it starts from
    late.start()
    session.wait_for_end("beside")

    assert [point.loss for point in points(session.events[len(expected) :]) if point][-12:] == [
        point.loss for point in expected
    ]
