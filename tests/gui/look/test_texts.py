"""Numbers in words carry their unit and say no more than is true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.look import texts


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "0 %"),
        (770 / 22_566_146, "0.003 %"),
        (0.0005, "0.05 %"),
        (0.0012, "0.12 %"),
        (0.0195, "1.95 %"),
        (0.236, "23.6 %"),
        (0.99996, "99.9 %"),
        (1, "100 %"),
    ],
)
def test_shares(share: float, words: str) -> None:
    assert texts.percent(share) == words


@given(st.floats(0, 1))
def test_nothing_and_all_are_said_only_of_nothing_and_all(share: float) -> None:
    words = texts.percent(share)
    number = float(words.removesuffix(" %"))
    assert (number == 0) == (share == 0)
    assert (number == 100) == (share == 1)
    assert number == pytest.approx(share * 100, rel=0.5, abs=0.1)


@pytest.mark.parametrize(
    ("number", "compact", "long"),
    [
        (770, "770", "770"),
        (9_999, "9,999", "9,999"),
        (74_600, "74.6 k", "75 thousand"),
        (447_900, "447.9 k", "448 thousand"),
        (1_770_000, "1.77 M", "1.77 million"),
        (22_566_146, "22.57 M", "22.57 million"),
        (1_100_000_000, "1.10 G", "1100.00 million"),
    ],
)
def test_large_numbers(number: int, compact: str, long: str) -> None:
    assert texts.compact_number(number) == compact
    assert texts.million(number) == long


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0.0, "0.000"),
        (0.9514, "0.951"),
        (0.9996, "1.000"),
        (1.0, "1.000"),
        (1.04, "1.04"),
        (8.123, "8.12"),
        (-2.5, "-2.50"),
        (9.996, "10.0"),
        (46.04, "46.0"),
        (603.6, "603.6"),
        (12_345.6, "12,346"),
    ],
)
def test_measures_have_three_digits(value: float, told: str) -> None:
    assert texts.score(value) == told


@given(st.integers(0, 10**13))
def test_compact_numbers_never_lose_a_thousand(number: int) -> None:
    value, _, unit = texts.compact_number(number).partition(" ")
    size = float(value.replace(",", "")) * {"": 1, "k": 1e3, "M": 1e6, "G": 1e9}[unit]
    assert size == pytest.approx(number, rel=0.006, abs=1)


@pytest.mark.parametrize(
    ("seconds", "measured", "expected"),
    [
        (3, "3 s", "a few seconds"),
        (47, "47 s", "about 45 s"),
        (59.7, "1 min", "about 1 min"),
        (131, "2 min 11 s", "about 2 min 10 s"),
        (1500, "25 min", "about 25 min"),
        (3599.8, "1 h", "about 1 h"),
        (5000, "1 h 23 min", "about 1 h 25 min"),
    ],
)
def test_times(seconds: float, measured: str, expected: str) -> None:
    assert texts.duration(seconds) == measured
    assert texts.about_duration(seconds) == expected


@given(st.floats(0, 10**6))
def test_expected_times_are_near_the_truth(seconds: float) -> None:
    words = texts.about_duration(seconds).removeprefix("about ")
    if words == "a few seconds":
        assert seconds < 5
        return
    units = {"s": 1, "min": 60, "h": 3600}
    parts = words.split(" ")
    said = sum(int(value) * units[unit] for value, unit in zip(parts[::2], parts[1::2], strict=True))
    assert said == pytest.approx(seconds, rel=0.51, abs=2.5)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (512, "512 bytes"),
        (1000, "1.0 kB"),
        (300_000, "300 kB"),
        (1_800_000, "1.8 MB"),
        (90_270_000, "90 MB"),
        (1_400_000_000, "1.4 GB"),
        (9_960_000_000, "10 GB"),
    ],
)
def test_sizes(size: int, words: str) -> None:
    assert texts.size(size) == words


@pytest.mark.parametrize(
    ("things", "number", "words"),
    [
        ("texts", 3618, "3,618 texts"),
        ("texts", 1, "1 text"),
        ("entries", 1, "1 entry"),
        ("classes", 1, "1 class"),
        ("word pieces", 1, "1 word piece"),
    ],
)
def test_counts(things: str, number: int, words: str) -> None:
    assert texts.count(things, number) == words


def test_days() -> None:
    now = datetime(2025, 5, 20, 0, 30, tzinfo=UTC)
    assert texts.day(now, now) == "today"
    assert texts.day(now - timedelta(hours=1), now) == "yesterday"  # by the calendar, not by hours
    assert texts.day(now - timedelta(days=8), now) == "12 May"
    assert texts.day(now.replace(year=2024, day=3), now) == "3 May 2024"


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("Macro F1", "macro F1"),
        ("BLEU", "BLEU"),
        ("A mix", "a mix"),
        ("F1", "F1"),
        ("Spearman correlation", "Spearman correlation"),
    ],
)
def test_a_name_in_a_sentence_begins_small_unless_it_is_an_abbreviation_or_a_person(
    name: str, inside: str
) -> None:
    assert texts.inside_a_sentence(name) == inside


@pytest.mark.parametrize(
    ("name", "first"),
    [("perplexity", "Perplexity"), ("chrF", "chrF"), ("F1", "F1"), ("next right", "Next right")],
)
def test_a_name_at_the_start_of_a_line_has_one_capital(name: str, first: str) -> None:
    assert texts.at_the_start(name) == first
