"""Watched texts: some any, some unsure, every class among them."""

from __future__ import annotations

from engine.evaluation.watched import choose_watched

LABELS = ["common"] * 95 + ["rare"] * 5


def test_a_rare_class_is_among_the_random_ones() -> None:
    chosen = choose_watched(LABELS, 6)
    assert len(set(chosen)) == 6
    assert sum(1 for row in chosen if LABELS[row] == "rare") == 3
    assert choose_watched(LABELS, 6) == chosen
    assert choose_watched(LABELS, 6, seed=1) != chosen


def test_half_are_the_least_sure_ones() -> None:
    probabilities = [[0.9, 0.1]] * 100
    probabilities[40], probabilities[97] = [0.5, 0.5], [0.45, 0.55]
    chosen = choose_watched(LABELS, 4, probabilities=probabilities)
    assert chosen[:2] == [40, 97]
    assert len(set(chosen)) == 4


def test_there_may_be_fewer_rows_than_wanted() -> None:
    assert sorted(choose_watched(["a", "b"], 6)) == [0, 1]
    assert choose_watched([], 6) == []
