"""Intervals: seeded, fast, and as wide as theory says."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from sklearn.metrics import f1_score

from engine.evaluation.classification import confusion_counts
from engine.evaluation.intervals import scores_with_intervals


def test_the_interval_of_accuracy_is_as_wide_as_theory_says() -> None:
    score = scores_with_intervals(np.array([[450, 50], [30, 470]]))["accuracy"]
    half = 1.96 * sqrt(0.92 * 0.08 / 1000)
    assert score.value == pytest.approx(0.92)
    assert score.low == pytest.approx(0.92 - half, abs=0.004)
    assert score.high == pytest.approx(0.92 + half, abs=0.004)


def test_drawing_cells_is_drawing_rows() -> None:
    chance = np.random.default_rng(1)
    truth = chance.integers(0, 3, 200)
    said = np.where(chance.random(200) < 0.7, truth, chance.integers(0, 3, 200))
    drawn = [
        f1_score(truth[rows], said[rows], average="macro")
        for rows in (chance.integers(0, 200, 200) for _ in range(400))
    ]
    score = scores_with_intervals(confusion_counts(truth.tolist(), said.tolist(), 3))["macro_f1"]
    assert score.low == pytest.approx(np.quantile(drawn, 0.025), abs=0.02)
    assert score.high == pytest.approx(np.quantile(drawn, 0.975), abs=0.02)


def test_the_same_seed_gives_the_same_interval() -> None:
    confusion = np.array([[40, 3], [5, 12]])
    assert scores_with_intervals(confusion) == scores_with_intervals(confusion)
    assert scores_with_intervals(confusion, seed=1) != scores_with_intervals(confusion)
    for score in scores_with_intervals(confusion).values():
        assert score.low <= score.value <= score.high
        assert score.low < score.high


def test_no_rows_and_no_errors_have_an_interval_too() -> None:
    assert scores_with_intervals(np.zeros((2, 2), dtype=np.int64))["accuracy"].high == 0.0


@pytest.mark.parametrize(("rows", "low"), [(10, 0.7225), (1000, 0.9962)])
def test_where_nothing_is_wrong_few_rows_are_less_sure_than_many(rows: int, low: float) -> None:
    scores = scores_with_intervals(np.diag([rows // 2, rows - rows // 2]))
    for metric in ("accuracy", "macro_f1", "mcc"):
        assert (scores[metric].value, scores[metric].high) == (1.0, 1.0)
        assert scores[metric].low == pytest.approx(low, abs=1e-4)  # Wilson: n / (n + 1.96²)


def test_where_nothing_is_right_few_rows_are_less_sure_too() -> None:
    score = scores_with_intervals(np.array([[0, 5], [5, 0]]))["accuracy"]
    assert (score.low, score.value) == (0.0, 0.0)
    assert score.high == pytest.approx(1 - 0.7225, abs=1e-4)
