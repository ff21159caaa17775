"""The words of the field, one sentence each, read from the resources."""

from __future__ import annotations

from functools import cache

import msgspec

from gui.look.paths import resource


class Term(msgspec.Struct, frozen=True):
    """A word of the field.

    Attributes:
        name: The word.
        sentence: What it means.
    """

    name: str
    sentence: str


class TermGroup(msgspec.Struct, frozen=True):
    """Terms that belong together.

    Attributes:
        title: E.g. ``"Training"``.
        terms: In the order of reading.
    """

    title: str
    terms: tuple[Term, ...] = msgspec.field(name="term", default=())


class _TermFile(msgspec.Struct, frozen=True):
    groups: tuple[TermGroup, ...] = msgspec.field(name="group")


@cache
def term_groups() -> tuple[TermGroup, ...]:
    """Returns all groups of terms."""
    return msgspec.toml.decode(resource("help", "terms.toml").read_bytes(), type=_TermFile).groups


def meaning(name: str) -> str:
    """Returns what a word of the field means, for who hovers over it.

    Raises:
        KeyError: When there is no such word.
    """
    sentences = {term.name: term.sentence for group in term_groups() for term in group.terms}
    return sentences[name]
