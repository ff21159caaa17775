"""Measures: as scikit-learn has them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score, matthews_corrcoef, precision_recall_fscore_support

from engine.evaluation.classification import class_scores, confusion_counts, measure

answers = st.integers(2, 5).flatmap(
    lambda classes: st.tuples(
        st.just(classes),
        st.lists(
            st.tuples(st.integers(0, classes - 1), st.integers(0, classes - 1)), min_size=1, max_size=60
        ),
    )
)


@settings(max_examples=60, deadline=None)
@given(case=answers)
def test_measures_agree_with_scikit_learn(case: tuple[int, list[tuple[int, int]]]) -> None:
    classes, pairs = case
    truth, said = [right for right, _ in pairs], [answer for _, answer in pairs]
    scores = measure(truth, said, classes)
    assert scores["accuracy"] == pytest.approx(accuracy_score(truth, said))
    assert scores["macro_f1"] == pytest.approx(f1_score(truth, said, average="macro", zero_division=0))
    if len({*truth, *said}) > 1:
        assert scores["mcc"] == pytest.approx(matthews_corrcoef(truth, said), abs=1e-9)
    names = [str(number) for number in range(classes)]
    expected = precision_recall_fscore_support(truth, said, labels=range(classes), zero_division=0)
    for index, entry in enumerate(class_scores(confusion_counts(truth, said, classes), names)):
        assert (entry.precision, entry.recall, entry.f1) == pytest.approx(
            tuple(row[index] for row in expected[:3])
        )
        assert entry.support == expected[3][index]


def test_the_confusion_matrix_has_truth_in_its_rows() -> None:
    assert confusion_counts([0, 0, 1, 2], [0, 2, 1, 2], 3).tolist() == [[1, 0, 1], [0, 1, 0], [0, 0, 1]]


def test_always_the_same_answer_is_worth_nothing_by_matthews() -> None:
    scores = measure([0] * 90 + [1] * 10, [0] * 100, 2)
    assert scores["accuracy"] == 0.9
    assert scores["macro_f1"] == pytest.approx(0.4737, abs=1e-4)
    assert scores["mcc"] == 0.0


def test_no_rows_score_nothing() -> None:
    assert measure([], [], 2) == {"macro_f1": 0.0, "accuracy": 0.0, "mcc": 0.0}
    assert np.array_equal(confusion_counts([], [], 2), np.zeros((2, 2)))
