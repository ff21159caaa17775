"""What a chosen answer is made of: texts one below the other, each with its marked places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from engine.protocol.results import Prediction, Span


class Look(StrEnum):
    """How a place is marked."""

    SAID = "said"
    TRUE = "true"
    LABEL = "label"
    HEADING = "heading"


@dataclass(frozen=True)
class Mark:
    """A marked place.

    Attributes:
        start: First character.
        end: The character after the last.
        look: How it is marked.
        label: What it is marked as; shown on hover.
    """

    start: int
    end: int
    look: Look
    label: str = ""


@dataclass(frozen=True)
class MarkedPlaces:
    """A text with its marks, whose places count from its first character."""

    text: str = ""
    marks: tuple[Mark, ...] = ()

    def then(self, other: MarkedPlaces, between: str = "\n\n") -> MarkedPlaces:
        """Returns this text with another one below it."""
        if not self.text:
            return other
        lead = len(self.text) + len(between)
        moved = (Mark(lead + one.start, lead + one.end, one.look, one.label) for one in other.marks)
        return MarkedPlaces(self.text + between + other.text, (*self.marks, *moved))


def shown(answer: Prediction, *, second_first: bool = True, close: bool = False) -> MarkedPlaces:
    """Returns what the pane of an answer shows.

    Spans with labels stand one reading above the other, each with its label behind it; spans without are
    marked in one text. A written answer stands above the right one, with the words that differ marked.

    Args:
        answer: The answer.
        second_first: Whether the second text is read before the first, as a question is before its passage.
        close: Whether no blank line stands between texts, where there is little room.
    """
    between = "\n" if close else "\n\n"
    if any(span.label for span in (*answer.spans, *answer.true_spans)):
        said = _labelled(answer.text, answer.spans, Look.SAID)
        true = _labelled(answer.text, answer.true_spans, Look.TRUE)
        return _headed("It said", said).then(_headed("The truth", true), between)
    marks = [Mark(span.start, span.end, Look.TRUE) for span in answer.true_spans]
    marks += [Mark(span.start, span.end, Look.SAID) for span in answer.spans]
    text, second = MarkedPlaces(answer.text, tuple(marks)), MarkedPlaces(answer.second)
    whole = second.then(text) if second_first else text.then(second) if answer.second else text
    if not is_written(answer):
        return whole
    said, true = _compared(answer.said, answer.truth)
    answers = _headed("It said", said).then(_headed("The truth", true), between)
    return whole.then(answers, between)


def has_parts(answer: Prediction) -> bool:
    """Returns whether what was said and what is true are texts of their own, one below the other."""
    return is_written(answer) or any(span.label for span in (*answer.spans, *answer.true_spans))


def is_written(answer: Prediction) -> bool:
    """Returns whether an answer was written: words of its own, to compare with the right ones.

    A single word, or a number, is told in a sentence.
    """
    other = answer.spans or answer.true_spans or answer.probabilities or answer.right is None
    return not other and bool(answer.truth) and {len(answer.said.split()), len(answer.truth.split())} != {1}


def _headed(heading: str, below: MarkedPlaces) -> MarkedPlaces:
    heading = f"{heading}:"
    return MarkedPlaces(heading, (Mark(0, len(heading), Look.HEADING),)).then(below, " ")


def _labelled(text: str, spans: Sequence[Span], look: Look) -> MarkedPlaces:
    """Returns a text whose spans have their labels behind them."""
    pieces: list[str] = []
    marks: list[Mark] = []
    at = written = 0
    for span in sorted(spans, key=lambda span: span.start):
        if span.start < at:
            continue
        label = f" {span.label}"
        before, inside = text[at : span.start], text[span.start : span.end]
        start = written + len(before)
        end = start + len(inside)
        marks += [Mark(start, end, look, span.label), Mark(end, end + len(label), Look.LABEL)]
        pieces += [before, inside, label]
        at, written = span.end, end + len(label)
    return MarkedPlaces("".join([*pieces, text[at:]]), tuple(marks))


def _compared(said: str, truth: str) -> tuple[MarkedPlaces, MarkedPlaces]:
    """Returns two texts, each with the words marked that the other one lacks in that place."""
    words = said.split(), truth.split()
    same = SequenceMatcher(None, *words, autojunk=False).get_matching_blocks()
    kept = (
        {block.a + step for block in same for step in range(block.size)},
        {block.b + step for block in same for step in range(block.size)},
    )
    looks = (Look.SAID, Look.TRUE)
    found = [_without(*three) for three in zip(words, kept, looks, strict=True)]
    return found[0], found[1]


def _without(words: Sequence[str], kept: set[int], look: Look) -> MarkedPlaces:
    marks, at = [], 0
    for place, word in enumerate(words):
        if place not in kept:
            marks.append(Mark(at, at + len(word), look))
        at += len(word) + 1
    return MarkedPlaces(" ".join(words) or "–", tuple(marks))
