"""Answers that stand in their passage but for capitals, spaces, quotation marks or punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from engine.data.answers import Answer, answers_cell, answers_of, place_answer

_PIECES = re.compile(r"(?<!\w)[-−+]?\d+(?:[.,:]\d+)*(?!\w)|\w+|[^\w\s]")
"""Numbers with their sign and point, words, and each other character by itself."""

_TELLS_NOTHING = frozenset(["Pc", "Pd", "Ps", "Pe", "Pi", "Pf"])
_MARKS = frozenset(".,:;!?'\"`´…·¡¿")
"""Besides the categories before: punctuation without which a text says the same. ``%`` or ``@`` are not."""


class _Piece(NamedTuple):
    text: str
    start: int
    end: int


def near_answer(passage: str, text: str) -> Answer | None:
    """Returns an answer as the passage writes it, where exactly one place in it says the same.

    Args:
        passage: What was asked about.
        text: A right answer that does not stand there letter by letter.
    """
    wanted = [piece.text for piece in _pieces(text)]
    inside = _pieces(passage)
    said = [piece.text for piece in inside]
    if not wanted:
        return None
    places = [
        place
        for place in range(len(said) - len(wanted) + 1)
        if said[place] == wanted[0] and said[place : place + len(wanted)] == wanted
    ]
    if len(places) != 1:
        return None
    start, end = inside[places[0]].start, inside[places[0] + len(wanted) - 1].end
    return Answer(passage[start:end], start)


def is_lost(passage: str, cell: str) -> bool:
    """Whether a question has answers and none of them stands in the passage, not even almost."""
    given = answers_of(cell)
    found = any(place_answer(passage, one) or near_answer(passage, one.text) for one in given)
    return bool(given) and bool(passage.strip()) and not found


def corrected_cell(passage: str, cell: str) -> str:
    """Returns a cell of answers of which those that stand in the passage almost are as it writes them.

    A cell of which an answer does stand there, or none almost, comes back letter by letter; an answer that
    is found in no way stays in it.

    Args:
        passage: What was asked about.
        cell: The right answers.
    """
    given = answers_of(cell)
    if any(place_answer(passage, one) for one in given):
        return cell
    near = [near_answer(passage, one.text) for one in given]
    if not any(near):
        return cell
    return _cell(passage, [found or one for found, one in zip(near, given, strict=True)], cell)


def _cell(passage: str, answers: Sequence[Answer], before: str) -> str:
    """Returns answers as a text where one stood as a text and leads to the same place, else with places."""
    text = answers[0].text
    is_plain = len(answers) == 1 and before.strip() == answers_of(before)[0].text
    leads = answers_of(text) == [Answer(text)] and place_answer(passage, Answer(text)) == answers[0]
    return text if is_plain and leads else answers_cell(answers)


def _pieces(text: str) -> list[_Piece]:
    """Returns what of a text tells something, in a form in which what says the same is equal."""
    found = (one for one in _PIECES.finditer(text) if not _is_mark(one[0]))
    return [_Piece(_folded(one[0]), one.start(), one.end()) for one in found]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("−", "-")


def _is_mark(text: str) -> bool:
    return all(sign in _MARKS or unicodedata.category(sign) in _TELLS_NOTHING for sign in text)
