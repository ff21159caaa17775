"""What a list of answers is called, by what it is narrowed to, and what is said where it is empty."""

from __future__ import annotations

from typing import NamedTuple

from gui.look.texts import count, singular
from gui.widgets.answers_model import AnswerFilter, Kind

_TITLES = {Kind.WRONG: "Wrong answers", Kind.RIGHT: "Right answers", Kind.ALL: "All answers"}
_CHOICES = {Kind.WRONG: "All mistakes", Kind.RIGHT: "Right answers", Kind.ALL: "All test rows"}
_BY_DEGREES = {Kind.WRONG: "Not wholly right", Kind.RIGHT: "Wholly right"}
"""What is said instead where an answer can be right in part."""


class Nothing(NamedTuple):
    """What is said where no answer is listed: a line, a sentence, and a button where one helps."""

    title: str
    sentence: str
    button: str = ""


def title_of(wanted: AnswerFilter, *, by_degrees: bool) -> str:
    """Returns what the list is called.

    Args:
        wanted: What it is narrowed to.
        by_degrees: Whether an answer can be right in part.
    """
    kind = wanted.kind
    if wanted.pair is not None:
        truth, said = wanted.pair
        kind = Kind.RIGHT if truth == said else Kind.WRONG
    return ({**_TITLES, **_BY_DEGREES} if by_degrees else _TITLES)[kind]


def choices(*, by_degrees: bool) -> dict[Kind, str]:
    """Returns what the kinds of answers are called where one is chosen.

    Args:
        by_degrees: Whether an answer can be right in part.
    """
    return {**_CHOICES, **_BY_DEGREES} if by_degrees else dict(_CHOICES)


def choice_of(wanted: AnswerFilter, *, by_degrees: bool) -> str:
    """Returns what is chosen.

    Args:
        wanted: What the list is narrowed to.
        by_degrees: Whether an answer can be right in part.
    """
    if wanted.pair is not None:
        return f"{wanted.pair[0]}, said {wanted.pair[1]}"
    return choices(by_degrees=by_degrees)[wanted.kind]


def nothing_listed(wanted: AnswerFilter, answers: int, unit: str) -> Nothing:
    """Returns what is said where no answer is listed.

    Args:
        wanted: What the list is narrowed to.
        answers: How many there are in all.
        unit: What a row is called, plural.
    """
    one = singular(unit)
    if wanted.search:
        return Nothing(f'No {one} contains "{wanted.search}"', "Look for another word.", "Clear search")
    if not answers:
        return Nothing("The answers are not here", "The run folder holds no predictions file.")
    if wanted == AnswerFilter():
        total = count(f"test {unit}", answers)
        advice = "That is rare; check that test rows were not in training."
        return Nothing(f"No wrong answers on {total}", advice)
    if wanted.pair is None and wanted.kind is Kind.RIGHT:
        return Nothing(f"No {one} was answered wholly right", "Those there are can be read.", "Show them")
    return Nothing("None of these", "No answer falls into this cell.", "Show all mistakes")


def changes_words(number: int, done: str = "relabelled") -> str:
    """Returns what new right answers mean for scores, and which runs can be compared then.

    Args:
        number: Rows that were given another right answer.
        done: What was done with them.
    """
    return (
        f"{number:,} {done} from the next run on. This run's scores stay; compare later runs only with "
        "one another."
    )
