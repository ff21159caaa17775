"""Scores: correlations and errors as scipy has them, in each resample."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import pearsonr, spearmanr

from engine.evaluation.regression import regression_baselines, regression_measures, regression_scores
from engine.evaluation.resampling import resampled_weights

NUMBERS = st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.5, -4.0])


@settings(max_examples=50, deadline=None)
@given(pairs=st.lists(st.tuples(NUMBERS, NUMBERS), min_size=3, max_size=30))
def test_measures_agree_with_scipy(pairs: list[tuple[float, float]]) -> None:
    truth, said = [one for one, _ in pairs], [other for _, other in pairs]
    measures = regression_measures(truth, said)
    assert measures["rmse"] == pytest.approx(np.sqrt(np.mean((np.array(truth) - np.array(said)) ** 2)))
    if len(set(truth)) == 1 or len(set(said)) == 1:
        assert (measures["spearman"], measures["pearson"]) == (0.0, 0.0)
    else:
        assert measures["spearman"] == pytest.approx(spearmanr(truth, said).statistic, abs=1e-9)
        assert measures["pearson"] == pytest.approx(pearsonr(truth, said).statistic, abs=1e-9)


def test_ranks_are_taken_anew_in_each_resample() -> None:
    chance = np.random.default_rng(2)
    truth = chance.integers(0, 6, 60).astype(float)
    said = truth + chance.normal(0.0, 2.0, 60)
    scores = regression_scores(truth.tolist(), said.tolist(), resamples=200)
    (weights,) = resampled_weights(60, 200)
    drawn = [np.repeat(np.arange(60), row.astype(int)) for row in weights]
    expected = np.quantile([spearmanr(truth[rows], said[rows]).statistic for rows in drawn], [0.025, 0.975])
    assert (scores["spearman"].low, scores["spearman"].high) == pytest.approx(tuple(expected))
    assert scores["rmse"].low < scores["rmse"].value < scores["rmse"].high


def test_no_rows_and_one_row_are_measured_too() -> None:
    assert regression_measures([], []) == {"spearman": 0.0, "pearson": 0.0, "rmse": 0.0}
    assert regression_measures([1.0], [3.0]) == {"spearman": 0.0, "pearson": 0.0, "rmse": 2.0}
    assert regression_scores([], [])["rmse"].high == 0.0


def test_baselines_are_the_mean_and_word_counts() -> None:
    train = ["very good film", "good film", "bad film", "very bad film"] * 5
    scores = [5.0, 4.0, 2.0, 1.0] * 5
    mean, counted = regression_baselines(train, scores, ["good", "bad"], [4.0, 2.0])
    assert (mean.id, mean.label) == ("mean", "Always answering the mean (3)")
    assert mean.scores["rmse"].value == pytest.approx(1.0)
    assert mean.scores["spearman"].value == 0.0
    assert counted.id == "tfidf"
    assert counted.scores["spearman"].value == pytest.approx(1.0)
    assert regression_baselines([], [], ["x"], [1.0]) == ()


def test_what_is_simple_is_wrong_by_the_same_measure_as_the_model():
    """Answers further away than a tenth of the range of the scores are wrong, whoever gives them."""
    train, scores = ["good"] * 5 + ["bad"] * 5, [5.0] * 5 + [1.0] * 5
    mean, counted = regression_baselines(train, scores, ["good", "bad", "good"], [5.0, 1.0, 3.1])
    assert mean.wrong == 2  # 3 is within 0.4 of 3.1 alone
    assert counted.wrong == 1
