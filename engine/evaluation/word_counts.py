"""Texts as weighted counts of their words (TF-IDF): what the stronger baselines see of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple


class WordCounts(NamedTuple):
    """Two sets of texts as sparse matrices ``(texts, words)`` with the same columns, rows of length 1."""

    train: Any
    judged: Any


def word_counts(
    train_texts: Sequence[str], judged_texts: Sequence[str], *, with_single: bool = False
) -> WordCounts | None:
    """Counts words and word pairs, weighted by how rare they are.

    Words that come once in all training texts are left out, where enough others are left. Texts
    without words as Latin letters make them are counted by groups of letters.

    Args:
        train_texts: Texts that the words and their weights are taken from.
        judged_texts: Texts to be counted by them.
        with_single: Keep words that come once: nothing can be learned of them, but texts found.

    Returns:
        Both; ``None`` when there is nothing to count.
    """
    # Loading scikit-learn takes a second that the engine's start can do without.
    from sklearn.feature_extraction.text import TfidfVectorizer

    twice = () if with_single else ({"ngram_range": (1, 2), "min_df": 2},)
    for settings in (
        *twice,
        {"ngram_range": (1, 2), "min_df": 1},
        {"analyzer": "char_wb", "ngram_range": (1, 3), "min_df": 1},
    ):
        vectorizer = TfidfVectorizer(sublinear_tf=True, **settings)
        try:
            return WordCounts(vectorizer.fit_transform(train_texts), vectorizer.transform(judged_texts))
        except ValueError:  # nothing is left to count
            continue
    return None
