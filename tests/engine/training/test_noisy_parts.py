"""Runs that read noise: which parts have it, fresh noise each epoch, and what a run says of it."""

from __future__ import annotations

import dataclasses

import msgspec
import pytest
import torch

from engine import registry
from engine.contracts import Asked
from engine.data.noise_settings import noise_kinds
from engine.models.load import load_base
from engine.protocol.commands import Evaluate, ResumeTraining
from engine.protocol.config import DataConfig, RunConfig
from engine.protocol.events import (
    JobFailed,
    JobStopped,
    ResultWritten,
    StageReached,
    StepsEnded,
    TrainingStarted,
    WarningRaised,
)
from engine.training.checking import Checker
from engine.training.estimate import Estimator
from engine.training.noise_lab import SHARES
from engine.training.noisy_parts import fresh_rows
from engine.training.rows import EncodedPart
from engine.training.workbench import Workbench
from tests.engine.recorded_session import moods_run, open_session, points, start
from tests.engine.tasks.reading_models import write_places, write_questions

TASK = "text_classification"


@pytest.fixture
def session(tmp_path):
    opened = open_session(calibration_file=tmp_path / "calibration.json")
    yield opened
    opened.session.close()


def _of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def _asked(small_bert, moods_csv, **settings) -> dict[str, Asked]:
    """Returns the parts of a run as they are read."""
    filled, problems = registry.fill_settings(registry.method("full_fine_tuning"), TASK, settings)
    assert not problems
    return Workbench().asked(DataConfig(path=str(moods_csv)), TASK, str(small_bert), filled)


def _changed(clean: Asked, noisy: Asked) -> int:
    assert clean.rows["row"][:] == noisy.rows["row"][:]
    assert clean.rows["label"][:] == noisy.rows["label"][:]
    return sum(one != other for one, other in zip(clean.rows["text"][:], noisy.rows["text"][:], strict=True))


@pytest.mark.parametrize(
    ("train_on", "shares"), [("clean", (0, 0, 0)), ("noisy", (1, 1, 0)), ("mix", (0.5, 0.5, 0))]
)
def test_noise_is_in_what_is_learned_from_and_checked_with_and_never_in_the_final_test(
    small_bert, moods_csv, train_on, shares
):
    clean = _asked(small_bert, moods_csv)
    noisy = _asked(small_bert, moods_csv, train_on=train_on, noise_share=0.3)
    for share, name in zip(shares, ("train", "validation", "test"), strict=True):
        assert _changed(clean[name], noisy[name]) == int(share * len(clean[name].rows))
        assert len(noisy[name].encoded) == len(noisy[name].rows)


def test_an_epoch_has_other_noise_and_as_many_windows(small_bert, moods_csv):
    settings = {"train_on": "noisy", "fresh_noise": True, "noise_share": 0.3}
    first = _asked(small_bert, moods_csv, **settings)["train"]
    clean = dataclasses.replace(_asked(small_bert, moods_csv)["train"], settings=first.settings)
    task, rows = registry.task(TASK), len(first.encoded)
    zeroth, again, second = (fresh_rows(task, clean, first.settings, epoch, rows) for epoch in (0, 1, 2))
    assert zeroth.encoded == list(first.encoded)
    assert fresh_rows(task, clean, first.settings, 1, rows).encoded == again.encoded
    assert _changed(first, again) == _changed(again, second) == rows
    for windows in (rows - 3, rows + 3, 2 * rows + 1):  # long texts may become more windows, or fewer
        some = fresh_rows(task, clean, first.settings, 1, windows).encoded
        assert len(some) == windows
        kinds = {tuple(row["input_ids"]) for row in some}
        assert kinds <= {tuple(row["input_ids"]) for row in again.encoded}
        assert len(kinds) >= min(windows, len({tuple(row["input_ids"]) for row in again.encoded})) - 3


def test_a_noisy_run_says_what_it_reads_and_is_tried_with_more_and_more_noise(
    session, small_bert, moods_csv, tmp_path
):
    run = moods_run(moods_csv, small_bert, train_on="noisy", noise_share=0.2, noise_ocr=True)
    events = session.do(start(run, tmp_path / "noisy"))
    (told,) = _of(WarningRaised, events)
    assert (told.problem.code, told.problem.title) == ("noise_put_in", "Typos and OCR confusions at 20 %")
    assert "64 texts to learn from and to check with" in told.problem.reason
    assert "The 16 texts of the final test stay as they are." in told.problem.reason
    verdict = _of(TrainingStarted, events)[0].verdict
    assert verdict.transfer_sentence.endswith("It learns to survive typos and OCR confusions.")
    result = _of(ResultWritten, events)[0].result
    assert [point.share for point in result.by_noise] == list(SHARES)
    assert result.noise == "typos and OCR confusions"
    assert result.by_noise[0].scores == result.scores  # all 16 rows, and nothing in them
    stages = [event.label for event in _of(StageReached, events) if event.stage == "testing"]
    assert stages[1] == "Trying the final test with typos and OCR confusions"

    clean = msgspec.structs.replace(run, settings={**run.settings, "train_on": "clean"}, seed=5)
    other = _of(ResultWritten, session.do(start(clean, tmp_path / "clean", "clean")))[0].result
    tried = [one.notes[-1].partition("; ")[2] for one in (other, result)]
    assert tried[0] == tried[1]  # the same rows, the same noise: the curves can be compared
    assert {name: one.value for name, one in other.scores.items()} == {
        name: one.value for name, one in other.by_noise[0].scores.items()
    }


@pytest.mark.parametrize("method", ["full_fine_tuning", "feature_based"])
def test_a_resumed_run_with_fresh_noise_equals_an_uninterrupted_one(
    session, small_bert, moods_csv, tmp_path, method
):
    run = moods_run(moods_csv, small_bert, method, epochs=6, train_on="noisy", fresh_noise=True)
    whole = session.do(start(run, tmp_path / "whole", "whole"))
    session.send(start(run, tmp_path / "halves", "halves"))
    session.wait_for(StepsEnded)
    session.session.give_up()
    assert isinstance(session.wait_for_end("halves"), JobStopped)
    first = [event for event in session.events if event.job_id == "halves"]
    rest = session.do(ResumeTraining(job_id="rest", folder=str(tmp_path / "halves")))
    losses = [point.loss for point in points(whole)]
    assert [point.loss for point in [*points(first), *points(rest)]] == losses
    assert len(points(first)) < len(losses)
    fixed = moods_run(moods_csv, small_bert, method, epochs=6, train_on="noisy")
    same = [point.loss for point in points(session.do(start(fixed, tmp_path / "fixed", "fixed")))]
    in_epoch = len(losses) // 6
    assert same[:in_epoch] == losses[:in_epoch]  # the first epoch has the noise that stays
    assert same[in_epoch:] != losses[in_epoch:]


def test_what_a_frozen_model_makes_of_fresh_rows_is_kept_for_their_epoch(small_bert, moods_csv):
    asked = _asked(small_bert, moods_csv)["train"]
    task, base = registry.task(TASK), load_base(str(small_bert))
    model = task.build(
        base,
        asked.classes,
        registry.method("feature_based").head_options(
            registry.fill_settings(registry.method("feature_based"), TASK, {})[0]
        ),
        asked.settings,
    ).eval()
    part, plain = (EncodedPart(task, asked, torch.device("cpu")) for _ in range(2))
    part.keeps = True
    calls = []
    real = model.features
    model.features = lambda batch: calls.append(len(batch["input_ids"])) or real(batch)
    numbers = [0, 3, 5]
    for _ in range(2):
        batch = part.batch(numbers)
        kept = part.forward(model, numbers, batch)
    assert calls == [3]
    assert torch.equal(kept.logits, plain.forward(model, numbers, plain.batch(numbers)).logits)


def test_texts_without_any_kind_of_noise_are_a_problem_with_a_repair(
    session, small_bert, moods_csv, tmp_path
):
    run = moods_run(moods_csv, small_bert, train_on="mix", noise_typos=False)
    (end,) = _of(JobFailed, session.do(start(run, tmp_path / "run")))
    assert (end.problem.code, end.problem.setting) == ("no_noise_chosen", "noise_typos")
    assert '"A mix"' in end.problem.reason
    assert [action.arguments for action in end.problem.actions] == [
        {"noise_typos": "yes"},
        {"train_on": "clean"},
    ]


def test_noise_makes_the_estimate_longer(small_bert, moods_csv, tmp_path):
    checker = Checker(Workbench(), Estimator(torch.device("cpu"), tmp_path / "calibration.json"))

    def work(**settings):
        checked = checker.check(moods_run(moods_csv, small_bert, "feature_based", epochs=4, **settings))
        assert checked.work is not None
        return checked.work

    clean, noisy = work(), work(train_on="noisy", noise_share=0.3)
    assert noisy.train > 1.1 * clean.train
    assert noisy.test == clean.test
    assert (clean.readings, noisy.readings) == (1, 1)
    assert work(train_on="noisy", fresh_noise=True).readings == 4


ALL = {f"noise_{kind.id}": True for kind in noise_kinds()}


@pytest.mark.parametrize(
    "task",
    ["token_classification", "question_answering", "masked_language_modelling", "causal_language_modelling"],
)
def test_every_task_learns_from_every_kind_of_noise(
    session, task, small_bert, small_writer, small_filler, chains_csv, tmp_path
):
    models = {"masked_language_modelling": small_filler, "causal_language_modelling": small_writer}
    files = {
        "token_classification": lambda: write_places(tmp_path / "places.conll"),
        "question_answering": lambda: write_questions(tmp_path / "questions.jsonl", 80, longest=14),
    }
    run = RunConfig(
        data=DataConfig(path=str(files.get(task, lambda: chains_csv)())),
        task=task,
        method="full_fine_tuning",
        model=str(models.get(task, small_bert)),
        settings={"epochs": 2, "max_length": 32, "train_on": "mix", "fresh_noise": True, **ALL},
    )
    events = session.do(start(run, tmp_path / "run"))
    result = _of(ResultWritten, events)[0].result
    assert len(result.by_noise) == len(SHARES)
    assert result.noise.startswith("typos, OCR confusions, wrong case,")
    assert _of(WarningRaised, events)[0].problem.code == "noise_put_in"
    again = session.do(Evaluate(job_id="again", folder=str(tmp_path / "run")))
    assert _of(ResultWritten, again)[0].result.by_noise == result.by_noise
