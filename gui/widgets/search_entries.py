"""What *Find anything* can find, and which of it fits the words a person typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.fuzz import ratio

_CLOSE_ENOUGH = 80
"""Likeness in per cent from which a misspelt word is taken for another."""


@dataclass(frozen=True)
class SearchEntry:
    """Something that can be found.

    Attributes:
        id: What is sent when it is chosen, e.g. ``"page:setup"``.
        kind: What it is, in words: "Page", "Setting", "Run", "Help", "Action".
        title: Its name.
        detail: A few words more.
        icon: Name of an icon.
        keys: Its shortcut in words; stands at the right.
        keywords: Other words under which it is found.
    """

    id: str
    kind: str
    title: str
    detail: str = ""
    icon: str = "arrow"
    keys: str = ""
    keywords: str = ""


def find_entries(entries: Sequence[SearchEntry], typed: str, limit: int = 40) -> list[SearchEntry]:
    """Returns the entries that fit, best first; all of them when nothing is typed.

    Every word must be found. A word counts most at the start of the title, then at the start of a word
    of it, then anywhere; words that are only alike come last. Of equal ones the shorter title is meant.

    Args:
        entries: What can be found.
        typed: What the person typed.
        limit: At most so many.
    """
    words = typed.casefold().split()
    if not words:
        return list(entries[:limit])
    scored = [(min(_fit(entry, word) for word in words), entry) for entry in entries]
    fitting = [(score, entry) for score, entry in scored if score > 0]
    fitting.sort(key=lambda pair: (-pair[0], len(pair[1].title)))  # stable: equal ones stay in their order
    return [entry for _, entry in fitting[:limit]]


def _fit(entry: SearchEntry, word: str) -> float:
    """Returns how well one word fits an entry, 0 (not at all) to 5."""
    title = entry.title.casefold()
    others = f"{entry.detail} {entry.keywords} {entry.kind}".casefold()
    if title.startswith(word):
        return 5
    if re.search(rf"\b{re.escape(word)}", title):
        return 4
    if re.search(rf"\b{re.escape(word)}", others):
        return 3
    if word in title:
        return 2.5
    if len(word) < 4:
        return 0
    likeness = max((ratio(word, other) for other in re.findall(r"\w+", f"{title} {others}")), default=0.0)
    return likeness / 100 if likeness >= _CLOSE_ENOUGH else 0
