"""Translating with typos, from the first step to the saved model, in the real engine process."""

from __future__ import annotations

import pytest

from engine.protocol.commands import Evaluate, Predict, StartTraining
from engine.protocol.config import DataConfig, RunConfig
from engine.protocol.events import JobSucceeded, PredictionMade, ResultWritten, TrainingStarted, WarningRaised
from engine.protocol.run_files import read_predictions
from tests.small_models import make_small_translator, write_numbers


@pytest.fixture(scope="module")
def finished(living_engine, tmp_path_factory):
    """A run that has learned English numbers, what the engine said about it, and what it said afterwards."""
    folder = tmp_path_factory.mktemp("numbers")
    run = RunConfig(
        data=DataConfig(
            path=str(write_numbers(folder / "numbers.tsv")),
            columns={"source": "english", "target": "french"},
        ),
        task="sequence_to_sequence",
        method="full_fine_tuning",
        model=str(make_small_translator(folder / "marian", "marian")),
        settings={
            "epochs": 16,
            "batch_size": 16,
            "learning_rate": 5e-3,
            "train_on": "noisy",
            "noise_share": 0.02,
        },
        watch=("one two",),
    )
    kept = str(folder / "run")
    trained = living_engine.do(StartTraining(job_id="train numbers", run=run, folder=kept))
    later = living_engine.do(Predict(job_id="translate", folder=kept, texts=("six five one",)))
    later += living_engine.do(Evaluate(job_id="judge again", folder=kept))
    ends = [event for event in (*trained, *later) if isinstance(event, JobSucceeded)]
    assert [end.job_id for end in ends] == ["train numbers", "translate", "judge again"]
    return folder / "run", trained, later


def _one(events, kind):
    (event,) = [event for event in events if isinstance(event, kind)]
    return event


def test_it_learns_to_translate_and_is_tried_with_typos(finished):
    folder, events, _ = finished
    result = _one(events, ResultWritten).result
    assert result.scores["exact_match"].value > 0.5
    assert result.scores["chrf"].value > max(one.scores["chrf"].value for one in result.baselines)
    assert {"copy", "nearest"} <= {one.id for one in result.baselines}
    curve = [point.scores["chrf"].value for point in result.by_noise]
    assert [point.share for point in result.by_noise] == [0.0, 0.05, 0.1, 0.2, 0.3]
    assert curve[0] == pytest.approx(result.scores["chrf"].value)  # the final test was without
    assert curve[-1] < curve[0]
    started, told = _one(events, TrainingStarted), _one(events, WarningRaised).problem
    assert (told.code, told.title) == ("noise_put_in", "Typos at 2 %")
    assert started.verdict.transfer_sentence == "It already translates. It learns to survive typos."
    assert len(read_predictions(folder)) == result.rows
    assert result.wrong == sum(1 for one in read_predictions(folder) if not one.is_right)


def test_judged_again_it_gets_the_same(finished):
    _, events, later = finished
    first, again = _one(events, ResultWritten).result, _one(later, ResultWritten).result
    assert (again.scores, again.by_noise, again.notes) == (first.scores, first.by_noise, first.notes)


def test_the_saved_model_writes_the_same_without_thaw(finished, without_thaw):
    folder, _, later = finished
    (said,) = _one(later, PredictionMade).predictions
    assert said.said
    assert without_thaw.printed(folder / "model", "six five one") == said.said
