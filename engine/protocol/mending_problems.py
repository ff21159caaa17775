"""What is said where a right answer cannot be mended as a person gave it."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.problems import Problem
from engine.protocol.wording import in_quotes, listed, quoted, shortened

_SAFE = "Nothing was changed."


def _refused(code: str, title: str, reason: str, fix: str) -> Problem:
    return Problem(code=code, title=title, reason=reason, fix=fix, safe=_SAFE)


def answer_not_in_passage(text: str) -> Problem:
    """Words that were given as the answer do not stand in the passage."""
    return _refused(
        "answer_not_in_passage",
        f'"{shortened(text)}" does not stand in the passage',
        "An answer is a part of its passage: the model can only mark words that stand there.",
        "Mark the words in the passage, or write them as they stand there.",
    )


def answer_is_blank(column: str) -> Problem:
    """Nothing was given as the right answer."""
    return _refused(
        "answer_is_blank",
        "Nothing was given",
        f"A row with nothing in {in_quotes(column)} is left out.",
        "Give the right answer, or remove the row on Data.",
    )


def answer_is_no_number(text: str) -> Problem:
    """What was given as a score is no number."""
    return _refused(
        "answer_is_no_number",
        f'"{shortened(text)}" is no number',
        "The answers of this run are scores.",
        "Write a number.",
    )


def unknown_answer(names: Sequence[str], known: Sequence[str]) -> Problem:
    """Labels or types were given that the data do not have."""
    return _refused(
        "unknown_answer",
        f"There is no {quoted(names)}",
        f"The data have {listed(known, 20)}.",
        "Choose among these; new ones are written on Data.",
    )


def word_without_tag(word: str) -> Problem:
    """A word was left without a tag where each has one."""
    return _refused(
        "word_without_tag",
        f'"{shortened(word)}" has no tag',
        "In these data each word has one.",
        "Give it a tag.",
    )


def row_is_gone(row: int) -> Problem:
    """A row whose answer is to be mended is not among the rows any more."""
    return _refused(
        "row_is_gone",
        f"There is no row {row:,} any more",
        "A repair has taken it out, or the file has changed.",
        "Look at the rows on Data.",
    )


def no_answers_to_mend(task: str) -> Problem:
    """A task has no column of right answers that could be mended."""
    return _refused(
        "no_answers_to_mend",
        "There are no right answers to mend",
        f"{in_quotes(task)} learns from the texts themselves.",
        "Change the text on Data.",
    )
