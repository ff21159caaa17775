"""Every job ends in exactly one end event, whatever happens to it."""

from __future__ import annotations

import collections
import threading

import msgspec
import pytest

from engine.protocol.commands import (
    CancelJob,
    CheckRun,
    ContinueTraining,
    Evaluate,
    InspectData,
    InspectModel,
    PauseTraining,
    Predict,
    PrepareData,
    PreviewMethods,
    PreviewNoise,
    ResumeTraining,
    StopTraining,
)
from engine.protocol.config import DataConfig
from engine.protocol.data_events import DataInspected, DataPrepared, NoisePreviewed
from engine.protocol.energy_words import in_full
from engine.protocol.events import (
    EvaluationEnded,
    JobAccepted,
    JobFailed,
    JobStopped,
    JobSucceeded,
    MethodsPreviewed,
    ModelInspected,
    PredictionMade,
    ResultWritten,
    RunChecked,
    StepsEnded,
    TrainingPaused,
    TrainingStarted,
    WarningRaised,
)
from engine.protocol.problem_words import safe_until
from engine.protocol.right_answers import (
    AnswersMended,
    GivenAnswer,
    MendAnswers,
    ReadRightAnswers,
    RightAnswersRead,
)
from engine.protocol.run_files import EVENTS_FILE, read_events
from tests.engine.recorded_session import ENDS, moods_run, open_session, start

TASK = "text_classification"


@pytest.fixture
def session(tmp_path):
    opened = open_session(calibration_file=tmp_path / "calibration.json")
    yield opened
    opened.session.close()
    events = opened.events + opened.rest(0.05)
    ends = collections.Counter(event.job_id for event in events if isinstance(event, ENDS))
    assert {job: count for job, count in ends.items() if count != 1} == {}


@pytest.fixture(scope="module")
def finished_run(small_bert, moods_csv, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "finished"
    opened = open_session(calibration_file=folder.parent / "calibration.json")
    opened.do(start(moods_run(moods_csv, small_bert, "lora", epochs=8), folder))
    opened.session.close()
    return folder


def _kinds(events):
    return [type(event) for event in events]


def test_questions_are_answered(session, small_bert, moods_csv):
    run, data = moods_run(moods_csv, small_bert), DataConfig(path=str(moods_csv))
    label = GivenAnswer(labels=("upset",))
    for number, (command, answer) in enumerate(
        [
            (InspectData(job_id="0", path=str(moods_csv)), DataInspected),
            (PrepareData(job_id="1", data=DataConfig(path=str(moods_csv)), task=TASK), DataPrepared),
            (PreviewNoise(job_id="2", data=DataConfig(path=str(moods_csv)), task=TASK), NoisePreviewed),
            (InspectModel(job_id="3", model=str(small_bert)), ModelInspected),
            (PreviewMethods(job_id="4", run=run), MethodsPreviewed),
            (CheckRun(job_id="5", run=run), RunChecked),
            (ReadRightAnswers(job_id="6", data=data, task=TASK, rows=(1,)), RightAnswersRead),
            (MendAnswers(job_id="7", data=data, task=TASK, answers={1: label}), AnswersMended),
        ]
    ):
        events = session.do(command)
        assert _kinds(events) == [JobAccepted, answer, JobSucceeded]
        assert {event.job_id for event in events} == {str(number)}

    sequence = [event.seq for event in session.events]
    assert sequence == list(range(1, len(sequence) + 1))


@pytest.mark.parametrize("task", [TASK, "masked_language_modelling"])
def test_noise_is_shown_in_the_persons_own_texts(session, moods_csv, task):
    kinds = {"noise_joined_and_split_words": True, "noise_share": 0.3}
    command = PreviewNoise(job_id="n", data=DataConfig(path=str(moods_csv)), task=task, settings=kinds)
    (shown,) = [event for event in session.do(command) if isinstance(event, NoisePreviewed)]
    rows = {number: line.rsplit(",", 1)[0] for number, line in enumerate(moods_csv.read_text().splitlines())}
    assert len(shown.examples) == 3
    for one in shown.examples:
        assert rows[one.row].strip('"').startswith(one.text) or task != TASK
        assert one.noisy != one.text
        assert {span.label for span in one.changes} <= {"Typos", "Joined and split words"}
        assert all(0 <= span.start < span.end <= len(one.noisy) for span in one.changes)
    again = session.do(msgspec.structs.replace(command, job_id="m"))
    assert again[1].examples == shown.examples


def test_rows_are_told_with_what_is_wrong(session, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("text,label\n" + "".join(f"a warm day {n},glad\n" for n in range(20)))
    events = session.do(PrepareData(job_id="p", data=DataConfig(path=str(table)), task=TASK))

    prepared = events[1].prepared
    assert prepared.usable == 20
    assert prepared.train == 0
    assert prepared.findings[0].code == "single_class"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (InspectData(job_id="x", path="/nowhere/posts.csv"), "no_file"),
        (PrepareData(job_id="x", data=DataConfig(path="/nowhere/posts.csv"), task=TASK), "no_file"),
        (InspectModel(job_id="x", model="/nowhere/model"), "no_such_model"),
        (ResumeTraining(job_id="x", folder="/nowhere/run"), "not_a_run"),
        (Evaluate(job_id="x", folder="/nowhere/run"), "not_a_run"),
        (Predict(job_id="x", folder="/nowhere/run", texts=("a",)), "not_a_run"),
    ],
)
def test_a_job_that_cannot_be_done_fails_with_its_problem(session, command, code):
    events = session.do(command)

    assert _kinds(events) == [JobAccepted, JobFailed]
    assert events[-1].problem.code == code


def test_a_run_with_an_error_makes_no_folder(session, small_bert, moods_csv, tmp_path):
    events = session.do(start(moods_run(moods_csv, small_bert, "lora", rank=0), tmp_path / "run"))

    assert events[-1].problem.code == "setting_out_of_range"
    assert not (tmp_path / "run").exists()


def test_what_nobody_foresaw_is_told_with_its_traceback_in_the_details_only(session, small_bert, capfd):
    def breaks(_job, _command):
        raise ZeroDivisionError("so it was")

    from engine.jobs import Lane

    session.session.start(InspectModel(job_id="x", model="m"), breaks, Lane.QUESTIONS)
    end = session.wait_for_end("x")

    assert isinstance(end, JobFailed)
    assert end.problem.code == "unexpected"
    assert "ZeroDivisionError: so it was" in end.problem.details
    shown = end.problem.title + end.problem.reason + end.problem.fix + end.problem.safe
    assert "ZeroDivision" not in shown + capfd.readouterr().err
    assert _kinds(session.do(InspectModel(job_id="y", model=str(small_bert))))[-1] is JobSucceeded


def test_a_cancelled_job_that_waits_never_begins(session, small_bert, moods_csv):
    from engine.jobs import Lane

    may_end = threading.Event()
    session.session.start(InspectModel(job_id="long", model="m"), lambda *_: may_end.wait(30), Lane.QUESTIONS)
    session.send(InspectModel(job_id="short", model=str(small_bert)))
    session.send(CancelJob(job_id="short"))
    may_end.set()
    end = session.wait_for_end("short")

    assert end == JobStopped(job_id="short", seq=end.seq, time=end.time, reason="cancelled")
    assert [type(event) for event in session.events if event.job_id == "short"] == [JobStopped]


def test_a_cancelled_run_keeps_its_checkpoint_and_can_be_resumed(session, small_bert, moods_csv, tmp_path):
    session.send(start(moods_run(moods_csv, small_bert, epochs=300), tmp_path / "run"))
    session.wait_for(StepsEnded)
    session.send(CancelJob(job_id="train"))

    end = session.wait_for_end("train")
    assert end.reason == "cancelled"
    assert (tmp_path / "run" / "checkpoints" / "last" / "state.json").is_file()
    assert not (tmp_path / "run" / "model").exists()
    session.send(ResumeTraining(job_id="again", folder=str(tmp_path / "run")))
    assert session.wait_for(TrainingStarted).resumed_from > 0
    session.send(StopTraining(job_id="again"))
    assert session.wait_for_end("again").reason == "stop_requested"


def test_commands_about_jobs_that_are_gone_do_nothing(session, small_bert):
    session.do(InspectModel(job_id="done", model=str(small_bert)))
    for command in (StopTraining, PauseTraining, CancelJob):
        session.send(command(job_id="done"))
        session.send(command(job_id="never"))

    assert session.rest() == []


def test_lines_that_are_no_commands_end_their_job(session):
    session.session.refuse("j7", '{"type":"Dance","job_id":"j7"}', "Invalid value 'Dance'")
    end = session.wait_for_end("j7")

    assert end.problem.code == "not_understood"
    assert "Dance" in end.problem.reason


def test_an_id_that_is_taken_is_a_warning_and_no_second_end(session, small_bert):
    from engine.jobs import Lane

    may_end = threading.Event()
    session.session.start(InspectModel(job_id="one", model="m"), lambda *_: may_end.wait(30), Lane.QUESTIONS)
    session.send(InspectModel(job_id="one", model=str(small_bert)))
    warning = session.wait_for(WarningRaised)
    may_end.set()
    session.wait_for_end("one")

    assert warning.problem.code == "job_id_in_use"


def test_a_process_that_trains_reads_files_and_refuses_the_rest(session, small_bert, moods_csv, tmp_path):
    run = moods_run(moods_csv, small_bert, epochs=500)
    session.send(start(run, tmp_path / "run"))
    session.wait_for(StepsEnded)

    session.send(CheckRun(job_id="check", run=run))
    session.send(InspectData(job_id="file", path=str(moods_csv)))
    ends = {}
    while len(ends) < 2:
        event = session.next()
        if isinstance(event, ENDS):
            ends[event.job_id] = event
    session.send(StopTraining(job_id="train"))
    session.wait_for_end("train")

    assert ends["check"].problem.code == "engine_busy"
    assert isinstance(ends["file"], JobSucceeded)


def test_questions_between_do_not_change_a_run(session, small_bert, moods_csv, tmp_path):
    run = moods_run(moods_csv, small_bert)
    plain = session.do(start(run, tmp_path / "plain", "plain"))
    session.do(CheckRun(job_id="check", run=run, calibrate=True))
    session.do(PreviewMethods(job_id="preview", run=run))
    after = session.do(start(run, tmp_path / "after", "after"))

    def losses(events):
        return [point.loss for event in events if isinstance(event, StepsEnded) for point in event.points]

    assert losses(after) == losses(plain)


def test_timing_steps_makes_the_estimate_measured(session, small_bert, moods_csv, tmp_path):
    run = moods_run(moods_csv, small_bert)
    before = session.do(CheckRun(job_id="before", run=run))
    timed = session.do(CheckRun(job_id="timed", run=run, calibrate=True))
    after = session.do(CheckRun(job_id="after", run=run))
    trained = session.do(start(run, tmp_path / "run"))

    measured = [
        event.estimate.measured
        for events in (before, timed, after)
        for event in events
        if isinstance(event, RunChecked)
    ]
    assert measured == [False, True, True]
    started = next(event for event in trained if isinstance(event, TrainingStarted))
    result = next(event for event in trained if isinstance(event, ResultWritten)).result
    assert started.plan == result.estimated_seconds > 0
    assert all(0 < part.seconds <= result.seconds + 0.5 for part in result.energy.parts)
    assert in_full(result.energy, result.seconds).startswith("not measured") != bool(result.energy.parts)


def test_a_finished_run_answers_as_it_did(session, finished_run):
    rows = [("a happy sunny day", "glad"), ("a cruel nasty day", "sad")]
    texts = tuple(text for text, _ in rows)
    events = session.do(Predict(job_id="p", folder=str(finished_run), texts=texts))

    made = next(event for event in events if isinstance(event, PredictionMade))
    assert [prediction.text for prediction in made.predictions] == [text for text, _ in rows]
    assert all(sum(one.probabilities.values()) == pytest.approx(1) for one in made.predictions)
    assert all(one.truth == "" and one.row == 0 for one in made.predictions)


def test_no_texts_is_no_answer(session, finished_run):
    events = session.do(Predict(job_id="p", folder=str(finished_run), texts=()))

    assert events[1].predictions == ()


def test_judging_again_gives_the_same_result_and_leaves_the_file_alone(session, finished_run):
    before = (finished_run / EVENTS_FILE).read_bytes()
    written = next(event for event in read_events(finished_run) if isinstance(event, ResultWritten)).result
    events = session.do(Evaluate(job_id="e", folder=str(finished_run)))

    assert next(event for event in events if isinstance(event, ResultWritten)).result == written
    test = next(event for event in events if isinstance(event, EvaluationEnded))
    assert test.split == "test"
    assert test.metrics["accuracy"] == written.scores["accuracy"].value
    assert (finished_run / EVENTS_FILE).read_bytes() == before


def test_a_finished_run_cannot_be_resumed(session, finished_run):
    events = session.do(ResumeTraining(job_id="r", folder=str(finished_run)))

    assert events[-1].problem.code == "run_already_finished"


def test_a_full_disk_is_said_before_training(small_bert, moods_csv, tmp_path):
    opened = open_session(calibration_file=tmp_path / "c.json", free=lambda _: 10_000)
    events = opened.do(start(moods_run(moods_csv, small_bert), tmp_path / "run"))
    opened.session.close()

    assert events[-1].problem.code == "no_disk_space"
    assert not (tmp_path / "run").exists()


def test_a_disk_that_fills_while_training_keeps_the_last_checkpoint(small_bert, moods_csv, tmp_path):
    last = tmp_path / "run" / "checkpoints" / "last" / "state.json"
    opened = open_session(
        calibration_file=tmp_path / "c.json", free=lambda _: 10_000 if last.exists() else 10**12
    )
    opened.send(start(moods_run(moods_csv, small_bert, epochs=500), tmp_path / "run"))
    opened.wait_for(StepsEnded)
    opened.send(PauseTraining(job_id="train"))  # a pause saves
    paused = opened.wait_for(TrainingPaused)
    opened.send(ContinueTraining(job_id="train"))
    end = opened.wait_for_end("train")
    opened.session.close()

    assert isinstance(end, JobFailed)
    assert end.problem.code == "no_disk_space"
    assert end.problem.safe == safe_until(paused.epoch)
    assert msgspec.json.decode(last.read_bytes())["step"] == paused.step


def test_data_that_changed_are_not_trained_on_further(session, small_bert, moods_csv, tmp_path):
    table = tmp_path / "moods.csv"
    table.write_bytes(moods_csv.read_bytes())
    session.send(start(moods_run(table, small_bert, epochs=300), tmp_path / "run"))
    session.wait_for(StepsEnded)
    session.send(CancelJob(job_id="train"))
    session.wait_for_end("train")
    table.write_text(table.read_text().replace("warm", "cold"))

    events = session.do(ResumeTraining(job_id="again", folder=str(tmp_path / "run")))

    assert events[-1].problem.code == "data_has_changed"
