"""The paired comparison: its interval covers, runs that are alike are seldom called different."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from engine.evaluation.classification import ROW_MEASURES
from engine.evaluation.paired import LEVEL, difference, drawn_together, draws_for
from engine.evaluation.regression import ROW_MEASURES as REGRESSION
from engine.evaluation.resampling import resampled_weights
from engine.row_measures import Rows


def two_runs(
    chance: np.random.Generator, rows: int, wrong: tuple[float, float], common: float = 0.5
) -> tuple[Rows, Rows]:
    """Returns the answers of two runs that find the same rows hard in a part of the rows."""
    truth = (chance.random(rows) < 0.3).astype(float)
    hard = chance.random(rows)
    tables = []
    for share in wrong:
        luck = np.where(chance.random(rows) < common, hard, chance.random(rows))
        tables.append(np.stack([truth, np.where(luck < share, 1 - truth, truth)], axis=1))
    return tables[0], tables[1]


def compared(tables, metric="accuracy", resamples=500, seed=0, pairs=1):
    measure = ROW_MEASURES.of[metric]
    drawn = drawn_together(tables, measure, resamples, seed)
    return difference(tables, measure, (drawn[0], drawn[1]), ROW_MEASURES.perfect.get(metric), seed, pairs)


@pytest.mark.parametrize(
    ("rows", "wrong", "metric"),
    [(200, (0.15, 0.10), "macro_f1"), (300, (0.2, 0.2), "accuracy")],
)
def test_the_interval_of_a_difference_covers_it(rows, wrong, metric):
    """Of 400 drawn comparisons 93 to 97 in a hundred hold the difference that is true of endless rows."""
    chance = np.random.default_rng(11)
    many = two_runs(chance, 1_000_000, wrong)
    measure = ROW_MEASURES.of[metric]
    true = [measure(*_counted(table))[0] for table in many]
    inside = called = 0
    for number in range(400):
        found = compared(two_runs(chance, rows, wrong), metric, 400, number)
        inside += found.low <= true[0] - true[1] <= found.high
        called += found.is_clear
    assert 0.93 <= inside / 400 <= 0.97
    if wrong[0] == wrong[1]:
        assert called / 400 <= 0.05
    else:
        assert called / 400 > 0.25


@pytest.mark.parametrize("wrong", [0.02, 0.1, 0.3])
def test_two_equal_runs_are_called_different_at_most_one_time_in_twenty(wrong):
    """Also where they differ in a handful of rows, in which the bootstrap alone is too sure of itself."""
    chance = np.random.default_rng(5)
    pairs = [compared(two_runs(chance, 120, (wrong, wrong)), "macro_f1", 300, n) for n in range(400)]
    assert sum(one.is_clear for one in pairs) / 400 <= 0.05


def test_of_six_equal_runs_some_pair_is_called_different_at_most_one_time_in_twenty():
    chance = np.random.default_rng(8)
    measure, called = ROW_MEASURES.of["accuracy"], 0
    for number in range(40):
        tables = [two_runs(chance, 150, (0.15, 0.15), common=0.0)[0] for _ in range(6)]
        tables = [np.stack([tables[0][:, 0], _answers(table, tables[0])], axis=1) for table in tables]
        drawn = drawn_together(tables, measure, 2000, number)
        found = [
            difference((tables[one], tables[other]), measure, (drawn[one], drawn[other]), 1.0, number, 15)
            for one in range(6)
            for other in range(one + 1, 6)
        ]
        called += any(one.is_clear for one in found)
    assert called / 40 <= 0.05


def test_the_test_of_single_answers_is_that_of_mcnemar():
    """Two runs that differ in 13 rows, 11 one way and 2 the other: the exact test says 0.0225."""
    truth = np.zeros(100)
    first, second = truth.copy(), truth.copy()
    second[:11], first[11:13] = 1, 1
    tables = np.stack([truth, first], axis=1), np.stack([truth, second], axis=1)
    found = compared(tables, resamples=20_000)
    assert found.value == pytest.approx(0.09)
    assert found.rows == 13
    assert found.p == pytest.approx(binomtest(11, 13).pvalue, abs=0.004)


def test_runs_that_answer_alike_are_no_surer_than_their_rows():
    """No row tells them apart: 40 rows leave room for a few in a hundred all the same."""
    table = two_runs(np.random.default_rng(0), 40, (0.2, 0.2))[0]
    found = compared((table, table.copy()))
    assert (found.value, found.p, found.rows) == (0.0, 1.0, 0)
    assert found.high == pytest.approx(1.96**2 / (40 + 1.96**2), rel=1e-4)
    assert not found.is_clear


def test_both_runs_get_the_same_draws():
    """Of runs with the same answers each draw is the same, and each draw is a resample of its own rows."""
    one, other = two_runs(np.random.default_rng(3), 80, (0.2, 0.1))
    drawn = drawn_together([one, other, one], ROW_MEASURES.of["macro_f1"], 200)
    assert drawn.shape == (3, 200)
    assert (drawn[0] == drawn[2]).all()
    apart = np.concatenate(list(resampled_weights(80, 2000, 0)))
    spread = ROW_MEASURES.of["macro_f1"](one, apart).std()
    assert drawn[0].std() == pytest.approx(spread, rel=0.15)


def test_scores_that_lie_on_a_line_are_compared_by_rank():
    chance = np.random.default_rng(2)
    truth = chance.normal(size=60)
    near = np.stack([truth, truth + chance.normal(scale=0.2, size=60)], axis=1)
    far = np.stack([truth, truth + chance.normal(scale=2.0, size=60)], axis=1)
    drawn = drawn_together([near, far], REGRESSION["spearman"], 400)
    found = difference((near, far), REGRESSION["spearman"], (drawn[0], drawn[1]))
    assert found.value > 0.3
    assert found.is_clear


@pytest.mark.parametrize("pairs", [1, 6, 45])
@pytest.mark.parametrize("wrong", [(0.12, 0.04), (0.3, 0.2)])
def test_a_pair_is_called_different_exactly_where_its_interval_leaves_0_out(wrong, pairs):
    """The interval, the p-value and what is said agree, in whichever direction the runs differ."""
    chance = np.random.default_rng(17)
    called = set()
    for number in range(60):
        tables = two_runs(chance, 150, wrong)
        found = compared(tables[:: 1 if number % 2 else -1], "macro_f1", 3000, number, pairs)
        assert found.is_clear == (found.p < LEVEL) == (not found.low <= 0.0 <= found.high)
        called.add(found.is_clear)
    assert called == {True, False}


def test_all_intervals_of_three_runs_hold_together():
    """About 95 times in a hundred, as a single one does; not corrected for their number they would not."""
    chance = np.random.default_rng(23)
    measure, wrong, held = ROW_MEASURES.of["accuracy"], (0.1, 0.15, 0.2), {1: 0, 3: 0}
    for number in range(250):
        truth, hard = (chance.random(300) < 0.3).astype(float), chance.random(300)
        lucks = [np.where(chance.random(300) < 0.5, hard, chance.random(300)) for _ in wrong]
        tables = [
            np.stack([truth, np.where(luck < share, 1 - truth, truth)], axis=1)
            for luck, share in zip(lucks, wrong, strict=True)
        ]
        drawn = drawn_together(tables, measure, 600, number)
        for pairs in held:
            found = {
                (one, other): difference(
                    (tables[one], tables[other]), measure, (drawn[one], drawn[other]), 1.0, number, pairs
                )
                for one, other in ((0, 1), (0, 2), (1, 2))
            }
            held[pairs] += all(
                apart.low <= wrong[other] - wrong[one] <= apart.high for (one, other), apart in found.items()
            )
    assert held[3] / 250 >= 0.93
    assert held[1] / 250 < 0.9


def test_many_pairs_widen_the_interval_and_raise_the_p_value():
    tables = two_runs(np.random.default_rng(1), 300, (0.2, 0.1))
    one, six = (compared(tables, resamples=5000, pairs=pairs) for pairs in (1, 6))
    assert six.p == pytest.approx(6 * one.p)
    assert six.low < one.low < one.value == six.value < one.high < six.high


def _counted(table):
    kinds, counts = np.unique(table, axis=0, return_counts=True)
    return kinds, counts[None].astype(float)


def _answers(table, first):
    """Returns a run's answers on the truth of the first, wrong where it was wrong on its own."""
    wrong = table[:, 0] != table[:, 1]
    return np.where(wrong, 1 - first[:, 0], first[:, 0])


@pytest.mark.parametrize("runs", [2, 10, 40])
@pytest.mark.parametrize("rows", [100, 10_000_000])
def test_enough_is_drawn_for_the_ends_of_every_interval(rows, runs):
    pairs = runs * (runs - 1) // 2
    beyond_each_end = draws_for(rows, runs) * LEVEL / pairs / 2
    assert beyond_each_end > 3
