"""Noise: as much as asked for, of each kind; words and placeholders stay whole; each edit has its place."""

from __future__ import annotations

import re
import unicodedata
from importlib.resources import files

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from engine.data.noise_settings import noise_fields, noise_kinds, noise_of, rows_with_noise, switch_name
from engine.data.read_files import read_table
from engine.data.table import cells
from engine.noising import Noise, NoiseKind, NoisyText
from engine.noisy_page import Page
from engine.protocol.fields import why_not

PROSE = (
    "It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in "
    "want of a wife. However little known the feelings or views of such a man may be on his first entering "
    "a neighbourhood, this truth is so well fixed in the minds of the surrounding families."
)


KINDS = {kind.id: kind for kind in noise_kinds()}


def with_typos(text: str, share: float, seed: int | tuple[int, int] = 0) -> str:
    """Returns a text with typos; a seed may be one with a row."""
    seed, row = seed if isinstance(seed, tuple) else (seed, 0)
    return Noise(kinds=(KINDS["typos"],), share=share, seed=seed).of(text, row).text


def with_all(text: str, share: float, seed: int = 0, *kinds: str) -> NoisyText:
    """Returns a text with some kinds of noise; with all of them where none is named."""
    chosen = tuple(KINDS[name] for name in kinds) or noise_kinds()
    return Noise(kinds=chosen, share=share, seed=seed).of(text)


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
@given(text=st.text(), share=st.floats(0, 0.3), seed=st.integers(0, 2**32 - 1))
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


# Several kinds, and their edits

TEXT = st.text(st.one_of(st.sampled_from(" \n.,'-eéüßÄnrmclIO0"), st.characters()), max_size=60)
CHOSEN = st.lists(st.sampled_from(sorted(KINDS)), min_size=1, unique=True)


def test_the_same_numbers_as_when_there_were_typos_only() -> None:
    assert with_typos("Delete the selected file", 0.2, (0, 7)) == "Delete3 the serlecxtsd file"
    assert with_typos(PROSE, 0.1, 3).startswith(
        "It iS a truh universalky acknowlpedted, that a single mzn in"
    )


@settings(max_examples=300, deadline=None)
@given(text=TEXT, share=st.floats(0, 0.3), seed=st.integers(0, 9999), kinds=CHOSEN)
def test_edits_say_where_they_are(text: str, share: float, seed: int, kinds: list[str]) -> None:
    noisy = with_all(text, share, seed, *kinds)
    assert with_all(text, share, seed, *kinds) == noisy
    at, rebuilt = 0, ""
    for edit in noisy.edits:
        assert at <= edit.start <= edit.end <= len(text)  # in order, and none over another
        assert edit.kind in kinds
        rebuilt += text[at : edit.start] + edit.text
        at = edit.end
    assert rebuilt + text[at:] == noisy.text
    for (start, end), edit in noisy.changes:
        assert noisy.text[start:end] == edit.text
    if not share:
        assert (noisy.text, noisy.edits) == (text, ())
    assert noisy.text.strip() or not text.strip()  # something is left of every text


@settings(max_examples=200, deadline=None)
@given(text=TEXT, seed=st.integers(0, 9999), kinds=CHOSEN, shares=st.tuples(*[st.floats(0, 0.3)] * 2))
@example(
    text="0000000:00:",
    seed=501,
    kinds=["accents", "case", "joined_and_split_words", "ocr", "punctuation", "typos"],
    shares=(0.25, 0.125),
)  # kinds with the same unit divide the share: each comes to its turn later
def test_a_larger_share_makes_the_same_edits_and_more(
    text: str, seed: int, kinds: list[str], shares: tuple[float, float]
) -> None:
    few, many = (with_all(text, share, seed, *kinds).edits for share in sorted(shares))
    assert set(few) <= set(many)


@pytest.mark.parametrize("share", [0.05, 0.15, 0.3])
@pytest.mark.parametrize("kind", noise_kinds(), ids=lambda kind: kind.id)
def test_each_kind_touches_its_share_of_its_own_places(kind: NoiseKind, share: float) -> None:
    french = "Déjà vu : l'été où Zoë a mangé un gâteau à la crème, près du café, à côté de la forêt. " * 3
    texts = [f"{french} {number}" for number in range(40)]
    places = struck = 0
    for row, text in enumerate(texts):
        noisy = Noise(kinds=(kind,), share=share, seed=5).of(text, row)
        places += len(kind.places(Page(text)))
        words = {text.count(" ", 0, edit.start) for edit in noisy.edits}
        struck += len(words) if kind.id == "case" else len(noisy.edits)
    assert struck / places == pytest.approx(share, abs=0.012)


def test_kinds_that_touch_the_same_divide_the_rate() -> None:
    texts = [PROSE.replace("truth", f"truth {row}") for row in range(30)]
    for kinds, share in ((("typos",), 0.1), (("typos", "ocr"), 0.05), (("typos", "accents"), 0.1)):
        noise = Noise(kinds=tuple(KINDS[name] for name in kinds), share=0.1)
        edits = [edit for row, text in enumerate(texts) for edit in noise.of(text, row).edits]
        typos = sum(edit.kind == "typos" for edit in edits)
        assert typos / sum(len("".join(text.split())) for text in texts) == pytest.approx(share, abs=0.005)


@pytest.mark.parametrize(
    ("kind", "text", "among"),
    [  # in short texts, so that now and then one thing happens alone
        ("ocr", "modern", {"rnodern", "modem", "m0dern", "moclern"}),
        ("case", "Anna likes tea", {"ANNA likes tea", "anna likes tea", "Anna likes Tea", "Anna LIKES tea"}),
        ("accents", "schön, garçon", {"schon, garçon", "schoen, garçon", "schön, garcon"}),
        ("punctuation", "Well, it's so.", {"Well it's so.", "Well, its so.", "Well, it's so"}),
        (
            "joined_and_split_words",
            "good morning all",
            {"goodmorning all", "good morningall", "go od morning all"},
        ),
    ],
)
def test_every_kind_does_what_it_says(kind: str, text: str, among: set[str]) -> None:
    assert among <= {with_all(text, 0.3, seed, kind).text for seed in range(2000)}


def test_a_keyboard_has_its_own_neighbours() -> None:
    def hit(keyboard: str, letter: str) -> set[str]:
        noise = Noise(kinds=(KINDS["typos"],), share=0.3, settings={"keyboard": keyboard})
        noisy = [noise.of(letter * 3, row) for row in range(800)]
        return {edit.text for one in noisy for edit in one.edits if len(edit.text) == 1} - {letter}

    assert {"t", "u", "h", "g"} <= hit("qwerty", "y")
    assert not {"x", "s"} & hit("qwerty", "y")
    assert {"x", "s", "a"} <= hit("qwertz", "y")
    assert {"z", "q", "é"} <= hit("azerty", "a")
    assert {"ö", "ü"} <= hit("qwertz", "ä") | hit("qwertz", "p")


def test_numbers_in_a_mix_choose_half_of_the_rows() -> None:
    rows = range(1, 102)
    mixed = rows_with_noise({"train_on": "mix"}, rows)
    assert mixed is not None
    assert len(mixed) == 50
    assert rows_with_noise({"train_on": "mix", "noise_seed": 1}, rows) not in (mixed, None)
    assert rows_with_noise({"train_on": "mix"}, rows, epoch=1) not in (mixed, None)
    assert rows_with_noise({"train_on": "noisy"}, rows) is None


def test_rows_texts_and_epochs_have_noise_of_their_own() -> None:
    noise = noise_of({})
    texts = {noise.of(PROSE, row, number).text for row in (1, 2) for number in (0, 1)}
    texts |= {noise_of({}, epoch=1).of(PROSE, 1).text}
    assert len(texts) == 5
    assert noise.of(PROSE, 1).text in texts


def test_closed_parts_stay_and_something_is_left_of_whole_ones() -> None:
    for seed in range(300):
        noise = Noise(kinds=noise_kinds(), share=0.3, seed=seed)
        noisy = noise.of("It cost $5, not more, (he said).", closed=[(3, 7)], whole=[(8, 10)])
        assert " cost" in noisy.text or "cost " in noisy.text
        start, end = noisy.moved((8, 10))
        assert noisy.text[start:end].strip()


def test_there_is_a_switch_for_each_kind_and_typos_are_on() -> None:
    fields = {field.name: field for field in noise_fields()}
    assert [name for name in fields if name.startswith("noise_")][1:-1] == [
        switch_name(kind) for kind in noise_kinds()
    ]
    assert [kind.id for kind in noise_kinds() if kind.default] == ["typos"]
    assert {field.section for field in fields.values()} == {"noise"}
    assert not any(why_not(field, field.default) for field in fields.values())
    assert noise_of({"noise_typos": False}).kinds == (KINDS["typos"],)  # the curve needs one all the same
    assert [kind.id for kind in noise_of({"noise_typos": False, "noise_ocr": True}).kinds] == ["ocr"]


def test_accents_are_those_of_letters() -> None:
    for text in ("naïve", unicodedata.normalize("NFD", "naïve")):
        assert {with_all(text, 0.3, seed, "accents").text for seed in range(60)} == {text, "naive"}
    assert with_all("日本語 हिन्दी 한국어 שלום", 0.3, 1, "accents").edits == ()
