"""A text while noise comes over it: what was done to it, and where more may be done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

Span: TypeAlias = tuple[int, int]
"""First character of a part, and the one after its last."""

_PLACEHOLDER = re.compile(
    r"%\(\w+\)[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]"  # %(name)s
    r"|%[-#0+]*\d*(?:\.\d+)?[sdifgxr](?![^\W\d_])|%%"  # %s, %5.1f, %%
    r"|\$?\{[^{}\s]*\}"  # {name}, {}, ${name}
    r"|</?\w[^<>]*>"  # <b>, </a>
    r"|&#?\w+;"  # &amp;
    r"|https?://\S+|\w[\w.+-]{0,63}@\w[\w.-]*\w"  # addresses
)
"""What programs fill in or read: no person types it, and with noise in it it would mean nothing."""
_WORD = re.compile(r"\S+")


class Edit(NamedTuple):
    """A change of a text.

    Attributes:
        start: First character that it takes the place of, in the clean text.
        end: The character after the last; equal to ``start`` where something is put in.
        text: What stands there now; empty where something was left out.
        kind: Id of the kind of noise.
    """

    start: int
    end: int
    text: str
    kind: str


class Page:
    """A text under noise. No place is touched twice, and placeholders never are.

    Attributes:
        text: As it was.
        edits: What was done so far.
        by: Id of the kind of noise that has its turn.
    """

    def __init__(self, text: str, closed: Sequence[Span] = (), whole: Sequence[Span] = ()) -> None:
        """Takes a clean text.

        Args:
            text: The text.
            closed: Parts that stay as they are.
            whole: Parts of which something must be left.
        """
        self.text = text
        self.edits: list[Edit] = []
        self.by = ""
        spans = [match.span() for match in _PLACEHOLDER.finditer(text)]
        self._closed = {place for span in [*spans, *closed] for place in range(*span)}
        self._touched: set[int] = set()
        self._word_of, self._left = _words(text)
        self._whole = [*whole, (0, len(text))]
        self._left_of_whole = [_length(text[slice(*span)]) for span in self._whole]

    def __str__(self) -> str:
        parts, at = [], 0
        for edit in sorted(self.edits):
            parts += [self.text[at : edit.start], edit.text]
            at = edit.end
        return "".join([*parts, self.text[at:]])

    @property
    def letters(self) -> list[int]:
        """Returns the places that are neither spaces nor closed."""
        return [
            place
            for place, letter in enumerate(self.text)
            if not letter.isspace() and place not in self._closed
        ]

    def is_closed(self, place: int) -> bool:
        """Returns whether a place must stay as it is; also beyond the ends of the text."""
        return not 0 <= place < len(self.text) or place in self._closed

    def is_open(self, start: int, end: int) -> bool:
        """Returns whether all places from one to another may still be changed."""
        places = range(max(0, start), min(end, len(self.text)))
        return (
            len(places) == end - start
            and self._closed.isdisjoint(places)
            and self._touched.isdisjoint(places)
        )

    def left_of_word(self, place: int) -> int:
        """Returns how many characters of the word at a place have not been left out."""
        return self._left[self._word_of[place]]

    def replace(self, start: int, end: int, text: str) -> bool:
        """Puts something else in the place of a part.

        Args:
            start: First character.
            end: The one after the last.
            text: What stands there from now on; nothing leaves the part out.

        Returns:
            Whether that was possible: the part was open, and enough is left.
        """
        if not self.is_open(start, end) or not (text or self._may_lose(start, end)):
            return False
        self._touched.update(range(start, end))
        self.edits.append(Edit(start, end, text, self.by))
        return True

    def _may_lose(self, start: int, end: int) -> bool:
        """Takes note that a part is left out, unless nothing would be left of what must not vanish."""
        lost = _length(self.text[start:end])
        concerned = [
            number for number, (first, last) in enumerate(self._whole) if first < end and start < last
        ]
        if lost and any(self._left_of_whole[number] <= lost for number in concerned):
            return False
        self._left[self._word_of[start]] -= lost
        for number in concerned:
            self._left_of_whole[number] -= lost
        return True

    def put_in(self, place: int, text: str) -> bool:
        """Puts something before a place, which counts as touched from now on."""
        if not self.is_open(place, place + 1):
            return False
        self._touched.add(place)
        self.edits.append(Edit(place, place, text, self.by))
        return True


def _length(text: str) -> int:
    """Returns how many characters a text has, without spaces."""
    return len("".join(text.split()))


def _words(text: str) -> tuple[list[int], list[int]]:
    """Returns the number of the word at each place but spaces, and how many characters each word has."""
    word_of, sizes = [0] * len(text), []
    for number, match in enumerate(_WORD.finditer(text)):
        start, end = match.span()
        word_of[start:end] = [number] * (end - start)
        sizes.append(end - start)
    return word_of, sizes
