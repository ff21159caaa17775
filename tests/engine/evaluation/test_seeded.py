"""Ways of training compared over seeds: the interval covers, equal ways are seldom called different."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.classification import ROW_MEASURES
from engine.evaluation.paired import drawn_together
from engine.evaluation.seeded import Tried, mean_interval, seed_error, seeded_difference
from engine.row_measures import Rows

ACCURACY = ROW_MEASURES.of["accuracy"]


def answers(chance: np.random.Generator, truth: np.ndarray, hard: np.ndarray, wrong: float) -> Rows:
    """Returns what a run says that finds hard rows hard, as others do, and errs by chance besides."""
    luck = np.where(chance.random(len(truth)) < 0.5, hard, chance.random(len(truth)))
    return np.stack([truth, np.where(luck < wrong, 1 - truth, truth)], axis=1)


def ways(
    chance: np.random.Generator, rows: int, means: tuple[float, ...], unsteady: float, seeds: int
) -> list[Tried]:
    """Returns ways of training whose share of mistakes differs from seed to seed."""
    truth, hard = (chance.random(rows) < 0.3).astype(float), chance.random(rows)
    tables = [
        [answers(chance, truth, hard, mean + unsteady * chance.standard_normal()) for _ in range(seeds)]
        for mean in means
    ]
    drawn = drawn_together([one for some in tables for one in some], ACCURACY, 300, 1)
    values = [[float(ACCURACY(one, np.ones((1, rows)))[0]) for one in some] for some in tables]
    return [
        Tried(some, reached, drawn[number * seeds : (number + 1) * seeds])
        for number, (some, reached) in enumerate(zip(tables, values, strict=True))
    ]


@pytest.mark.parametrize("unsteady", [0.0, 0.03])
def test_equal_ways_are_called_different_at_most_one_time_in_twenty(unsteady):
    """Also where single runs of them differ a lot; a true difference is held by 93 in a hundred intervals."""
    chance = np.random.default_rng(3)
    called = held = own = 0
    for number in range(300):
        one, other, worse = tried = ways(chance, 200, (0.15, 0.15, 0.19), unsteady, 3)
        alike = seeded_difference(one, other, tried, 1.0, number)
        called += alike.is_clear
        apart = seeded_difference(one, worse, tried, 1.0, number)
        held += apart.low <= 0.04 <= apart.high
        low, high = mean_interval(one, tried, number)
        own += low <= 0.85 <= high
    assert called / 300 <= 0.05
    assert held / 300 >= 0.93
    assert own / 300 >= 0.93


def test_to_count_each_run_as_a_test_of_its_own_would_be_too_sure():
    chance = np.random.default_rng(4)
    one, other = tried = ways(chance, 400, (0.15, 0.15), 0.04, 3)
    with_seeds = seeded_difference(one, other, tried)
    steady = [Tried(way.tables, [way.mean], way.drawn) for way in tried]
    rows_alone = seeded_difference(steady[0], steady[1], steady)
    assert with_seeds.value == pytest.approx(rows_alone.value)
    assert with_seeds.high - with_seeds.low > 1.3 * (rows_alone.high - rows_alone.low)


def test_a_single_run_counts_as_unsteady_as_the_most_unsteady():
    table = np.zeros((10, 2))
    spread = Tried([table] * 3, [0.80, 0.85, 0.90], np.zeros((3, 5)))
    steady = Tried([table] * 3, [0.84, 0.85, 0.86], np.zeros((3, 5)))
    alone = Tried([table], [0.9], np.zeros((1, 5)))
    every = [spread, steady, alone]
    assert seed_error([spread], every).size == pytest.approx(0.05 / 3**0.5)
    assert seed_error([spread], every).freedom == pytest.approx(2.0)
    assert seed_error([alone], every).size == pytest.approx(0.05)
    assert seed_error([steady, alone], every).size == pytest.approx((0.05**2 + 0.01**2 / 3) ** 0.5)
    assert seed_error([alone], [alone]).size == 0.0


def test_ways_that_answer_alike_do_not_differ():
    chance = np.random.default_rng(4)
    one, _ = tried = ways(chance, 100, (0.15, 0.15), 0.02, 3)
    same = seeded_difference(one, one, tried)
    assert (same.value, same.rows, same.p) == (0.0, 0, 1.0)


def test_an_interval_of_many_pairs_is_wider_and_its_p_value_larger():
    first, second = ways(np.random.default_rng(3), 300, (0.2, 0.3), 0.0, 3)
    alone, among = (seeded_difference(first, second, [first, second], 1.0, pairs=pairs) for pairs in (1, 45))
    assert among.low < alone.low < alone.value < alone.high < among.high
    assert alone.p < among.p <= 1
