"""The loop, with real files and a small model: equal numbers, resuming, stopping, what is told."""

from __future__ import annotations

import threading

import msgspec
import pytest
import torch
from safetensors.torch import load_file, save_file

from engine import registry
from engine.models.load import load_base
from engine.protocol.commands import ContinueTraining, PauseTraining, ResumeTraining, StopTraining
from engine.protocol.events import (
    CheckpointSaved,
    EpochEnded,
    EvaluationEnded,
    JobFailed,
    JobStopped,
    JobSucceeded,
    LayersChanged,
    PredictionsWritten,
    ResultWritten,
    StageReached,
    StepsEnded,
    TrainingContinued,
    TrainingPaused,
    TrainingStarted,
    WarningRaised,
)
from engine.protocol.run_files import LAST_FOLDER, MODEL_FOLDER, read_events, read_predictions, read_run
from engine.server import dispatch
from engine.session import Session
from engine.training import validating
from engine.training.control import WINDOW_CLOSED
from engine.training.loop import TrainingLoop
from tests.engine.recorded_session import moods_run, open_session, points, start

METHODS = list(registry.all_methods())


@pytest.fixture
def session(tmp_path):
    opened = open_session(calibration_file=tmp_path / "calibration.json")
    yield opened
    opened.session.close()


def _of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def _train(session, run, folder):
    return session.do(start(run, folder, job_id=folder.name))


def test_a_run_tells_its_whole_story_in_order(session, small_bert, moods_csv, tmp_path):
    run = msgspec.structs.replace(
        moods_run(moods_csv, small_bert, epochs=3), watch=("a happy day", "a cruel day", "too many")
    )
    events = _train(session, run, tmp_path / "run")

    assert isinstance(events[-1], JobSucceeded)
    started = _of(TrainingStarted, events)[0]
    assert started.total_steps == 18
    assert started.steps_per_epoch == 6  # 48 rows in batches of 8
    assert [point.step for point in points(events)] == list(range(1, 19))
    assert points(events)[-1].epoch == 3.0
    assert [event.epoch for event in _of(EpochEnded, events)] == [1, 2, 3]
    means = [sum(point.loss for point in points(events)[at : at + 6]) / 6 for at in (0, 6, 12)]
    assert [event.training_loss for event in _of(EpochEnded, events)] == pytest.approx(means)

    validations = [event for event in _of(EvaluationEnded, events) if event.split == "validation"]
    assert [event.epoch for event in validations] == [0, 0.5, 1, 1.5, 2, 2.5, 3]
    assert not validations[0].is_best
    best = max(validations[1:], key=lambda event: (event.metrics["macro_f1"], -event.loss))
    assert [event.epoch for event in validations if event.is_best][-1] == best.epoch

    assert len(started.watched) == 6
    assert [text.text for text in started.watched if text.own] == ["a happy day", "a cruel day"]
    assert all(len(event.watched) == 6 for event in validations)
    assert all(sum(answer.probabilities) == pytest.approx(1) for answer in validations[-1].watched)
    assert started.baselines["majority"]["accuracy"] == pytest.approx(10 / 16)
    assert set(started.baselines) == {"majority", "tfidf"}

    result = _of(ResultWritten, events)[0].result
    assert result.rows == 16
    assert result.best_epoch == best.epoch
    assert result.frozen_intact
    pretrained = load_file(small_bert / "model.safetensors")
    assert result.changed_pretrained == len([name for name in pretrained if "pooler" not in name])
    test = next(event for event in _of(EvaluationEnded, events) if event.split == "test")
    assert result.scores["accuracy"].value == test.metrics["accuracy"]
    predictions = read_predictions(tmp_path / "run")
    assert len(predictions) == _of(PredictionsWritten, events)[0].count == 16
    assert sum(row.said == row.truth for row in predictions) / 16 == test.metrics["accuracy"]


def test_a_frozen_tensor_that_changed_is_told(session, small_bert, moods_csv, tmp_path, monkeypatch):
    end = TrainingLoop._end

    def touched(loop):
        name = "encoder.layer.0.output.dense.bias"
        with torch.no_grad():
            loop.model.backbone.get_parameter(name)[3] += 1e-6  # a millionth of one number of a frozen block
        return end(loop)

    monkeypatch.setattr(TrainingLoop, "_end", touched)
    events = _train(
        session, moods_run(moods_csv, small_bert, "freeze_layers", frozen_layers=1), tmp_path / "run"
    )

    (problem,) = [event.problem for event in _of(WarningRaised, events)]
    assert problem.code == "frozen_layer_changed"
    result = _of(ResultWritten, events)[0].result
    assert not result.frozen_intact
    assert result.frozen_changed == ("encoder.layer.0.output.dense.bias",)
    assert "encoder.layer.0.output.dense.bias" in problem.reason


def test_the_file_holds_the_events_that_were_sent(session, small_bert, moods_csv, tmp_path):
    events = _train(session, moods_run(moods_csv, small_bert), tmp_path / "run")

    written = list(read_events(tmp_path / "run"))
    assert [event.seq for event in written] == list(range(1, len(written) + 1))
    assert written == events[1:]  # all but JobAccepted, which came before there was a folder
    assert read_run(tmp_path / "run") == _of(TrainingStarted, events)[0].run


def test_two_runs_of_one_seed_give_equal_losses(session, small_bert, moods_csv, tmp_path):
    # Of every method: test_a_resumed_run_equals_an_uninterrupted_one.
    first, second = (
        points(_train(session, moods_run(moods_csv, small_bert), tmp_path / name))
        for name in ("first", "second")
    )

    assert len(first) == 12
    assert [(point.loss, point.gradient_norm) for point in first] == [
        (point.loss, point.gradient_norm) for point in second[-12:]
    ]


def test_another_seed_gives_other_losses(session, small_bert, moods_csv, tmp_path):
    run = moods_run(moods_csv, small_bert)
    first = points(_train(session, run, tmp_path / "first"))
    second = points(_train(session, msgspec.structs.replace(run, seed=1), tmp_path / "second"))

    assert not {point.loss for point in first} & {point.loss for point in second}


@pytest.mark.parametrize("method", METHODS)
def test_a_resumed_run_equals_an_uninterrupted_one(small_bert, moods_csv, tmp_path, method):
    run = moods_run(moods_csv, small_bert, method, epochs=8)
    whole = open_session(calibration_file=tmp_path / "calibration.json")
    expected = _train(whole, run, tmp_path / "whole")
    whole.session.close()

    interrupted = open_session(calibration_file=tmp_path / "calibration.json")
    interrupted.send(start(run, tmp_path / "parts"))
    interrupted.wait_for(StepsEnded)
    interrupted.session.give_up()
    stopped = interrupted.wait_for_end("train")
    interrupted.session.close()
    assert isinstance(stopped, JobStopped)
    assert stopped.reason == WINDOW_CLOSED

    resumed = open_session(calibration_file=tmp_path / "calibration.json")
    rest = resumed.do(ResumeTraining(job_id="rest", folder=str(tmp_path / "parts")))
    resumed.session.close()

    assert isinstance(rest[-1], JobSucceeded)
    from_step = _of(TrainingStarted, rest)[0].resumed_from
    assert 0 < from_step < 48
    told = points(list(read_events(tmp_path / "parts")))
    assert [point.step for point in told] == list(range(1, 49))
    assert told == points(expected)
    assert _scores(rest) == _scores(expected)
    assert read_predictions(tmp_path / "parts") == read_predictions(tmp_path / "whole")


def test_a_run_closed_in_a_validation_makes_up_for_it(small_bert, moods_csv, tmp_path):
    run = moods_run(moods_csv, small_bert, epochs=2)
    whole = open_session(calibration_file=tmp_path / "calibration.json")
    expected = _train(whole, run, tmp_path / "whole")

    ended = threading.Event()

    def close_at_the_end_of_the_epoch(event):
        if isinstance(event, EpochEnded) and event.epoch == 1:
            closed.give_up()
        if isinstance(event, JobStopped):
            ended.set()

    closed = Session(close_at_the_end_of_the_epoch, calibration_file=tmp_path / "calibration.json")
    dispatch(closed, start(run, tmp_path / "parts"))
    assert ended.wait(60)
    closed.close()
    epochs = [event.epoch for event in _of(EvaluationEnded, read_events(tmp_path / "parts"))]
    assert epochs == [0, 0.5]  # that of epoch 1 was dropped
    whole.do(ResumeTraining(job_id="rest", folder=str(tmp_path / "parts")))
    whole.session.close()

    def validations(events):
        return [
            (event.epoch, event.metrics, event.is_best)
            for event in _of(EvaluationEnded, events)
            if event.split == "validation"
        ]

    told = list(read_events(tmp_path / "parts"))
    assert validations(told) == validations(expected)
    assert points(told) == points(expected)
    assert _scores(told) == _scores(expected)


def _scores(events):
    result = _of(ResultWritten, events)[0].result
    return result.best_epoch, result.scores, result.confusion


def test_frozen_tensors_keep_their_bytes(session, small_bert, moods_csv, tmp_path):
    run = moods_run(moods_csv, small_bert, "freeze_layers", frozen_layers=1)
    events = _train(session, run, tmp_path / "run")

    result = _of(ResultWritten, events)[0].result
    assert result.frozen_intact
    assert result.changed_pretrained == 16  # the tensors of the upper of two blocks
    assert result.frozen_tensors == 5 + 16  # the embeddings and the lower block
    before = load_file(small_bert / "model.safetensors")
    after = load_file(tmp_path / "run" / MODEL_FOLDER / "model.safetensors")
    differ = {name for name, tensor in after.items() if not torch.equal(tensor, before[name])}
    assert differ == {name for name in after if name.startswith("encoder.layer.1.")}
    last = _of(LayersChanged, events)[-1]
    assert last.percent["embeddings"] == last.percent["block.1"] == 0.0
    assert last.percent["block.2"] > 0.1
    assert last.new_layers == ("head",)


def test_a_frozen_model_reads_each_row_once(session, small_bert, moods_csv, tmp_path):
    events = _train(session, moods_run(moods_csv, small_bert, "feature_based"), tmp_path / "run")

    stages = [event for event in _of(StageReached, events) if event.stage == "computing_features"]
    assert (stages[-1].done, stages[-1].total) == (80, 80)
    assert [event.done for event in stages] == sorted(event.done for event in stages)


def test_layers_frozen_by_hand_are_read_once_too(session, small_bert, moods_csv, tmp_path):
    run = moods_run(moods_csv, small_bert, "freeze_layers", frozen_layers=1)
    events = _train(session, msgspec.structs.replace(run, layers={"block.2": False}), tmp_path / "run")

    assert "computing_features" in {event.stage for event in _of(StageReached, events)}
    assert _of(TrainingStarted, events)[0].stack.trainable_parameters == 66  # 32 numbers → 2 labels


def test_stop_keeps_the_best_and_judges_it(session, small_bert, moods_csv, tmp_path):
    session.send(start(moods_run(moods_csv, small_bert, epochs=500), tmp_path / "run"))
    session.wait_for(StepsEnded)
    session.send(StopTraining(job_id="train"))
    seen = len(session.events)
    end = session.wait_for_end("train")

    assert isinstance(end, JobStopped)
    assert end.reason == "stop_requested"
    result = _of(ResultWritten, session.events)[0].result
    assert result.best_epoch > 0
    assert (tmp_path / "run" / MODEL_FOLDER / "head.safetensors").is_file()
    assert len(points(session.events[seen:])) < 100
    assert list(read_events(tmp_path / "run"))[-1] == end


def test_pause_waits_within_a_step_and_saves(session, small_bert, moods_csv, tmp_path):
    run = moods_run(moods_csv, small_bert, epochs=500)
    session.send(start(run, tmp_path / "run"))
    session.wait_for(StepsEnded)
    session.send(PauseTraining(job_id="train"))
    paused = session.wait_for(TrainingPaused)

    assert session.rest(0.5) == []
    saved = _of(CheckpointSaved, session.events)[-1]
    assert (saved.step, saved.path) == (paused.step, LAST_FOLDER)
    assert points(session.events)[-1].step == paused.step

    session.send(ContinueTraining(job_id="train"))
    assert session.wait_for(TrainingContinued).step == paused.step
    assert session.wait_for(StepsEnded).points[0].step == paused.step + 1
    session.send(PauseTraining(job_id="train"))
    session.wait_for(TrainingPaused)
    session.send(StopTraining(job_id="train"))
    assert isinstance(session.wait_for_end("train"), JobStopped)


def test_pause_and_stop_do_not_wait_for_a_validation(session, small_bert, moods_csv, tmp_path, monkeypatch):
    real, looks = validating.judge, []

    def judge_and_pause(model, task, part, on_batch):
        looks.append(len(looks))

        def pause():
            if len(looks) == 3:  # before the first step, after half an epoch, after one
                session.send(PauseTraining(job_id="run"))
            on_batch()

        return real(model, task, part, pause)

    monkeypatch.setattr(validating, "judge", judge_and_pause)
    session.send(start(moods_run(moods_csv, small_bert, epochs=50), tmp_path / "run", "run"))
    paused = session.wait_for(TrainingPaused)
    session.send(StopTraining(job_id="run"))
    session.wait_for_end("run")

    validations = [event for event in _of(EvaluationEnded, session.events) if event.split == "validation"]
    assert (paused.step, [event.step for event in validations]) == (6, [0, 3])
    assert _of(ResultWritten, session.events)[0].result.best_epoch == 0.5
    assert len(looks) == 3  # no other was begun in its place


def test_learning_by_heart_is_told_once_and_ended_by_early_stopping(session, small_bert, moods_csv, tmp_path):
    header, *lines = moods_csv.read_text().splitlines()
    noise = tmp_path / "noise.csv"  # labels that have nothing to do with the texts
    texts = [line.rsplit(",", 1)[0] for line in lines]
    noise.write_text(
        "\n".join([header, *(f"{text},{number * 7 // 3 % 2}" for number, text in enumerate(texts))])
    )
    run = moods_run(noise, small_bert, epochs=60, learning_rate=5e-3, early_stopping_patience=6)
    events = _train(session, run, tmp_path / "run")

    warnings = [event.problem for event in _of(WarningRaised, events)]
    assert [problem.code for problem in warnings] == ["overfitting", "stopped_early"]
    assert warnings[0].title.startswith("Validation loss has risen since epoch ")
    assert warnings[0].fix == "The best checkpoint is kept; you may stop."
    assert warnings[1].reason.startswith("6 validations in a row")
    assert points(events)[-1].step < 360
    best = _of(ResultWritten, events)[0].result.best_epoch
    assert points(events)[-1].epoch == pytest.approx(best + 3.0)


def test_a_loss_that_is_no_number_is_told_with_a_lower_rate(session, small_bert, moods_csv, tmp_path):
    # AdamW multiplies the head by 1 - rate × decay = -99 at each step: soon there is no such number.
    rates = {"learning_rate": 1e-3, "head_learning_rate": 10.0, "weight_decay": 10.0, "schedule": "constant"}
    events = _train(session, moods_run(moods_csv, small_bert, epochs=20, **rates), tmp_path / "run")

    end = events[-1]
    assert isinstance(end, JobFailed)
    assert end.problem.code == "loss_not_finite"
    assert end.problem.setting == "head_learning_rate"
    assert end.problem.actions[0].arguments == {"head_learning_rate": "1"}
    assert str(points(events)[-1].step + 1) in end.problem.title
    assert list(read_events(tmp_path / "run"))[-1] == end


def test_a_model_that_gives_no_number_is_told_before_the_first_step(session, small_bert, moods_csv, tmp_path):
    broken = tmp_path / "broken"
    base = load_base(str(small_bert))
    base.network.save_pretrained(broken)
    base.tokenizer.save_pretrained(broken)
    tensors = load_file(broken / "model.safetensors")
    tensors["encoder.layer.1.output.LayerNorm.weight"][:] = 3e38  # a number; sums of such are none
    save_file(tensors, broken / "model.safetensors", {"format": "pt"})

    end = _train(session, moods_run(moods_csv, broken), tmp_path / "run")[-1]

    assert isinstance(end, JobFailed)
    assert end.problem.code == "loss_not_finite"
    assert "before anything was learned, the loss was nan" in end.problem.reason
    assert "learning rate" not in end.problem.fix
