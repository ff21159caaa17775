"""Calibration: by hand on a few answers, and by simulation on models whose certainty is known to be right."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from engine.evaluation.calibration import calibration_of, calibration_of_classes, calibration_of_labels


def test_the_error_is_the_mean_gap_weighted_by_answers() -> None:
    found = calibration_of([0.95, 0.95, 0.95, 0.95, 0.62, 0.68], [True, True, True, False, True, True])
    assert found is not None
    assert [(one.low, one.rows) for one in found.bins] == [(0.6, 2), (0.9, 4)]
    assert [one.accuracy for one in found.bins] == [1.0, 0.75]
    assert [one.confidence for one in found.bins] == pytest.approx([0.65, 0.95])
    assert found.error == pytest.approx((2 * 0.35 + 4 * 0.20) / 6)
    assert (found.confidence, found.accuracy) == pytest.approx((5.1 / 6, 5 / 6))


def test_full_certainty_is_in_the_last_bin_and_nothing_gives_nothing() -> None:
    found = calibration_of([1.0, 1.0 + 1e-9, 0.0], [True, True, False])
    assert found is not None
    assert [(one.low, one.high, one.rows) for one in found.bins] == [(0.0, 0.1, 1), (0.9, 1.0, 2)]
    assert found.error == 0.0
    assert calibration_of([], []) is None
    assert calibration_of_classes([], []) is None
    assert calibration_of_labels([], np.zeros((0, 2), dtype=np.int64)) is None


def test_a_model_that_is_as_sure_as_it_should_be_stays_within_chance_and_an_overconfident_one_does_not() -> (
    None
):
    chance, within, shares_inside = np.random.default_rng(1), 0, []
    for _ in range(300):
        sure = chance.uniform(0.5, 1.0, 400)
        found = calibration_of(sure, chance.random(400) < sure)
        assert found is not None
        within += found.error <= found.error_by_chance
        shares_inside += [one.expected_low <= one.accuracy <= one.expected_high for one in found.bins]
    assert 0.92 <= within / 300 <= 0.98
    assert 0.94 <= np.mean(shares_inside) <= 0.985  # whole numbers: a little more than 95 in 100
    too_sure = calibration_of(np.full(400, 0.95), chance.random(400) < 0.75)
    assert too_sure is not None
    assert too_sure.error == pytest.approx(0.2, abs=0.06)
    assert too_sure.error > 2 * too_sure.error_by_chance


def test_the_likeliest_class_counts() -> None:
    said = [torch.tensor([math.log(3.0), 0.0]), torch.tensor([0.0, math.log(9.0)])]
    found = calibration_of_classes(said, [0, 0])
    assert found is not None
    assert [(one.confidence, one.accuracy) for one in found.bins] == [
        (pytest.approx(0.75), 1.0),
        (pytest.approx(0.9), 0.0),
    ]


def test_each_label_of_a_text_counts_whether_it_was_said_or_left_out() -> None:
    said = [torch.tensor([math.log(4.0), -math.log(4.0), 0.0])]  # 0.8, 0.2, 0.5: said, left out, said
    found = calibration_of_labels(said, np.asarray([[1, 1, 1]]))
    assert found is not None
    assert found.rows == 3
    assert [(one.low, one.rows, one.accuracy) for one in found.bins] == [(0.5, 1, 1.0), (0.8, 2, 0.5)]
    assert "labels" in found.counted
