"""Joined and split words: a space that was not hit, or hit in the midst of a word."""

from __future__ import annotations

import re

from engine.noising import Draw, NoiseKind
from engine.noisy_page import Page

_WORD = re.compile(r"\S+")
_JOINED = 0.5
"""Number up to which a word runs into the next one, where it can."""
_FEWEST = 4
"""Characters of a word that can be split."""


def _word_end(page: Page, place: int) -> int:
    match = _WORD.match(page.text, place)
    return match.end() if match else place


def _can_join(page: Page, gap: int) -> bool:
    """Returns whether a single space stands at a place, between two words that may change."""
    text = page.text
    return (
        text[gap : gap + 1] == " "
        and not text[gap + 1 : gap + 2].isspace()
        and not any(page.is_closed(place) for place in (gap - 1, gap, gap + 1))
    )


def _can_split(page: Page, start: int, end: int) -> bool:
    return end - start >= _FEWEST and not any(page.is_closed(place) for place in range(start, end))


def _places(page: Page) -> list[int]:
    return [
        match.start()
        for match in _WORD.finditer(page.text)
        if _can_join(page, match.end()) or _can_split(page, *match.span())
    ]


def _strike(page: Page, place: int, draw: Draw) -> bool:
    """Joins a word with the next one or splits it; the other where the one cannot be."""
    end = _word_end(page, place)

    def join() -> bool:
        return _can_join(page, end) and page.replace(end, end + 1, "")

    def split() -> bool:
        at = place + 1 + int(draw.what * (end - place - 1))
        return _can_split(page, place, end) and page.put_in(at, " ")

    return join() or split() if draw.which < _JOINED else split() or join()


NOISE = NoiseKind(
    id="joined_and_split_words",
    name="Joined and split words",
    words="joined and split words",
    summary="Spaces that are missing between two words, or stand within one.",
    unit="words",
    places=_places,
    strike=_strike,
    stream=(5,),
)
