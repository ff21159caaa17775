"""Which labels look wrong: the worked example of Northcutt, Jiang & Chuang (2021), and its edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation.confident_learning import Doubt, confident_joint, doubts, joint, thresholds

# Figure 1 of the paper: labels dog, fox, cow (rows) and what the pictures show (columns).
COUNTS = np.array([[100, 40, 20], [56, 60, 0], [32, 12, 80]])


def paper() -> tuple[list[int], np.ndarray]:
    """Returns labels and probabilities that have the counts of the figure: each row is sure, 0.8 to 0.1."""
    labels, said = [], []
    for label, row in enumerate(COUNTS):
        for true, count in enumerate(row):
            labels += [label] * int(count)
            said += [[0.8 if place == true else 0.1 for place in range(3)]] * int(count)
    return labels, np.array(said)


def test_the_counts_and_shares_of_the_papers_figure() -> None:
    labels, said = paper()

    assert confident_joint(labels, said).tolist() == COUNTS.tolist()
    expected = [[0.25, 0.1, 0.05], [0.14, 0.15, 0.0], [0.08, 0.03, 0.2]]
    assert np.allclose(joint(labels, said), expected)
    dog = (100 * 0.8 + 60 * 0.1) / 160
    assert thresholds(labels, said)[0] == pytest.approx(dog)


def test_all_rows_off_the_diagonal_are_named_and_no_other() -> None:
    labels, said = paper()
    found = doubts(labels, said)

    assert len(found) == 40 + 20 + 56 + 32 + 12
    assert {one.row for one in found} == {row for row in range(400) if said[row].argmax() != labels[row]}
    assert all(one.expected == said[one.row].argmax() and one.given == labels[one.row] for one in found)


def test_a_row_counts_only_where_the_model_is_as_sure_as_usual() -> None:
    labels = [0, 0, 0, 1, 1, 1]
    said = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.2, 0.8], [0.4, 0.6], [0.45, 0.55]])
    # Thresholds: (0.9 + 0.8 + 0.1) / 3 = 0.6 and (0.8 + 0.6 + 0.55) / 3 = 0.65.
    assert thresholds(labels, said) == pytest.approx([0.6, 0.65])
    assert confident_joint(labels, said).tolist() == [[2, 1], [0, 1]]
    assert joint(labels, said) == pytest.approx(np.array([[2 / 6, 1 / 6], [0, 3 / 6]]))
    assert doubts(labels, said) == [Doubt(row=2, given=0, expected=1)]


def test_the_clearest_stands_first() -> None:
    labels = [0] * 10 + [1] * 10
    said = np.array([[0.9, 0.1]] * 8 + [[0.3, 0.7], [0.05, 0.95]] + [[0.1, 0.9]] * 10)
    said[19] = [0.6, 0.4]
    assert [one.row for one in doubts(labels, said)] == [9]
    said[8] = [0.1, 0.9]
    assert [one.row for one in doubts(labels, said)] == [9, 8]


def test_a_label_of_which_no_row_is_confident_is_taken_to_be_right() -> None:
    labels = [0, 0, 1, 1]
    said = np.array([[0.9, 0.1], [0.9, 0.1], [0.2, 0.8], [0.2, 0.8]])
    assert joint(labels, said) == pytest.approx(np.array([[0.5, 0.0], [0.0, 0.5]]))
    assert doubts(labels, said) == []


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 5), st.integers(6, 60), st.integers(0, 1000))
def test_shares_hold_for_any_rows(classes: int, rows: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    labels = [*range(classes), *chance.integers(0, classes, rows).tolist()]
    said = chance.dirichlet([0.7] * classes, len(labels))
    shares = joint(labels, said)

    assert shares.sum() == pytest.approx(1.0)
    assert np.allclose(shares.sum(axis=1), np.bincount(labels) / len(labels))
    found = doubts(labels, said)
    assert len({one.row for one in found}) == len(found)
    assert all(one.given != one.expected for one in found)
