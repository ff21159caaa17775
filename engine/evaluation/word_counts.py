"""Texts as weighted counts of their words (TF-IDF): what the stronger baselines see of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

_PLACES = 2**24
"""Bytes in which it is noted what comes twice."""


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
    # Of many texts nearly all pairs of words come once: only those that may come twice are kept in memory.
    # Loading scikit-learn takes a second that the engine's start can do without.
    from sklearn.feature_extraction.text import TfidfVectorizer

    rarer_left_out = () if with_single else ({"ngram_range": (1, 2), "min_df": 2},)
    for settings in (
        *rarer_left_out,
        {"ngram_range": (1, 2), "min_df": 1},
        {"analyzer": "char_wb", "ngram_range": (1, 3), "min_df": 1},
    ):
        vectorizer = TfidfVectorizer(sublinear_tf=True, **settings)
        if vectorizer.min_df > 1:
            twice = _what_may_come_twice(vectorizer.build_analyzer(), train_texts)
            vectorizer = TfidfVectorizer(sublinear_tf=True, analyzer=twice, min_df=vectorizer.min_df)
        try:
            return WordCounts(vectorizer.fit_transform(train_texts), vectorizer.transform(judged_texts))
        except ValueError:  # nothing is left to count
            continue
    return None


def _what_may_come_twice(
    words_of: Callable[[str], Iterable[str]], texts: Sequence[str]
) -> Callable[[str], list[str]]:
    """Returns what takes texts apart, without words that surely stand in no two of the texts.

    Args:
        words_of: Takes a text apart.
        texts: All texts whose words are counted.
    """
    seen = bytearray(_PLACES)
    for text in texts:
        for place in {hash(word) % _PLACES for word in words_of(text)}:
            if seen[place] < 2:
                seen[place] += 1
    return lambda text: [word for word in words_of(text) if seen[hash(word) % _PLACES] > 1]
