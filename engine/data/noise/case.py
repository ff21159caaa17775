"""Wrong case: words all in capitals, all small, or with the wrong first letter."""

from __future__ import annotations

import re

from engine.noising import Draw, NoiseKind
from engine.noisy_page import Page

_WORD = re.compile(r"\S+")


def _others(word: str) -> list[str]:
    """Returns a word in the cases that it is not in, where every letter stays one letter."""
    cased = (word.upper(), word.lower(), word[0].swapcase() + word[1:])
    return [other for other in dict.fromkeys(cased) if other != word and len(other) == len(word)]


def _word_at(page: Page, place: int) -> str:
    match = _WORD.match(page.text, place)
    return match[0] if match else ""


def _places(page: Page) -> list[int]:
    return [
        match.start()
        for match in _WORD.finditer(page.text)
        if page.is_open(*match.span()) and _others(match[0])
    ]


def _strike(page: Page, place: int, draw: Draw) -> bool:
    """Writes a word in another case; each letter that changes is an edit of its own."""
    word = _word_at(page, place)
    if not page.is_open(place, place + len(word)):
        return False
    others = _others(word)
    became = others[int(draw.what * len(others))]
    for at, (before, after) in enumerate(zip(word, became, strict=True), start=place):
        if before != after:
            page.replace(at, at + 1, after)
    return True


NOISE = NoiseKind(
    id="case",
    name="Wrong case",
    words="wrong case",
    summary="Words in capitals, without capitals, or with the wrong first letter.",
    unit="words",
    places=_places,
    strike=_strike,
    stream=(2,),
)
