"""Missing accents: é, ü and å as someone types them whose keyboard does not have them."""

from __future__ import annotations

import unicodedata

from engine.noising import Draw, NoiseKind
from engine.noisy_page import Page

_WRITTEN = {
    "ä": ("a", "ae"),
    "ö": ("o", "oe"),
    "ü": ("u", "ue"),
    "ß": ("ss",),
    "æ": ("ae",),
    "œ": ("oe",),
    "ø": ("o", "oe"),
    "å": ("a", "aa"),
    "ł": ("l",),
    "đ": ("d",),
    "ð": ("d",),
    "þ": ("th",),
    "ı": ("i",),
}
"""Letters that people write in a way of their own where they lack the key."""
_MARKS = range(0x300, 0x370)
"""Accents that stand by themselves behind their letter."""


def _plain(letter: str) -> tuple[str, ...]:
    """Returns what is written instead of a letter with an accent; nothing for other letters."""
    small = letter.lower()
    if small in _WRITTEN:
        ways = _WRITTEN[small]
        return tuple(way.capitalize() for way in ways) if letter != small else ways
    if len(letter) == 1 and ord(letter) in _MARKS:
        return ("",)
    whole = unicodedata.normalize("NFD", letter)
    bare = "".join(part for part in whole if ord(part) not in _MARKS)
    return (bare,) if bare and bare != whole else ()


def _places(page: Page) -> list[int]:
    return [place for place in page.letters if not page.text[place].isascii() and _plain(page.text[place])]


def _strike(page: Page, place: int, draw: Draw) -> bool:
    """Writes a letter without its accent."""
    ways = _plain(page.text[place])
    return page.replace(place, place + 1, ways[int(draw.what * len(ways))])


NOISE = NoiseKind(
    id="accents",
    name="Missing accents",
    words="missing accents",
    summary="Letters without their accents: e for é, u or ue for ü.",
    unit="letters with accents",
    places=_places,
    strike=_strike,
    stream=(3,),
)
