"""Language modelling: perplexity per token over all rows together, not a mean of rows."""

from __future__ import annotations

from math import exp, log

import pytest
from torch import tensor
from torch.nn.functional import cross_entropy

from engine.evaluation.language_modelling import (
    language_measures,
    language_scores,
    token_statistics,
    unigram_baseline,
)


def test_perplexity_is_over_all_tokens_together() -> None:
    statistics = token_statistics([10 * log(2), 30 * log(8)], [10, 30], [5, 3])
    measures = language_measures(statistics)
    assert measures["perplexity"] == pytest.approx(exp((10 * log(2) + 30 * log(8)) / 40))
    assert measures["token_accuracy"] == pytest.approx(8 / 40)


def test_perplexity_is_that_of_the_cross_entropy() -> None:
    logits, labels = tensor([[2.0, 0.5, -1.0], [0.1, 0.2, 3.0]]), tensor([0, 1])
    losses = cross_entropy(logits, labels, reduction="none").tolist()
    statistics = token_statistics(losses, [1, 1], [1, 0])
    assert language_measures(statistics)["perplexity"] == pytest.approx(exp(sum(losses) / 2))


def test_intervals_come_from_the_rows() -> None:
    statistics = token_statistics([log(2) * 20, log(32) * 20] * 40, [20] * 80, [20] * 80)
    scores = language_scores(statistics)
    assert scores["perplexity"].value == pytest.approx(8.0)
    assert 5.5 < scores["perplexity"].low < 7.0
    assert 9.0 < scores["perplexity"].high < 11.5
    assert scores["token_accuracy"].low == pytest.approx(80 / (80 + 1.96**2))


def test_an_absurd_loss_is_still_a_number_and_no_tokens_are_nothing() -> None:
    assert language_measures(token_statistics([1e9], [1], [0]))["perplexity"] == pytest.approx(exp(700.0))
    assert language_measures(token_statistics([], [], [])) == {"perplexity": 0.0, "token_accuracy": 0.0}
    assert language_scores(token_statistics([], [], []))["perplexity"].high == 0.0


def test_the_unigram_baseline_knows_only_how_often_tokens_come() -> None:
    baseline = unigram_baseline([[0, 0, 1], [0]], [[0, 1], [2]], vocabulary=4)
    shares = {0: 4 / 8, 1: 2 / 8, 2: 1 / 8}  # three, one and no times, one added to each of four
    expected = exp(-(log(shares[0]) + log(shares[1]) + log(shares[2])) / 3)
    assert baseline.scores["perplexity"].value == pytest.approx(expected)
    assert baseline.scores["token_accuracy"].value == pytest.approx(1 / 3)
    assert (baseline.id, baseline.wrong) == ("unigram", 2)
    uniform = unigram_baseline([], [[3, 2, 1]], vocabulary=4)
    assert uniform.scores["perplexity"].value == pytest.approx(4.0)
