"""Intervals from what rows add to sums: as wide as theory says, and as drawing the rows themselves."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from engine.evaluation.resampling import ratio, resampled_weights, scores_from

MEAN = {"mean": lambda sums: ratio(sums[..., 0], sums[..., 1])}


def rows(values: list[float]) -> np.ndarray:
    """Returns values with a 1 beside each, so that their mean is made of sums."""
    return np.stack([np.asarray(values), np.ones(len(values))], axis=-1)


def test_the_interval_of_a_mean_is_as_wide_as_theory_says() -> None:
    values = np.random.default_rng(3).normal(10.0, 2.0, 400)
    score = scores_from(rows(values.tolist()), MEAN)["mean"]
    assert score.value == pytest.approx(values.mean())
    half = 1.96 * values.std() / sqrt(400)
    assert score.low == pytest.approx(score.value - half, abs=0.03)
    assert score.high == pytest.approx(score.value + half, abs=0.03)


def test_sums_are_those_of_the_drawn_rows() -> None:
    statistics = np.random.default_rng(0).integers(0, 9, (37, 4)).astype(np.float64)
    (weights,) = resampled_weights(37, 50, seed=5)
    assert weights.shape == (50, 37)
    assert (weights.sum(axis=1) == 37).all()
    drawn = [statistics[np.repeat(np.arange(37), row.astype(int))].sum(axis=0) for row in weights]
    assert np.array_equal(weights @ statistics, np.asarray(drawn))


def test_many_rows_are_drawn_in_parts_that_make_the_same_draws() -> None:
    parts = list(resampled_weights(5000, 1000, seed=1))
    assert len(parts) > 1
    assert sum(len(part) for part in parts) == 1000
    chance = np.random.default_rng(1)
    assert np.array_equal(parts[0][:3], chance.multinomial(5000, np.full(5000, 1 / 5000), size=3))


def test_the_same_seed_gives_the_same_interval() -> None:
    statistics = rows(np.random.default_rng(3).normal(size=40).tolist())
    assert scores_from(statistics, MEAN) == scores_from(statistics, MEAN)
    assert scores_from(statistics, MEAN, seed=1) != scores_from(statistics, MEAN)


@pytest.mark.parametrize(("count", "low"), [(10, 0.7225), (1000, 0.9962)])
def test_where_all_or_none_is_right_few_rows_are_less_sure(count: int, low: float) -> None:
    right = scores_from(rows([100.0] * count), MEAN, {"mean": 100.0})["mean"]
    assert (right.value, right.high) == (100.0, 100.0)
    assert right.low == pytest.approx(100 * low, abs=0.01)
    wrong = scores_from(rows([0.0] * count), MEAN, {"mean": 1.0})["mean"]
    assert (wrong.value, wrong.low) == (0.0, 0.0)
    assert wrong.high == pytest.approx(1 - low, abs=1e-4)


def test_what_is_no_share_keeps_its_own_interval() -> None:
    score = scores_from(rows([1.0] * 10), MEAN)["mean"]
    assert (score.low, score.value, score.high) == (1.0, 1.0, 1.0)


def test_no_rows_have_an_interval_too() -> None:
    score = scores_from(np.zeros((0, 2)), MEAN, {"mean": 1.0})["mean"]
    assert (score.low, score.value, score.high) == (0.0, 0.0, 0.0)
