"""Columns that name rows instead of saying something: numbers that count up, codes, UUIDs."""

from __future__ import annotations

import re
from collections.abc import Sequence

_UUID = re.compile(r"\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?", re.IGNORECASE)
_HEX = re.compile(r"(?:0x)?[0-9a-f]{8,}", re.IGNORECASE)
_CODE = re.compile(r"(?=.*\d)[\w#:./-]{3,}")
_WHOLE = re.compile(r"\d+")
_FEWEST = 6
_MOSTLY = 0.95
_LONG = 6
"""Digits of numbers, all of them as long, that need not count up to be ids."""


def id_kind(cells: Sequence[str]) -> str:
    """Returns what kind of ids some cells hold, in words, e.g. ``"UUIDs"``; empty where they are none.

    Ids are different in every row, have no spaces, and are made of digits in part.

    Args:
        cells: Of one column, none blank.
    """
    values = [cell.strip() for cell in cells]
    if len(values) < _FEWEST or len({*values}) < len(values):
        return ""
    if _share(values, _UUID) > _MOSTLY:
        return "UUIDs"
    if all(_WHOLE.fullmatch(value) for value in values):
        return _kind_of_numbers(values)
    if _share(values, _HEX) > _MOSTLY and any(not value.isalpha() for value in values):
        return "hexadecimal codes"
    # One length but for a digit or two, as codes have; words of one's own with a digit in them have not.
    lengths = {len(value) for value in values}
    if _share(values, _CODE) > _MOSTLY and max(lengths) - min(lengths) <= 2:
        return "codes"
    return ""


def _kind_of_numbers(values: Sequence[str]) -> str:
    numbers = sorted(map(int, values))
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        return "numbers that count up"
    alike = {len(value) for value in values}
    return "long numbers" if len(alike) == 1 and min(alike) >= _LONG else ""


def _share(values: Sequence[str], form: re.Pattern[str]) -> float:
    return sum(1 for value in values if form.fullmatch(value)) / len(values)
