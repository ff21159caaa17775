"""Words are counted as scikit-learn would, without holding every pair of words in memory."""

from __future__ import annotations

import random
import tracemalloc
import warnings

from sklearn.feature_extraction.text import TfidfVectorizer

from engine.evaluation.word_counts import word_counts

WORDS = [f"word{number}" for number in range(3_000)]


def texts_of(count: int) -> list[str]:
    chance = random.Random(0)
    return [" ".join(chance.choices(WORDS, k=20)) for _ in range(count)]


def test_the_counts_are_those_of_scikit_learn() -> None:
    train, judged = texts_of(300), texts_of(340)[300:]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        counts = word_counts(train, judged)
    plain = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2)
    expected = plain.fit_transform(train)

    assert counts is not None
    assert counts.train.shape == expected.shape
    assert (counts.train != expected).nnz == 0
    assert (counts.judged != plain.transform(judged)).nnz == 0


def test_pairs_that_come_once_are_not_held_in_memory() -> None:
    train = texts_of(4_000)

    def most(count: object) -> int:
        tracemalloc.start()
        count()  # type: ignore[operator]  # one of the two below
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    plain = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2)
    without_notes = most(lambda: word_counts(train, train[:1])) - 2**24
    assert without_notes < 0.6 * most(lambda: plain.fit_transform(train))
