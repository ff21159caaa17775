"""Texts that are almost the same: found, all of them joined, and nothing else told."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.match_rows import duplicate_groups
from engine.data.near_duplicates import ALIKE, near_duplicates

_WORDS = [
    f"{first}{second}" for first in ("ba", "ke", "li", "mo", "nu") for second in ("dra", "fel", "gim", "pos")
]


def _similarity(one: str, other: str) -> float:
    """Returns the same as is told, in the plainest way: runs of five letters in common."""
    runs = [{text[at : at + 5] for at in range(len(text) - 4)} for text in (one, other)]
    return len(runs[0] & runs[1]) / len(runs[0] | runs[1])


def _sentence(chance: random.Random, words: int = 14) -> str:
    return " ".join(chance.choice(_WORDS) + chance.choice("aeiou") for _ in range(words))


def test_one_changed_word_is_found_with_its_similarity() -> None:
    texts = [
        "the parcel came two days late and the box was torn at one side",
        "nobody answered my letters, so I gave up in the end",
        "The parcel came two days late and the  box was torn at a side",
    ]
    found = near_duplicates(texts, [0, 1, 2])

    (pair,) = found.pairs
    assert (pair.first, pair.second) == (0, 2)
    plain = " ".join(texts[2].split()).casefold()
    assert abs(pair.alike - _similarity(texts[0], plain)) < 1e-9
    assert ALIKE <= pair.alike < 0.95
    assert found.groups[0] == found.groups[2] != found.groups[1]


def test_what_is_the_same_is_no_near_duplicate() -> None:
    texts = [
        "a text that stands here twice, letter by letter",
        "A text that stands here twice,  letter by letter",
    ]
    assert near_duplicates(texts, duplicate_groups(texts)).pairs == []


def test_short_texts_and_repeated_words_are_compared_whole_only() -> None:
    texts = ["good day", "good days", "no no no no no no no", "no no no no no no no no"]
    assert near_duplicates(texts, [0, 1, 2, 3]).pairs == []
    assert near_duplicates([], []).pairs == []
    assert near_duplicates(["", ""], [0, 1]).pairs == []


def test_a_chain_is_joined_and_groups_that_are_known_go_along() -> None:
    chance = random.Random(3)
    words = _sentence(chance, 30).split()
    chain = [" ".join([*words[:at], "changed", *words[at + 1 :]]) for at in (3, 14, 26)]
    other = _sentence(chance, 30)
    found = near_duplicates([chain[0], other, chain[1], chain[2], other], [0, 1, 2, 3, 1])

    assert len(found.pairs) == 2  # enough to join three
    assert len({found.groups[place] for place in (0, 2, 3)}) == 1
    assert found.groups[1] == found.groups[4] != found.groups[0]


def test_nearly_all_pairs_are_found_and_the_answer_is_always_the_same() -> None:
    chance = random.Random(0)
    originals = [_sentence(chance) for _ in range(400)]
    copies = []
    for text in originals:
        words = text.split()
        words[chance.randrange(len(words))] = "another"
        copies.append(" ".join(words))
    texts = originals + copies
    true = {(at, at + 400) for at in range(400) if _similarity(texts[at], texts[at + 400]) >= ALIKE}

    found = near_duplicates(texts, range(len(texts)))

    assert len(true) > 150
    assert len(true & {(pair.first, pair.second) for pair in found.pairs}) >= 0.98 * len(true)
    assert all(_similarity(texts[pair.first], texts[pair.second]) >= ALIKE for pair in found.pairs)
    assert near_duplicates(texts, range(len(texts))) == found


@settings(deadline=None)
@given(st.lists(st.text(max_size=60), max_size=12))
def test_any_texts_can_be_compared(texts: list[str]) -> None:
    found = near_duplicates(texts, range(len(texts)))

    assert len(found.groups) == len(texts)
    for pair in found.pairs:
        one, other = (" ".join(texts[at].split()).casefold() for at in (pair.first, pair.second))
        assert abs(pair.alike - _similarity(one, other)) < 1e-9
        assert pair.first < pair.second
