"""Dates in the ways in which people and programs write them; numbers are understood or refused as a whole."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.dates import day_of, read_times

_MOMENTS = st.integers(160_000_000, 4_000_000_000)  # 1975 to 2096


def days(*values: str) -> list[str]:
    """Returns the days that were read."""
    return [day_of(second) for second in read_times(values).seconds]


@pytest.mark.parametrize(
    ("value", "day", "how"),
    [
        ("44927", "2023-01-01", "days since 1900"),
        ("44927.5", "2023-01-01", "days since 1900"),
        ("1672531200", "2023-01-01", "seconds since 1970"),
        ("1672531200.0", "2023-01-01", "seconds since 1970"),
        ("1672531200000", "2023-01-01", "milliseconds since 1970"),
        ("1.6725312e12", "2023-01-01", "milliseconds since 1970"),
        ("2023", "2023-01-01", "years"),
        ("1600", "1600-01-01", "years"),
        ("202305", "2023-05-01", "year and month"),
        ("20230115", "2023-01-15", "year, month and day"),
    ],
)
def test_numbers_are_read_as_times_and_it_is_said_how(value: str, day: str, how: str) -> None:
    times = read_times([value, value])
    assert days(value, value) == [day, day]
    assert how in times.numbers


@pytest.mark.parametrize(
    "value", ["17", "0", "-3", "450", "9000", "99999999", "20231301", "123456789012345678901"]
)
def test_numbers_that_no_calendar_has_are_none(value: str) -> None:
    times = read_times([value, value])
    assert all(math.isnan(second) for second in times.seconds)
    assert times.only_numbers


def test_a_column_is_read_in_one_way() -> None:
    # 44927 alone would be a day; among seconds it is a slip.
    values = ["1672531200"] * 19 + ["44927"]
    seconds = read_times(values).seconds
    assert seconds[0] == 1672531200
    assert math.isnan(seconds[-1])
    half = read_times(["44927"] * 10 + ["1672531200"] * 10)
    assert all(math.isnan(second) for second in half.seconds)


def test_dates_beside_numbers_are_read_too() -> None:
    assert days(*["2021"] * 12, "2022-05-03")[-1] == "2022-05-03"
    assert math.isnan(read_times(["2023-05-01", "2023-05-02", "44927"]).seconds[2])


@settings(deadline=None)
@given(st.lists(_MOMENTS, min_size=1, max_size=30), st.sampled_from([1, 1000, 1_000_000]))
def test_moments_since_1970_are_read_to_the_second(moments: list[int], parts: int) -> None:
    assert list(read_times([str(moment * parts) for moment in moments]).seconds) == moments


@settings(deadline=None)
@given(st.lists(st.text(max_size=12), max_size=20))
def test_any_text_is_a_time_or_none(values: list[str]) -> None:
    times = read_times(values)
    assert len(times.seconds) == len(values)
    assert all(math.isnan(second) or math.isfinite(second) for second in times.seconds)
