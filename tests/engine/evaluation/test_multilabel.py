"""Several labels a text: measures as scikit-learn has them, and baselines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support

from engine.evaluation.multilabel import (
    label_scores,
    label_table,
    multilabel_baselines,
    multilabel_measures,
    multilabel_scores,
)

CLASSES = ("art", "sport", "war")


def table(*rows: str) -> np.ndarray:
    """Returns labels, given by their first letters, as 0 and 1."""
    return label_table([[name for name in CLASSES if name[0] in row] for row in rows], CLASSES)


@settings(max_examples=40, deadline=None)
@given(cells=st.lists(st.lists(st.booleans(), min_size=8, max_size=8), min_size=2, max_size=20))
def test_measures_agree_with_scikit_learn(cells: list[list[bool]]) -> None:
    numbers = np.asarray(cells, dtype=np.int64)
    truth, said = numbers[:, :4], numbers[:, 4:]
    measures = multilabel_measures(truth, said)
    assert measures["exact_match"] == pytest.approx(accuracy_score(truth, said))
    assert measures["micro_f1"] == pytest.approx(f1_score(truth, said, average="micro", zero_division=0))
    expected = precision_recall_fscore_support(truth, said, zero_division=0)
    seen = (truth + said).sum(axis=0) > 0
    assert measures["macro_f1"] == pytest.approx(expected[2][seen].mean() if seen.any() else 0.0)
    for place, entry in enumerate(label_scores(truth, said, "abcd")):
        assert (entry.precision, entry.recall, entry.f1, entry.support) == pytest.approx(
            tuple(part[place] for part in expected)
        )


def test_labels_that_are_no_class_are_left_out_of_the_table() -> None:
    assert label_table([["war", "art"], [], ["tax"]], CLASSES).tolist() == [[1, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert label_table([], CLASSES).shape == (0, 3)


def test_intervals_are_shares() -> None:
    truth = table("a", "as", "", "w")
    scores = multilabel_scores(np.tile(truth, (5, 1)), np.tile(truth, (5, 1)))
    assert {score.value for score in scores.values()} == {1.0}
    assert scores["exact_match"].low == pytest.approx(20 / (20 + 1.96**2))
    assert multilabel_measures(table(), table()) == {"macro_f1": 0.0, "micro_f1": 0.0, "exact_match": 0.0}


def test_baselines_are_the_usual_set_and_word_counts() -> None:
    train = ["paint and ball", "paint", "ball", "ball and gun", "paint and ball", "gun", "gun and paint"] * 4
    held = table(*["as", "a", "s", "sw", "as", "w", "aw"] * 4)
    judged = ["paint", "paint and ball", "ball and gun"]
    majority, counted = multilabel_baselines(train, held, judged, table("a", "as", "sw"), CLASSES)
    assert (majority.id, majority.label) == ("majority", 'Always answering "art" and "sport"')
    assert (majority.wrong, majority.scores["exact_match"].value) == (2, pytest.approx(1 / 3))
    assert (counted.id, counted.wrong) == ("tfidf", 0)
    (silent, _) = multilabel_baselines(["a b", "a c"], table("", ""), ["a"], table("a"), CLASSES)
    assert silent.label == "Always answering without a label"
    assert multilabel_baselines([], table(), ["a"], table("a"), CLASSES) == ()


def test_a_label_that_all_have_needs_no_words() -> None:
    baselines = multilabel_baselines(["x y", "x z"], table("aw", "a"), ["x"], table("a"), CLASSES)
    assert [baseline.id for baseline in baselines] == ["majority", "tfidf"]
    assert baselines[1].scores["macro_f1"].value == pytest.approx(1.0)
