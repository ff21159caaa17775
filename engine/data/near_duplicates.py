"""Near duplicates: texts that are almost the same, found without comparing each with each.

A text is the set of its runs of a few letters. Two sets whose Jaccard similarity is high have the same
smallest hash in most of many orders (MinHash, Broder 1997), so texts that agree in a whole band of those
are compared, and only they (Leskovec, Rajaraman & Ullman 2014, chapter 3). What is told was compared run
by run; nothing is drawn at random, so the same texts give the same answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ALIKE = 0.8
"""Share of the runs of letters that two near duplicates have in common, of all that either has."""

_RUN = 5
"""Letters in a run, spaces among them."""
_FEWEST_RUNS = 16
"""Different ones that a text has at least; shorter ones are compared whole only: a letter is much in them."""
_BANDS, _IN_BAND = 10, 4
"""A pair of similarity s meets in a band with 1 - (1 - s⁴)¹⁰: 0.995 at 0.8, 0.48 at 0.5, 0.02 at 0.2."""
_LIKELY = 0.6
"""Share of equal smallest hashes from which a pair is compared: three standard errors below 0.8."""
_MOST_RUNS = 2**24
"""Runs that are looked at for the bands; of more only those whose hash is even, or a multiple of 4 …"""
_CHUNK = 2**16
"""Letters that are hashed together: they stay in the processor's cache."""
_PAIRS_AT_ONCE = 20_000

Hashes = NDArray[np.uint32]
Numbers = NDArray[np.int64]
Truths = NDArray[np.bool_]


class Pair(NamedTuple):
    """Two texts that are almost the same.

    Attributes:
        first: Number of the one that stands first, from 0.
        second: Number of the other.
        alike: Their Jaccard similarity, 0 to 1.
    """

    first: int
    second: int
    alike: float


class NearDuplicates(NamedTuple):
    """What is almost the same among texts.

    Attributes:
        pairs: Pairs from different groups, the most alike first; enough of them to join all that belong
            together. The first text of a group stands for all of it.
        groups: A number per text: those that are the same or almost the same have the same one.
    """

    pairs: list[Pair]
    groups: list[int]


def near_duplicates(texts: Sequence[str], groups: Sequence[int]) -> NearDuplicates:
    """Finds the texts that are almost the same.

    Args:
        texts: The texts; capitals and spaces are left aside.
        groups: A number per text: texts with the same number are known to belong together.
    """
    firsts: dict[int, int] = {}
    members = [firsts.setdefault(group, len(firsts)) for group in groups]
    places = np.unique(members, return_index=True)[1].tolist()
    plain = [" ".join(texts[place].split()).casefold() for place in places]
    joined = _Joined(len(plain))
    pairs: list[Pair] = []
    compared = np.zeros(0, dtype=np.int64)
    for ones, others in _candidates(*_signatures(plain)):
        keys = ones * len(plain) + others
        new = joined.are_apart(ones, others) & ~np.isin(keys, compared, kind="sort")
        ones, others = ones[new], others[new]
        compared = np.r_[compared, keys[new]]
        for begin in range(0, len(ones), _PAIRS_AT_ONCE):
            some = slice(begin, begin + _PAIRS_AT_ONCE)
            alike = _similarities(plain, ones[some], others[some])
            for place in np.flatnonzero(alike >= ALIKE).tolist():
                one, other = int(ones[some][place]), int(others[some][place])
                if joined.join(one, other):
                    pairs.append(Pair(places[one], places[other], float(alike[place])))
    pairs.sort(key=lambda pair: (-pair.alike, pair.first, pair.second))
    return NearDuplicates(pairs, joined.roots()[members].tolist())


class _Joined:
    """Which texts belong together (union-find)."""

    def __init__(self, texts: int) -> None:
        self._parent = np.arange(texts)

    def join(self, one: int, other: int) -> bool:
        """Notes that two texts belong together; returns whether that is new."""
        first, second = sorted((self._root(one), self._root(other)))
        self._parent[second] = first
        return first != second

    def are_apart(self, ones: Numbers, others: Numbers) -> Truths:
        """Returns which pairs are not known to belong together."""
        roots = self.roots()
        apart: Truths = roots[ones] != roots[others]
        return apart

    def roots(self) -> Numbers:
        """Returns for each text the first one of those that it belongs to."""
        while not np.array_equal(self._parent, shorter := self._parent[self._parent]):
            self._parent = shorter
        return self._parent

    def _root(self, one: int) -> int:
        parent = self._parent
        while (above := int(parent[one])) != one:
            parent[one] = parent[above]
            one = above
        return one


def _candidates(signatures: Hashes, known: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
    """Yields pairs that agree in a band and in most other orders, too; the earlier text first.

    Of many that agree each meets the first of them, and then the one before it: that joins all that are
    alike without comparing each with each.

    Args:
        signatures: The smallest hashes of texts.
        known: Numbers of the texts that have any.
    """
    for band in range(_BANDS):
        keys = np.zeros(len(known), dtype=np.uint64)
        for order in range(band * _IN_BAND, (band + 1) * _IN_BAND):
            keys = keys * np.uint64(0x9E3779B97F4A7C15) + signatures[known, order]
            keys ^= keys >> np.uint64(29)
        by_key = np.argsort(keys, kind="stable")
        begins = np.r_[True, keys[by_key][1:] != keys[by_key][:-1]][: len(known)]
        later = np.flatnonzero(~begins)
        first = np.maximum.accumulate(np.where(begins, np.arange(len(begins)), 0))[later]
        others = known[by_key[later]]
        for ones in (known[by_key[first]], known[by_key[later - 1]]):
            likely = (signatures[ones] == signatures[others]).mean(axis=1) >= _LIKELY
            yield ones[likely], others[likely]


def _signatures(texts: Sequence[str]) -> tuple[Hashes, Numbers]:
    """Returns each text's smallest hashes in some orders, and the numbers of the texts that have any."""
    orders = _BANDS * _IN_BAND
    signatures = np.zeros((len(texts), orders), dtype=np.uint32)
    factors = np.random.PCG64(0).random_raw(orders).astype(np.uint32) | np.uint32(1)
    every = np.uint32(1 << (sum(map(len, texts)) // _MOST_RUNS).bit_length())
    known = [np.zeros(0, dtype=np.int64)]
    for begin, end in _chunks(texts):
        hashes, owners = _hashed(texts[begin:end])
        looked_at = hashes % every == 0
        hashes, owners = hashes[looked_at], owners[looked_at]
        if not len(hashes):
            continue
        starts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
        rows = owners[starts] + begin
        mixed = np.empty_like(hashes)
        for order, factor in enumerate(factors):
            np.multiply(hashes, factor, out=mixed)
            signatures[rows, order] = np.minimum.reduceat(mixed, starts)
        known.append(rows)
    return signatures, np.concatenate(known)


def _similarities(texts: Sequence[str], ones: Numbers, others: Numbers) -> NDArray[np.float64]:
    """Returns the Jaccard similarity of the runs of each pair of texts, 0 to 1; 0 for too few runs."""
    used, places = np.unique(np.r_[ones, others], return_inverse=True)
    runs = _sorted_runs([texts[number] for number in used])
    if not len(runs):
        return np.zeros(len(ones))
    sizes = _counted(runs, len(used))
    begins = np.cumsum(sizes) - sizes
    # Each run of the other text of a pair is looked up among those of the one: what is found is shared.
    first, second = sizes[places[: len(ones)]], sizes[places[len(ones) :]]
    within = np.arange(second.sum()) - np.repeat(np.cumsum(second) - second, second)
    looked_up = runs[np.repeat(begins[places[len(ones) :]], second) + within] & np.uint64(0xFFFFFFFF)
    looked_up |= np.repeat(places[: len(ones)].astype(np.uint64) << np.uint64(32), second)
    found = np.minimum(np.searchsorted(runs, looked_up), len(runs) - 1)
    of_pair = np.repeat(np.arange(len(ones)), second)
    shared = np.bincount(of_pair[runs[found] == looked_up], minlength=len(ones))
    similarities = shared / np.maximum(1, first + second - shared)
    return np.where(np.minimum(first, second) < _FEWEST_RUNS, 0.0, similarities)


def _sorted_runs(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Returns the different runs of texts in order: number of the text and, in the lower half, its hash."""
    sorted_runs = [np.zeros(0, dtype=np.uint64)]
    for begin, end in _chunks(texts):
        hashes, owners = _hashed(texts[begin:end])
        runs = np.sort((owners + begin).astype(np.uint64) << np.uint64(32) | hashes)
        sorted_runs.append(runs[np.r_[True, runs[1:] != runs[:-1]][: len(runs)]])
    return np.concatenate(sorted_runs)


def _counted(keys: NDArray[np.uint64], numbers: int) -> Numbers:
    """Returns how often each number stands in the upper half of some keys."""
    counts: Numbers = np.bincount((keys >> np.uint64(32)).astype(np.int64), minlength=numbers)
    return counts


def _chunks(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yields where some texts begin and end that are hashed together."""
    begin, letters = 0, 0
    for place, text in enumerate(texts):
        letters += len(text)
        if letters >= _CHUNK or place == len(texts) - 1:
            yield begin, place + 1
            begin, letters = place + 1, 0


def _hashed(texts: Sequence[str]) -> tuple[Hashes, Numbers]:
    """Returns a hash for every run of letters of the texts that are long enough, and whose it is."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    letters = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    runs = max(0, len(letters) - _RUN + 1)
    hashes = np.zeros(runs, dtype=np.uint32)
    for place in range(_RUN):
        hashes = hashes * np.uint32(0x01000193) + letters[place : place + runs]
        hashes ^= hashes >> np.uint32(13)
    hashes *= np.uint32(0x9E3779B1)
    owners = np.repeat(np.arange(len(texts)), lengths)[:runs]
    whole = np.arange(runs) + _RUN <= np.cumsum(lengths)[owners]
    whole &= lengths[owners] - _RUN + 1 >= _FEWEST_RUNS
    return hashes[whole], owners[whole]
