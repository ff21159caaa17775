"""How far a run is, and how good: in words that hold for a model that was better before, too."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from engine.protocol.catalog import MetricEntry
from engine.protocol.events import EvaluationEnded, JobSucceeded, ResultWritten, StageReached
from gui.state.project_file import RunNotes
from gui.state.run_progress import (
    better_before,
    end_sentence,
    standing,
    tile_captions,
    tile_words,
    time_left_words,
    validation_sentence,
)
from gui.state.run_status import RunStatus
from tests.gui.recorded_events import recorded_run, result
from tests.gui.sample_facts import run_config

PERPLEXITY = MetricEntry(
    id="perplexity", label="Perplexity", short="perplexity", help="", higher_is_better=False
)
F1 = MetricEntry(id="macro_f1", label="Macro F1", short="F1", help="")


def _run(*values: float) -> RunStatus:
    """A run that was validated before training and after each of its steps, both metrics alike."""
    run = RunStatus(Path("runs/one"), run_config(), RunNotes(color=1))
    for event in recorded_run(epochs=1, until_step=0):
        if not isinstance(event, EvaluationEnded):
            run.apply(event)
    for step, value in enumerate(values):
        scores = {"perplexity": value, "macro_f1": value}
        evaluation = EvaluationEnded(
            split="validation", step=step, epoch=step, loss=4.5, metrics=scores, is_best=step == 1
        )
        run.apply(evaluation)
    return run


@pytest.mark.parametrize(
    ("metric", "values", "before"),
    [
        (PERPLEXITY, (92.3, 95.0), 92.3),
        (PERPLEXITY, (92.3, 92.3), 92.3),
        (PERPLEXITY, (92.3, 90.0), None),
        (F1, (0.5, 0.4), 0.5),
        (F1, (0.5, 0.6), None),
        (F1, (0.5,), None),
    ],
)
def test_a_model_that_was_better_before_training_is_noticed(
    qapp: QApplication, metric: MetricEntry, values: tuple[float, ...], before: float | None
) -> None:
    assert better_before(_run(*values), metric) == before


def test_the_best_checkpoint_is_not_praised_where_the_model_was_better_before(qapp: QApplication) -> None:
    run = _run(92.3, 95.0)
    assert tile_captions(run, PERPLEXITY)["best"] == "Not yet better than before training"
    assert tile_words(run, PERPLEXITY, "texts", 0)["best"] == ("Perplexity 95.0", "before 92.3")
    assert validation_sentence(run, PERPLEXITY) == (
        "New best checkpoint. Epoch 1: validation loss 4.50, perplexity 95.0, "
        "not better than before training (92.3)"
    )
    run.apply(ResultWritten(result=result()))
    run.apply(JobSucceeded())
    assert tile_captions(run, PERPLEXITY)["best"] == "Not better than before training"
    f1_words = end_sentence(run, F1, "texts")
    assert "before training" not in f1_words  # 95.0 is better than 92.3 where higher is better
    better = _run(92.3, 90.0)
    assert tile_captions(better, PERPLEXITY) == {"time": "Time left", "best": "Best so far"}
    assert tile_words(better, PERPLEXITY, "texts", 0)["best"] == ("Perplexity 90.0", "at epoch 1")


def test_the_end_says_that_no_checkpoint_was_better(qapp: QApplication) -> None:
    run = _run(0.5, 0.4)
    run.apply(ResultWritten(result=result()))
    run.apply(JobSucceeded())
    assert end_sentence(run, F1, "texts").endswith(
        "On the validation rows no checkpoint was better than the model before training (0.500)."
    )


def test_the_trial_with_noise_says_how_far_it_is_and_a_wish_to_stop_is_taken_once() -> None:
    run = _run(0.5)
    run.begin("job", waits=False)
    run.apply(StageReached(stage="testing", label="Judging 120 test texts", total=120))
    assert standing(run) == "testing"
    label = "Trying the final test with typos"
    run.apply(StageReached(stage="testing", label=label, done=23, total=100, can_be_left_out=True))
    assert standing(run) == "trying"
    assert time_left_words(run) == ("Testing", "23 % with noise in the texts")
    run.ask_to_stop()
    assert standing(run) == "testing"
