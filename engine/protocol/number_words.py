"""Numbers as people read them, said in the same way by the window and on the command line."""

from __future__ import annotations

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number_name(number: int) -> str:
    """Returns a small number in letters, a larger one in digits: ``"four"``, ``"12"``."""
    return _SMALL[number] if 0 <= number < len(_SMALL) else f"{number:,}"


def score_number(value: float) -> str:
    """Returns a measure for people: ``"0.951"``, ``"1.000"``, ``"8.12"``, ``"46.0"``, ``"1,199.7"``."""
    size = abs(value)
    if size >= 10_000:
        return f"{round(value):,}"
    return f"{value:,.{3 if size <= 1 else 2 if size < 9.995 else 1}f}"


def share_number(share: float) -> str:
    """Returns a share: ``"23.6 %"``, ``"1.95 %"``, ``"0.003 %"``.

    "0 %" and "100 %" are said only of nothing and of all.

    Args:
        share: 0 to 1.
    """
    value = share * 100
    if value <= 0 or value >= 100:
        return f"{value:.0f} %"
    if value >= 10:
        return f"{_plain(min(value, 99.9), 1)} %"
    digits = 2 if value >= 0.01 else 3
    while round(value, digits) == 0:
        digits += 1
    return f"{_plain(value, digits)} %"


def bytes_number(number_of_bytes: float) -> str:
    """Returns an amount of data: ``"1.4 GB"``, ``"90 MB"``, ``"12 kB"``, ``"512 bytes"``."""
    for limit, unit in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if number_of_bytes >= limit * 0.9995:
            value = number_of_bytes / limit
            return f"{value:.1f} {unit}" if value < 9.95 else f"{value:.0f} {unit}"
    return f"{round(number_of_bytes)} bytes"


def _plain(value: float, digits: int) -> str:
    """Returns a number without the zeros at its end."""
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
