"""Dropped punctuation: commas, full stops, apostrophes and hyphens that nobody types in a hurry."""

from __future__ import annotations

import unicodedata

from engine.noising import Draw, NoiseKind
from engine.noisy_page import Page


def _places(page: Page) -> list[int]:
    return [place for place in page.letters if unicodedata.category(page.text[place]).startswith("P")]


def _strike(page: Page, place: int, _draw: Draw) -> bool:
    """Leaves a mark out; the last character of a text stays."""
    return page.replace(place, place + 1, "")


NOISE = NoiseKind(
    id="punctuation",
    name="Dropped punctuation",
    words="dropped punctuation",
    summary="Commas, full stops, apostrophes and other marks are left out.",
    unit="punctuation marks",
    places=_places,
    strike=_strike,
    stream=(4,),
)
