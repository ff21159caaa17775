"""OCR confusions: letters that a scanner takes for others that look alike."""

from __future__ import annotations

from engine.noising import Draw, NoiseKind
from engine.noisy_page import Page

_SINGLE = {
    "a": "oeu",
    "b": "h6",
    "c": "eo",
    "d": "clo",
    "e": "co",
    "f": "tl",
    "g": "q9",
    "h": "bn",
    "i": "l1j",
    "j": "i",
    "k": "lx",
    "l": "1Ii",
    "m": "n",
    "n": "ur",
    "o": "0ec",
    "p": "n",
    "q": "g9",
    "r": "nt",
    "s": "5z",
    "t": "fl",
    "u": "nv",
    "v": "yu",
    "w": "v",
    "x": "k",
    "y": "v",
    "z": "2s",
    "A": "4R",
    "B": "8R",
    "C": "GO",
    "D": "OQ",
    "E": "FB",
    "F": "EP",
    "G": "C6",
    "H": "NM",
    "I": "l1",
    "J": "I",
    "K": "X",
    "L": "I",
    "M": "N",
    "N": "M",
    "O": "0Q",
    "P": "FR",
    "Q": "O0",
    "R": "PB",
    "S": "58",
    "T": "I7",
    "U": "VO",
    "V": "UY",
    "W": "V",
    "X": "K",
    "Y": "V",
    "Z": "27",
    "0": "Oo",
    "1": "lI",
    "2": "Z",
    "3": "8",
    "4": "A",
    "5": "S",
    "6": "b",
    "7": "T1",
    "8": "B3",
    "9": "g",
    ".": ",",
    ",": ".",
    ":": ";",
    ";": ":",
    "!": "1l",
    "é": "e6",
    "è": "e",
    "ä": "a",
    "ö": "o",
    "ü": "uii",
    "ß": "B",
}
"""Letter → letters that look like it; after Nguyen et al. 2019 and Jatowt et al. 2019 on OCR errors."""

_APART = {"m": "rn", "d": "cl", "w": "vv", "u": "ii", "h": "li", "n": "ri", "H": "II", "U": "LI", "b": "lo"}
"""Letter → two that it falls apart into."""
_TOGETHER = {"rn": "m", "cl": "d", "vv": "w", "ri": "n", "li": "h", "ii": "u", "nn": "m", "in": "m"}
"""Two letters → one that they run together into."""

_APART_TO, _TOGETHER_TO = 0.15, 0.3
"""Numbers up to which a letter falls apart, or runs together with the next, where it can."""


def _places(page: Page) -> list[int]:
    return [place for place in page.letters if page.text[place] in _SINGLE]


def _strike(page: Page, place: int, draw: Draw) -> bool:
    """Takes a letter for what looks like it."""
    letter, pair = page.text[place], page.text[place : place + 2]
    if draw.which < _APART_TO and letter in _APART:
        return page.replace(place, place + 1, _APART[letter])
    if draw.which < _TOGETHER_TO and pair in _TOGETHER and page.replace(place, place + 2, _TOGETHER[pair]):
        return True
    alike = _SINGLE[letter]
    return page.replace(place, place + 1, alike[int(draw.what * len(alike))])


NOISE = NoiseKind(
    id="ocr",
    name="OCR confusions",
    words="OCR confusions",
    summary="Letters that a scanner takes for others: l and 1, O and 0, rn and m.",
    unit="characters",
    places=_places,
    strike=_strike,
    stream=(1,),
)
