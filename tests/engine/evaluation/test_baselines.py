"""Baselines: the majority answer and counting words, as strong as they are known to be."""

from __future__ import annotations

from importlib.resources import files

import pytest
from sklearn.model_selection import train_test_split

from engine.data.read_files import read_table
from engine.data.table import cells
from engine.evaluation.baselines import classification_baselines, majority_class, word_count_answers


def test_the_default_sample_gives_the_reference_scores() -> None:
    table = read_table(str(files("resources") / "samples" / "posts.csv"))
    texts, moods = cells(table.dataset, "text"), cells(table.dataset, "mood")
    train, judged, train_moods, judged_moods = train_test_split(
        texts, moods, test_size=0.2, random_state=0, stratify=moods
    )
    train_labels, judged_labels = (
        [("positive", "negative").index(mood) for mood in part] for part in (train_moods, judged_moods)
    )
    majority, counted = classification_baselines(
        train, train_labels, judged, judged_labels, ("positive", "negative")
    )
    assert (majority.id, majority.label) == ("majority", 'Always answering "positive"')
    assert majority.scores["accuracy"].value == pytest.approx(0.736, abs=0.001)
    assert majority.scores["macro_f1"].value == pytest.approx(0.424, abs=0.001)
    assert (counted.id, counted.label) == ("tfidf", "Word counts (TF-IDF)")
    assert counted.scores["accuracy"].value == pytest.approx(0.858, abs=0.005)
    assert counted.scores["macro_f1"].value == pytest.approx(0.797, abs=0.005)
    assert counted.wrong == round(620 * (1 - counted.scores["accuracy"].value))
    score = counted.scores["accuracy"]
    assert (score.high - score.low) / 2 == pytest.approx(0.028, abs=0.005)


def test_words_that_come_once_are_counted_where_there_is_nothing_else() -> None:
    train = ["good", "nice", "bad", "awful"]
    assert word_count_answers(train, [0, 0, 1, 1], ["nice", "awful"]) == [0, 1]


def test_texts_without_words_are_counted_by_letters() -> None:
    assert word_count_answers([":) :)", ":)", ":(", ":( :("], [0, 0, 1, 1], [":)", ":("]) == [0, 1]


def test_there_may_be_nothing_to_count() -> None:
    assert word_count_answers(["a b", "c d"], [0, 0], ["a"]) is None
    assert [entry.id for entry in classification_baselines(["a"], [0], ["b"], [1], ("x", "y"))] == [
        "majority"
    ]
    assert classification_baselines([], [], ["b"], [1], ("x", "y")) == ()


def test_of_equally_frequent_classes_the_first_is_the_majority() -> None:
    assert majority_class([2, 1, 1, 2, 0]) == 1
