"""Places in a text: Python counts characters, Qt counts units of 16 bits, of which an emoji takes two."""

from __future__ import annotations


def qt_place(text: str, place: int) -> int:
    """Returns Qt's number of a place.

    Args:
        text: The whole text.
        place: Characters before it.
    """
    before = text[:place]
    return len(before) if before.isascii() else len(before.encode("utf-16-le", "surrogatepass")) // 2


def place_of(text: str, qt: int) -> int:
    """Returns how many characters stand before a place of Qt's; an emoji is never cut in two.

    Args:
        text: The whole text.
        qt: Units of 16 bits before it.
    """
    if text[:qt].isascii():
        return min(qt, len(text))
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * qt]
    return len(units.decode("utf-16-le", "ignore"))
