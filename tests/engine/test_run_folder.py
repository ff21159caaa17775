"""A run's folder: made once, locked, its events whole, what was cut off removed."""

from __future__ import annotations

import signal

import msgspec
import pytest

from engine.disk import free_space
from engine.errors import EngineError
from engine.protocol.config import DataConfig, RunConfig, SplitConfig
from engine.protocol.events import (
    EpochEnded,
    JobFailed,
    JobStopped,
    JobSucceeded,
    ResultWritten,
)
from engine.protocol.problems import Problem
from engine.protocol.results import Prediction, RunResult
from engine.protocol.run_files import EVENTS_FILE, read_events, read_predictions, read_run
from engine.run_folder import RunFolder, is_finished

RUN = RunConfig(
    data=DataConfig(path="/data/posts.csv", columns={"text": "post"}, split=SplitConfig(seed=3)),
    task="text_classification",
    method="lora",
    settings={"rank": 8, "learning_rate": 1e-3, "schedule": "linear", "merge": True},
    layers={"block.1": False},
    watch=('he said "no"', "zwei\nZeilen"),
    name="First try",
)
RESULT = RunResult(
    metric="macro_f1", scores={}, baselines=(), rows=0, wrong=0, classes=(), confusion=(), class_scores=(),
    best_epoch=1.0, trainable_parameters=1, total_parameters=2, seconds=1.0,
)  # fmt: skip
PROBLEM = Problem(code="odd", title="Odd", reason="So.", fix="Do.")


def _code(raised):
    return raised.value.problem.code


@pytest.mark.parametrize("old", ["/home/ann/posts/data/posts.csv", "C:\\Users\\ann\\posts\\data\\posts.csv"])
def test_the_run_of_a_moved_project_finds_its_data(tmp_path, old):
    folder = tmp_path / "project" / "runs" / "one"
    run = msgspec.structs.replace(RUN, data=msgspec.structs.replace(RUN.data, path=old))
    RunFolder.create(folder, run).close()
    assert read_run(folder) == run
    data = tmp_path / "project" / "data" / "posts.csv"
    data.parent.mkdir()
    data.write_text("post\n")
    assert read_run(folder).data.path == str(data)
    elsewhere = tmp_path / "posts.csv"
    elsewhere.write_text("post\n")
    here = msgspec.structs.replace(RUN, data=msgspec.structs.replace(RUN.data, path=str(elsewhere)))
    RunFolder.create(tmp_path / "project" / "runs" / "two", here).close()
    assert read_run(tmp_path / "project" / "runs" / "two") == here


def test_a_run_is_read_back_as_it_was_chosen(tmp_path):
    RunFolder.create(tmp_path / "runs" / "one", RUN).close()

    assert read_run(tmp_path / "runs" / "one") == RUN
    assert (tmp_path / "runs" / "one" / "run.toml").read_text().startswith("# A training run of Thaw.")


def test_few_rows_are_read_back_too(tmp_path):
    run = msgspec.structs.replace(RUN, data=msgspec.structs.replace(RUN.data, row_limit=16))
    RunFolder.create(tmp_path / "one", run).close()

    assert read_run(tmp_path / "one").data.row_limit == 16


def test_a_new_run_never_writes_over_anything(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(EngineError) as raised:
        RunFolder.create(tmp_path, RUN)

    assert _code(raised) == "folder_not_empty"
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_folder_that_is_a_file_cannot_be_written_to(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(EngineError) as raised:
        RunFolder.create(tmp_path / "file" / "run", RUN)

    assert _code(raised) == "cannot_write"


def test_events_are_numbered_and_written_before_they_are_returned(tmp_path):
    folder = RunFolder.create(tmp_path / "one", RUN)
    first = folder.append(EpochEnded(job_id="j", epoch=1, training_loss=0.5))
    second = folder.append(EpochEnded(job_id="j", epoch=2, training_loss=0.4))

    assert (first.seq, second.seq) == (1, 2)
    assert list(read_events(tmp_path / "one")) == [first, second]
    folder.close()


def test_only_one_process_trains_in_a_folder(tmp_path):
    folder = RunFolder.create(tmp_path / "one", RUN)
    with pytest.raises(EngineError) as raised:
        RunFolder.reopen(tmp_path / "one")
    assert _code(raised) == "run_in_use"
    folder.close()

    RunFolder.reopen(tmp_path / "one").close()


def test_a_line_that_a_crash_cut_off_is_removed(tmp_path):
    folder = RunFolder.create(tmp_path / "one", RUN)
    whole = folder.append(EpochEnded(job_id="j", epoch=1, training_loss=0.5))
    folder.close()
    with (tmp_path / "one" / EVENTS_FILE).open("ab") as file:
        file.write(b'{"type":"EpochEnded","seq":2,"epo')

    again = RunFolder.reopen(tmp_path / "one")
    after = again.append(EpochEnded(job_id="k", epoch=2, training_loss=0.4))
    again.close()

    assert after.seq == 2
    assert list(read_events(tmp_path / "one")) == [whole, after]


@pytest.mark.parametrize(
    ("events", "finished"),
    [
        ([], False),
        ([EpochEnded(epoch=1, training_loss=1.0)], False),
        ([JobFailed(problem=PROBLEM)], False),
        ([JobStopped(reason="window_closed")], False),
        ([JobStopped(reason="stop_requested")], False),  # before there was anything to judge
        ([ResultWritten(result=RESULT)], False),
        ([ResultWritten(result=RESULT), JobStopped(reason="stop_requested")], True),
        ([ResultWritten(result=RESULT), JobSucceeded()], True),
    ],
)
def test_a_run_is_finished_when_it_was_judged_and_ended(tmp_path, events, finished):
    folder = RunFolder.create(tmp_path / "one", RUN)
    for event in events:
        folder.append(event)
    folder.close()

    assert is_finished(tmp_path / "one") is finished
    if finished:
        with pytest.raises(EngineError) as raised:
            RunFolder.reopen(tmp_path / "one")
        assert _code(raised) == "run_already_finished"
    else:
        RunFolder.reopen(tmp_path / "one").close()


def test_a_folder_that_is_no_run_is_a_problem(tmp_path):
    (tmp_path / "run.toml").write_text("task = 3")

    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(EngineError) as raised:
            RunFolder.reopen(path)
        assert _code(raised) == "not_a_run"


def test_predictions_are_whole_lines(tmp_path):
    folder = RunFolder.create(tmp_path / "one", RUN)
    predictions = (
        Prediction(text='a "b"\n', said="x", probability=0.75, probabilities={"x": 0.75, "y": 0.25}, row=3),
        Prediction(text="c", said="y", probability=1.0, truth="x"),
    )
    folder.write_predictions("predictions.test.jsonl", predictions)
    folder.close()

    assert read_predictions(tmp_path / "one") == predictions


def test_free_space_is_known_before_there_is_a_folder(tmp_path):
    assert free_space(tmp_path / "not" / "yet") == pytest.approx(free_space(tmp_path), rel=0.05)


@pytest.fixture
def little_room():
    """Lets files of this process grow to 4 kB only, as a full disk would."""
    resource = pytest.importorskip("resource", reason="Windows sets no such limits.")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    signal.signal(signal.SIGXFSZ, before)


def test_a_line_that_does_not_fit_leaves_whole_lines_and_lets_the_folder_go(tmp_path, little_room):
    folder = RunFolder.create(tmp_path / "one", RUN)
    first = folder.append(EpochEnded(job_id="j", epoch=1, training_loss=0.5))
    long = msgspec.structs.replace(PROBLEM, details="x" * 5000)
    with pytest.raises(OSError, match="File too large"):
        folder.append(JobFailed(job_id="j", problem=long))
    end = folder.append(JobFailed(job_id="j", problem=PROBLEM))
    folder.close()

    assert (tmp_path / "one" / EVENTS_FILE).read_bytes().count(b"\n") == 2
    assert list(read_events(tmp_path / "one")) == [first, end]
    RunFolder.reopen(tmp_path / "one").close()  # nobody holds it any more


def test_a_run_that_cannot_be_written_to_is_a_problem(tmp_path):
    RunFolder.create(tmp_path / "one", RUN).close()
    events = tmp_path / "one" / EVENTS_FILE
    events.unlink()
    events.mkdir()  # nobody, not even an administrator, writes into that

    for _ in range(2):  # and the folder is not held after the first time
        with pytest.raises(EngineError) as raised:
            RunFolder.reopen(tmp_path / "one")
        assert _code(raised) == "cannot_write"


def test_a_run_file_that_is_no_text_is_a_problem(tmp_path):
    (tmp_path / "run.toml").write_bytes(b"task = \xff\xfe")

    with pytest.raises(EngineError) as raised:
        RunFolder.reopen(tmp_path)
    assert _code(raised) == "not_a_run"
