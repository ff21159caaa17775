"""Answers in cells: the right answers of a question, as SQuAD writes them or as plain text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from engine.answer_cells import listed_in
from engine.protocol.wording import printable

UNKNOWN_START = -1


class Answer(NamedTuple):
    """A right answer.

    Attributes:
        text: Its words, as they stand in the passage.
        start: Its first character in the passage; -1 when that is not known.
    """

    text: str
    start: int = UNKNOWN_START


def answers_cell(answers: Sequence[Answer]) -> str:
    """Returns answers as the text of a cell; :func:`answers_of` gives them back. No answer is ``[]``."""
    return json.dumps([{"text": one.text, "answer_start": one.start} for one in answers], ensure_ascii=False)


def answers_of(cell: str) -> list[Answer]:
    """Returns the right answers that a cell holds; none for a question without an answer.

    Args:
        cell: A list of ``{"text": …, "answer_start": …}``, ``{"text": […], "answer_start": […]}``, a list
            of texts, all as JSON, or one answer as it is. Blank and ``[]`` stand for no answer.
    """
    if is_answers(cell):
        return parse_answers(json.loads(cell)) or []
    listed = listed_in(cell)
    texts = [cell] if listed is None else listed
    return [Answer(text.strip()) for text in texts if text.strip()]


def is_answers(cell: str) -> bool:
    """Whether a cell holds answers as SQuAD writes them, ``[]`` for none among them."""
    text = cell.strip()
    if not text.startswith(("[", "{")):
        return False
    try:
        return parse_answers(json.loads(text)) is not None
    except (ValueError, RecursionError):
        return False


def parse_answers(value: Any) -> list[Answer] | None:
    """Returns the answers that a JSON value holds; ``None`` when it holds something else.

    Args:
        value: What ``answers`` is in a SQuAD file, or in a data set made of one.
    """
    if isinstance(value, dict):
        texts, starts = value.get("text"), value.get("answer_start")
        if not isinstance(texts, list):
            texts, starts = [texts], [starts]
        if not isinstance(starts, list) or len(starts) != len(texts):
            starts = [None] * len(texts)
        value = [{"text": text, "answer_start": start} for text, start in zip(texts, starts, strict=True)]
    if not isinstance(value, list):
        return None
    answers = []
    for entry in value:
        if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
            return None
        start = entry.get("answer_start")
        if isinstance(start, str) and start.isdecimal():  # as a table keeps numbers
            start = int(start)
        if not isinstance(start, int) or isinstance(start, bool) or start < 0:
            start = UNKNOWN_START
        if entry["text"].strip():
            answers.append(Answer(printable(entry["text"]), start))
    return answers


def place_answer(passage: str, answer: Answer) -> Answer | None:
    """Returns an answer where it stands in the passage, letter by letter.

    Where it does not stand at its start, the nearest place is taken at which it does; capitals are left
    aside only when it stands nowhere otherwise.

    Args:
        passage: What was asked about.
        answer: A right answer.

    Returns:
        The same answer with the letters of the passage; ``None`` when it is not in there.
    """
    end = answer.start + len(answer.text)
    if answer.start >= 0 and passage[answer.start : end] == answer.text:
        return answer
    text = answer.text.strip()
    for inside, wanted in ((passage, text), (passage.lower(), text.lower())):
        if not wanted or len(inside) != len(passage):  # some letters change their length in lower case
            continue
        places = []
        place = inside.find(wanted)
        while place >= 0:
            places.append(place)
            place = inside.find(wanted, place + 1)
        if places:
            nearest = min(places, key=lambda place: (abs(place - max(0, answer.start)), place))
            return Answer(passage[nearest : nearest + len(text)], nearest)
    return None
