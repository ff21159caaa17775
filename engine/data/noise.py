"""Artificial typos: a text as someone types it who hurries, to train and to test on."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

LARGEST_SHARE = 0.3
"""Share of the characters that may become typos; with more a text cannot be read."""

_PLACEHOLDER = re.compile(
    r"%\(\w+\)[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]"  # %(name)s
    r"|%[-#0+]*\d*(?:\.\d+)?[sdifgxr](?![^\W\d_])|%%"  # %s, %5.1f, %%
    r"|\$?\{[^{}\s]*\}"  # {name}, {}, ${name}
    r"|</?\w[^<>]*>"  # <b>, </a>
    r"|&#?\w+;"  # &amp;
    r"|https?://\S+|\w[\w.+-]{0,63}@\w[\w.-]*\w"  # addresses
)
"""What programs fill in or read: no person types it, and with a typo it would mean nothing."""

_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")


def _neighbours() -> dict[str, str]:
    """Returns key → the keys around it; rows of a keyboard stand half a key apart."""
    around: dict[str, str] = {}
    for above, row in enumerate(_ROWS):
        for place, key in enumerate(row):
            near = [(above, place - 1), (above, place + 1), (above - 1, place), (above - 1, place + 1)]
            near += [(above + 1, place - 1), (above + 1, place)]
            around[key] = "".join(
                _ROWS[line][at] for line, at in near if 0 <= line < len(_ROWS) and 0 <= at < len(_ROWS[line])
            )
    return around


_NEAR = _neighbours()


def with_typos(text: str, share: float, seed: int | tuple[int, int] = 0) -> str:
    """Returns a text with typos: keys beside the right one, letters left out, put in, or swapped, wrong case.

    Every typo is one edit of a character. Words stay words: spaces and line breaks are never touched,
    no word disappears, and placeholders (``%s``, ``{name}``, tags, addresses) stay as they are. A
    larger share makes the same typos and more.

    Args:
        text: What was to be typed.
        share: Typos as a share of the characters that are neither spaces nor part of placeholders, 0 to
            0.3. What is not a whole number of them is rounded by chance, so that short texts have them
            too.
        seed: The same one makes the same typos. For many texts give a number and the row:
            ``(seed, row)``.

    Raises:
        ValueError: When the share is out of range.
    """
    if not 0 <= share <= LARGEST_SHARE:
        raise ValueError(f"A share of typos from 0 to {LARGEST_SHARE} is possible, not {share}.")
    places = _open_places(text)
    if not places or share == 0:
        return text
    # One number says whether to round up; a key and two numbers for each place say which and what.
    numbers = np.random.PCG64(list(seed) if isinstance(seed, tuple) else seed).random_raw(1 + 3 * len(places))
    shares = numbers.astype(np.float64) / 2.0**64
    wanted = int(share * len(places) + shares[0])
    keys = shares[1 : 1 + len(places)]
    kinds, choices = shares[1 + len(places) :].reshape(2, -1).tolist()
    order = sorted(range(len(places)), key=lambda number: keys[number])
    typed = _Typed(text, places)
    for number in order:
        if typed.typos == wanted:
            break
        typed.spoil(places[number], kinds[number], choices[number])
    return str(typed)


def _open_places(text: str) -> list[int]:
    """Returns where a typo may be."""
    closed = {place for match in _PLACEHOLDER.finditer(text) for place in range(*match.span())}
    return [place for place, letter in enumerate(text) if not letter.isspace() and place not in closed]


class _Typed:
    """A text under the fingers: what stands at each of its places by now."""

    def __init__(self, text: str, places: list[int]) -> None:
        self._letters = list(text)
        self._open = set(places)
        self._word_of, self._left = _words(text)
        self.typos = 0

    def __str__(self) -> str:
        return "".join(self._letters)

    def spoil(self, place: int, kind: float, choice: float) -> None:
        """Makes one typo, of the kind that a number from 0 to 1 says, or the next kind that is possible.

        A place that was swapped with its neighbour already is left alone.
        """
        if place not in self._open:
            return
        first = next(number for number, (limit, _) in enumerate(_KINDS) if kind < limit)
        for number in range(len(_KINDS)):
            _, make = _KINDS[(first + number) % len(_KINDS)]
            if make(self, place, choice):
                self._open.discard(place)
                self.typos += 1
                return

    def substitute(self, place: int, choice: float) -> bool:
        """Hits a key beside the right one."""
        letter = self._letters[place]
        near = _NEAR.get(letter.lower(), "")
        if not near:
            return False
        hit = near[int(choice * len(near))]
        self._letters[place] = hit.upper() if letter.isupper() else hit
        return True

    def leave_out(self, place: int, _choice: float) -> bool:
        """Misses a key; the last letter of a word is not missed."""
        word = self._word_of[place]
        if self._left[word] < 2:
            return False
        self._letters[place] = ""
        self._left[word] -= 1
        return True

    def put_in(self, place: int, choice: float) -> bool:
        """Hits a key twice, or one beside it as well."""
        letter = self._letters[place]
        near = _NEAR.get(letter.lower(), "")
        also = (letter + near)[int(choice * (1 + len(near)))] if letter else ""
        self._letters[place] = letter + (also.upper() if letter.isupper() else also)
        return bool(also)

    def swap(self, place: int, _choice: float) -> bool:
        """Hits a key before the one that comes first."""
        after = place + 1
        if after not in self._open or self._letters[place] == self._letters[after]:
            return False
        letters = self._letters
        letters[place], letters[after] = letters[after], letters[place]
        self._open.discard(after)
        return True

    def change_case(self, place: int, _choice: float) -> bool:
        """Holds the shift key too long or not at all."""
        letter = self._letters[place]
        other = letter.swapcase()
        if other == letter or len(other) != 1:
            return False
        self._letters[place] = other
        return True


_KINDS: tuple[tuple[float, Callable[[_Typed, int, float], bool]], ...] = (
    (0.35, _Typed.substitute),
    (0.55, _Typed.leave_out),
    (0.75, _Typed.put_in),
    (0.95, _Typed.swap),
    (1.01, _Typed.change_case),
)
"""Up to which number each kind of typo is chosen: most are wrong keys, few the wrong case."""


def _words(text: str) -> tuple[list[int], list[int]]:
    """Returns the number of the word at each place, and how many characters each word has."""
    word_of: list[int] = []
    sizes = [0]
    for letter in text:
        if letter.isspace():
            sizes.append(0)
        else:
            sizes[-1] += 1
        word_of.append(len(sizes) - 1)
    return word_of, sizes
