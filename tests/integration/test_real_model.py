"""A whole run with the real built-in model: it learns, freezes what it says, and stays offline."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from engine.protocol.commands import CheckRun, FindLabelDoubts, Predict
from engine.protocol.config import DataConfig, RunConfig
from engine.protocol.events import (
    JobSucceeded,
    PredictionMade,
    ResultWritten,
    RunChecked,
    TrainingStarted,
)
from engine.protocol.label_doubts import LabelDoubtsFound
from tests.benchmarks.label_doubts import turn_round
from tests.engine.recorded_session import open_session, points, start

POSTS = Path(__file__).resolve().parents[2] / "resources" / "samples" / "posts.csv"

TRAINABLE = {
    "full_fine_tuning": 22_566_146,
    "freeze_layers": 3_549_698,
    "lora": 74_498,
    "feature_based": 770,
}


@pytest.fixture(scope="module")
def few_posts(tmp_path_factory):
    """A hundred posts, half of each mood."""
    table = tmp_path_factory.mktemp("posts") / "posts.csv"
    header, *lines = POSTS.read_text(encoding="utf-8").splitlines()
    moods = ("negative", "positive")
    some = [[line for line in lines if line.endswith(f",{mood}")][:50] for mood in moods]
    table.write_text("\n".join([header, *(line for pair in zip(*some, strict=True) for line in pair)]))
    return table


def _run(table, method, **settings):
    return RunConfig(
        data=DataConfig(path=str(table)),
        task="text_classification",
        method=method,
        settings={"max_length": 32, "epochs": 1, "batch_size": 16} | settings,
    )


@pytest.fixture
def session(tmp_path):
    opened = open_session(calibration_file=tmp_path / "calibration.json")
    yield opened
    opened.session.close()


def test_a_run_of_the_default_method_needs_no_network(session, no_network, few_posts, tmp_path):
    events = session.do(start(_run(few_posts, "freeze_layers", epochs=2), tmp_path / "run"))

    assert isinstance(events[-1], JobSucceeded)
    started = next(event for event in events if isinstance(event, TrainingStarted))
    assert started.stack.trainable_parameters == TRAINABLE["freeze_layers"]
    assert started.stack.total_parameters == TRAINABLE["full_fine_tuning"]
    assert started.model.name == "MiniLM"
    told = points(events)
    assert sum(point.loss for point in told[-4:]) < sum(point.loss for point in told[:4])
    result = next(event for event in events if isinstance(event, ResultWritten)).result
    assert result.frozen_intact
    assert result.changed_pretrained == 32  # the tensors of two blocks
    assert result.forgotten.right_before > 0.95  # of sentences, whose partners it learned to find
    assert result.forgotten.after > result.forgotten.before
    answers = session.do(
        Predict(job_id="p", folder=str(tmp_path / "run"), texts=("I love this", "this is awful"))
    )
    made = next(event for event in answers if isinstance(event, PredictionMade)).predictions
    by_text = {one.text: one.probabilities["positive"] for one in made}
    assert by_text["I love this"] > by_text["this is awful"]


def test_features_that_are_read_once_beat_the_majority(session, few_posts, tmp_path):
    run = _run(few_posts, "feature_based", epochs=60)
    events = session.do(start(run, tmp_path / "run"))

    result = next(event for event in events if isinstance(event, ResultWritten)).result
    assert result.scores["accuracy"].value > 0.65
    assert result.changed_pretrained == 0
    assert result.forgotten.after == result.forgotten.before
    assert result.trainable_parameters == 770


def test_counts_are_those_of_the_papers(session, few_posts):
    checked = {
        method: next(
            event
            for event in session.do(CheckRun(job_id=method, run=_run(few_posts, method)))
            if isinstance(event, RunChecked)
        )
        for method in TRAINABLE
    }

    assert {name: event.stack.trainable_parameters for name, event in checked.items()} == TRAINABLE
    told = {problem.code for event in checked.values() for problem in event.problems}
    assert told == {"texts_cut"}  # at 32 word pieces


def test_lora_on_the_real_model_repeats_itself(session, few_posts, tmp_path):
    run = _run(few_posts, "lora")
    first = points(session.do(start(run, tmp_path / "first", "first")))
    second = points(
        session.do(start(msgspec.structs.replace(run, name="again"), tmp_path / "second", "second"))
    )

    assert first == second


def test_labels_that_were_turned_round_are_found(session, tmp_path):
    table = tmp_path / "turned.csv"
    turned = turn_round(POSTS, table, 0.05, rows=600)
    command = FindLabelDoubts(job_id="d", data=DataConfig(path=str(table)), task="text_classification")
    events = session.do(command)

    named = [doubt.row for doubt in next(one for one in events if isinstance(one, LabelDoubtsFound)).doubts]
    assert len(turned) == 30
    assert len(turned & {*named[:10]}) >= 9
    assert len(turned & {*named}) >= 20
    assert len(named) < 90
