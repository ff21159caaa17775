"""Running text, from a file of paragraphs to the saved model, in the real engine process."""

from __future__ import annotations

import pytest

from engine.protocol.commands import InspectData, Predict, StartTraining
from engine.protocol.config import DataConfig, RunConfig
from engine.protocol.data_events import DataInspected
from engine.protocol.events import (
    JobSucceeded,
    PredictionMade,
    ResultWritten,
    TrainingStarted,
)

SETTINGS = {"epochs": 10, "batch_size": 8, "learning_rate": 1e-2, "max_length": 32}


@pytest.fixture(scope="module")
def book(chains_csv, tmp_path_factory):
    """A file of paragraphs."""
    path = tmp_path_factory.mktemp("books") / "book.txt"
    path.write_text("\n".join(chains_csv.read_text(encoding="utf-8").splitlines()[1:]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def finished(living_engine, book, small_writer, small_filler, tmp_path_factory):
    """What the engine said about the file, a run of each kind, and texts that were typed afterwards."""
    folder = tmp_path_factory.mktemp("runs")
    models = {"causal_language_modelling": small_writer, "masked_language_modelling": small_filler}
    events = living_engine.do(InspectData(job_id="look", path=str(book)))
    for task, model in models.items():
        run = RunConfig(
            data=DataConfig(path=str(book)),
            task=task,
            method="full_fine_tuning",
            model=str(model),
            settings=SETTINGS,
        )
        events += living_engine.do(StartTraining(job_id=task, run=run, folder=str(folder / task)))
        assert isinstance(events[-1], JobSucceeded), events[-1]
        typed = "the day is" if model == small_writer else "the day ___ a was"
        events += living_engine.do(Predict(job_id=f"try {task}", folder=str(folder / task), texts=(typed,)))
    return folder, events


def _of(events, kind):
    return [event for event in events if isinstance(event, kind)]


def test_paragraphs_are_read_and_the_task_is_guessed(finished):
    _, events = finished
    (looked,) = _of(events, DataInspected)
    assert looked.table.rows == 80
    assert looked.table.task == "masked_language_modelling"  # which the model that comes with Thaw can do
    assert [(column.name, column.role) for column in looked.table.columns] == [("text", "text")]


def test_both_tasks_learn_from_them(finished):
    _, events = finished
    results = [event.result for event in _of(events, ResultWritten)]
    assert [result.metric for result in results] == ["perplexity", "perplexity"]
    for result in results:
        before = next(one for one in result.baselines if one.id == "before")
        assert result.scores["perplexity"].high < before.scores["perplexity"].low
    writes, fills = ([point.scores["perplexity"].value for point in result.by_noise] for result in results)
    assert writes == sorted(writes)  # the same words, in worse and worse company
    assert max(fills) == pytest.approx(
        min(fills), rel=0.01
    )  # knows how often words come: so they are the same
    assert results[1].by_noise[0].scores == results[1].scores  # the same blanks as in the final test
    findings = [event.prepared.findings for event in _of(events, TrainingStarted)]
    assert all("divided_at_random" in [one.code for one in found] for found in findings)


def test_the_saved_writer_goes_on_without_thaw(finished, without_thaw):
    folder, events = finished
    (said,) = _of(events, PredictionMade)[0].predictions
    assert said.said
    model = folder / "causal_language_modelling" / "model"
    assert without_thaw.printed(model, "the day is") == f"the day is {said.said}"


def test_the_saved_filler_fills_in_without_thaw(finished, without_thaw):
    folder, events = finished
    (said,) = _of(events, PredictionMade)[1].predictions
    model = folder / "masked_language_modelling" / "model"
    assert without_thaw.printed(model, "the day [MASK] a was") == str([said.said])
