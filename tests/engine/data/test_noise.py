"""Typos: as many as asked for, words stay words, placeholders stay whole, the same seed types the same."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from engine.data.noise import with_typos
from engine.data.read_files import read_table
from engine.data.table import cells

PROSE = (
    "It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in "
    "want of a wife. However little known the feelings or views of such a man may be on his first entering "
    "a neighbourhood, this truth is so well fixed in the minds of the surrounding families."
)


def measured(text: str, share: float, seeds: range) -> float:
    """Returns the share of characters that really differ, spaces aside, over many seeds."""
    letters = len("".join(text.split())) * len(seeds)
    return sum(OSA.distance(text, with_typos(text, share, seed)) for seed in seeds) / letters


@pytest.mark.parametrize(
    ("share", "tolerance"), [(0.02, 0.002), (0.05, 0.003), (0.1, 0.006), (0.2, 0.01), (0.3, 0.02)]
)
def test_the_measured_share_is_the_one_asked_for(share: float, tolerance: float) -> None:
    # Typos side by side can look like fewer: two letters swapped and one left out are near one wrong key.
    assert measured(PROSE, share, range(40)) == pytest.approx(share, abs=tolerance)


def test_short_texts_have_their_share_over_many_rows() -> None:
    table = read_table(str(files("resources") / "samples" / "interface.en-fr.tsv"))
    texts = [text for text in cells(table.dataset, "english")[:1500] if "%" not in text and "{" not in text]
    letters = sum(len("".join(text.split())) for text in texts)
    typos = sum(OSA.distance(text, with_typos(text, 0.1, (0, row))) for row, text in enumerate(texts))
    assert typos / letters == pytest.approx(0.1, abs=0.006)


@settings(max_examples=300, deadline=None)
@given(text=st.text(), share=st.floats(0, 0.3), seed=st.integers(0, 2**32))
@example(text="ß İ ŉ ǅ", share=0.3, seed=3)
@example(text="a b c", share=0.3, seed=0)
def test_words_stay_words(text: str, share: float, seed: int) -> None:
    noised = with_typos(text, share, seed)
    assert re.findall(r"\s+", noised) == re.findall(r"\s+", text)
    assert len(noised.split()) == len(text.split())
    assert with_typos(text, share, seed) == noised
    limit = share * len("".join(text.split())) + 1
    assert OSA.distance(text, noised) <= limit


PIECES = [
    "%(name)s",
    "%s",
    "%d",
    "%5.1f",
    "{count}",
    "{}",
    "${home}",
    "<b>",
    "</a>",
    "&amp;",
    "%%",
    "a@b.org",
]


@settings(max_examples=200, deadline=None)
@given(
    words=st.lists(st.sampled_from(["Delete", "the", "file", *PIECES]), min_size=1, max_size=8),
    seed=st.integers(0, 999),
)
def test_placeholders_stay_as_they_are(words: list[str], seed: int) -> None:
    noised = with_typos(" ".join(words), 0.3, seed).split(" ")
    for word, became in zip(words, noised, strict=True):
        if word in PIECES:
            assert became == word


def test_placeholders_inside_words_are_seen_and_other_signs_are_letters() -> None:
    for seed in range(50):
        noised = with_typos("“%(app)s”-Administration von {site}s 50% off &File", 0.3, seed)
        assert "%(app)s" in noised
        assert "{site}" in noised
    spoiled = {with_typos("&File", 0.3, seed)[0] for seed in range(200)}
    assert spoiled > {"&"}
    assert any("50%" not in with_typos("50% off", 0.3, seed) for seed in range(50))


def test_more_typos_are_the_same_and_more() -> None:
    few, many = with_typos(PROSE, 0.05, 7), with_typos(PROSE, 0.15, 7)
    changed = [word for word, became in zip(PROSE.split(), few.split(), strict=True) if word != became]
    still = [
        became
        for word, became, later in zip(PROSE.split(), few.split(), many.split(), strict=True)
        if word != became and later != word
    ]
    assert len(changed) >= 8
    assert len(still) == len(changed)


def test_rows_have_typos_of_their_own() -> None:
    noised = [with_typos(PROSE, 0.1, (1, row)) for row in range(20)]
    assert len(set(noised)) == 20
    assert with_typos(PROSE, 0.1, (2, 0)) not in noised


def test_every_kind_of_typo_happens() -> None:
    noised = {with_typos("water", 0.3, seed) for seed in range(3000)}
    assert noised >= {"qater", "ater", "waater", "awter", "Water"}
    assert not {word for word in noised if OSA.distance("water", word) > 2}


def test_no_typos_are_no_change_and_too_many_are_refused() -> None:
    assert with_typos(PROSE, 0.0, 1) == PROSE
    assert with_typos("", 0.3) == ""
    for share in (-0.1, 0.31, float("nan")):
        with pytest.raises(ValueError, match=r"0 to 0\.3"):
            with_typos(PROSE, share)
