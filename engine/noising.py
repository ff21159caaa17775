"""Noise in texts: what a kind of noise is, and how several of them come over a text together.

A kind stands in a file of its own in ``engine/data/noise``. Every change is an edit with its place, so that
tags and answers can be moved along and changes can be marked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from engine.noisy_page import Edit, Page, Span
from engine.protocol.fields import Field, SettingValue

LARGEST_SHARE = 0.3
"""Share of the places that noise may touch; with more a text cannot be read."""


class Draw(NamedTuple):
    """What chance says of one place.

    Attributes:
        which: A number from 0 to 1: which of the things that a kind does.
        what: Another one: how it does it.
        settings: Those of the kind.
    """

    which: float
    what: float
    settings: Mapping[str, SettingValue]


@dataclass(frozen=True, kw_only=True)
class NoiseKind:
    """A kind of noise; a file in ``engine/data/noise`` ends in one.

    Attributes:
        id: Equal to the file name.
        name: As a switch is labelled: ``"Typos"``.
        words: The same inside a sentence: ``"typos"``.
        summary: What it does, one sentence.
        unit: Of what a share is touched, e.g. ``"characters"``. Kinds with the same unit divide it evenly.
        places: ``(page) -> places`` where it could do something.
        strike: ``(page, place, draw) -> whether it could``; changes the page there.
        settings: What a person may set about it.
        stream: What makes its random numbers its own.
        default: Whether it is chosen where nobody chose.
    """

    id: str
    name: str
    words: str
    summary: str
    unit: str
    places: Callable[[Page], Sequence[int]]
    strike: Callable[[Page, int, Draw], bool]
    settings: tuple[Field, ...] = ()
    stream: tuple[int, ...]
    default: bool = False


@dataclass(frozen=True)
class NoisyText:
    """A text with noise in it.

    Attributes:
        text: As it is read.
        edits: What was done, in the order of the places; none touches another.
    """

    text: str
    edits: tuple[Edit, ...] = ()

    def moved(self, span: Span) -> Span:
        """Returns where a part of the clean text stands now, with every edit that touches it.

        Args:
            span: First character and the one after the last, in the clean text.
        """
        before_start = before_end = 0
        start, end = span
        for edit in self.edits:
            grown = len(edit.text) - (edit.end - edit.start)
            if edit.end <= span[0]:
                before_start += grown
            elif edit.start < span[0]:  # begins before: all that took its place belongs to the part
                start = edit.start
            if edit.start < span[1]:
                before_end += grown
                end = max(end, edit.end)
        return start + before_start, end + before_end

    @property
    def changes(self) -> list[tuple[Span, Edit]]:
        """Returns where each edit stands in the text as it is read, in their order."""
        grown, found = 0, []
        for edit in self.edits:
            start = edit.start + grown
            found.append(((start, start + len(edit.text)), edit))
            grown += len(edit.text) - (edit.end - edit.start)
        return found


@dataclass(frozen=True, kw_only=True)
class Noise:
    """Kinds of noise at one rate, the same each time.

    Attributes:
        kinds: Which; each touches its share of its own places.
        share: 0 to 0.3.
        seed: The same one makes the same noise in a row, whatever stands around it.
        epoch: Another one makes other noise; 0 for noise that stays.
        settings: Those of the kinds.
        rows: Numbers of the rows that get noise; ``None`` for all.
    """

    kinds: tuple[NoiseKind, ...]
    share: float
    seed: int = 0
    epoch: int = 0
    settings: Mapping[str, SettingValue] = field(default_factory=dict)
    rows: frozenset[int] | None = None

    def of(
        self,
        text: str,
        row: int = 0,
        number: int = 0,
        closed: Sequence[Span] = (),
        whole: Sequence[Span] = (),
    ) -> NoisyText:
        """Returns a text with noise.

        Of its places each kind touches the share; what is not a whole number of them is rounded by chance,
        so that short texts have noise too. A larger share makes the same edits and more.

        Args:
            text: The clean text.
            row: Its row.
            number: Which of the texts of its row, from 0.
            closed: Parts that stay as they are.
            whole: Parts of which something must be left.

        Raises:
            ValueError: When the share is out of range.
        """
        if not 0 <= self.share <= LARGEST_SHARE:
            raise ValueError(f"A share of noise from 0 to {LARGEST_SHARE} is possible, not {self.share}.")
        if not self.share or (self.rows is not None and row not in self.rows):
            return NoisyText(text)
        page = Page(text, closed, whole)
        units = [kind.unit for kind in self.kinds]
        turns: list[tuple[float, int]] = []
        strikers: list[Iterator[bool]] = []
        for place, kind in enumerate(self.kinds):
            alike = units.count(kind.unit)
            share = self.share / alike
            entropy = [self.seed, row, self.epoch, number, *kind.stream]
            times, striker = _plan(page, kind, share, entropy, self.settings)
            turns += [(time * alike, place) for time in times]  # on the scale of the whole share
            strikers.append(striker)
        for _, place in sorted(turns):
            next(strikers[place], False)
        return NoisyText(str(page), tuple(sorted(page.edits)))


def _plan(
    page: Page, kind: NoiseKind, share: float, entropy: Sequence[int], settings: Mapping[str, SettingValue]
) -> tuple[list[float], Iterator[bool]]:
    """Says when a kind has its turns while the share grows, and returns what takes one turn after the other.

    One number says whether to round up; a key and two numbers for each place say which and what. They are
    raw numbers, whose stream numpy guarantees for all its versions.
    """
    places = kind.places(page)
    if not places:
        return [], iter(())
    numbers = np.random.PCG64(list(entropy)).random_raw(1 + 3 * len(places)).astype(np.float64) / 2.0**64
    keys = numbers[1 : 1 + len(places)]
    which, what = numbers[1 + len(places) :].reshape(2, -1).tolist()
    wanted = int(share * len(places) + numbers[0])
    times = [(turn - float(numbers[0])) / len(places) for turn in range(1, wanted + 1)]

    def strike() -> Iterator[bool]:
        for number in np.argsort(keys, kind="stable").tolist():
            page.by = kind.id  # others have struck since
            if kind.strike(page, places[number], Draw(which[number], what[number], settings)):
                yield True

    return times, strike()
