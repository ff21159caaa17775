"""Problems of questions over passages, in words: answers that stand elsewhere, questions without one."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.data_problems import SHOW_DATA, choose_column, first_rows
from engine.protocol.file_problems import CHOOSE_FILE, SAFE
from engine.protocol.problems import Action, Problem, Severity
from engine.protocol.wording import counted, rows_named, shortened


def answers_not_found(rows: Sequence[int], answer: str) -> Problem:
    """The right answer of some questions does not stand in their passage; they are left out.

    Args:
        rows: Their numbers.
        answer: The right answer of the first of them.
    """
    one = len(rows) == 1
    return Problem(
        code="answers_not_found",
        title=f"{counted(len(rows), 'answer')} that {'does' if one else 'do'} not stand in the passage",
        reason=f"{rows_named(rows)} {'is' if one else 'are'} left out. The model can only mark words of the "
        f'passage, and "{shortened(answer)}" is not in that of row {rows[0]:,}.',
        fix="Write answers as they stand in the passage and choose the file again, or go on without.",
        safe=SAFE,
        severity=Severity.WARNING,
        setting="answers",
        rows=first_rows(rows),
        row_count=len(rows),
        actions=(SHOW_DATA,),
    )


def answers_nearly_found(rows: Sequence[int], answer: str, written: str) -> Problem:
    """Some right answers stand in their passage almost, in one place; they are left out until that is said.

    Args:
        rows: Their numbers.
        answer: An answer of the first of them.
        written: How its passage writes it.
    """
    one = len(rows) == 1
    return Problem(
        code="answers_nearly_found",
        title=f"{counted(len(rows), 'answer')} that almost {'stands' if one else 'stand'} in the passage",
        reason=f"{rows_named(rows)} {'is' if one else 'are'} left out, for only capitals, spaces, quotation "
        f'marks or punctuation differ: row {rows[0]:,} says "{shortened(answer)}", its passage '
        f'"{shortened(written)}".',
        fix="Write the answers as their passages do, or go on without.",
        safe=SAFE,
        severity=Severity.WARNING,
        setting="answers",
        rows=first_rows(rows),
        row_count=len(rows),
        actions=(SHOW_DATA,),
    )


def answers_moved(rows: Sequence[int]) -> Problem:
    """Some answers do not stand where the file says; they were found elsewhere in the passage."""
    one = len(rows) == 1
    return Problem(
        code="answers_moved",
        title=f"{counted(len(rows), 'answer')} {'stands' if one else 'stand'} elsewhere than said",
        reason=f"{rows_named(rows)}: at the place that the file gives the passage says something else. The "
        "nearest place at which the answer does stand is used.",
        fix="Nothing has to be done, unless an answer stands several times in a passage.",
        safe=SAFE,
        severity=Severity.NOTE,
        setting="answers",
        rows=first_rows(rows),
        row_count=len(rows),
        actions=(SHOW_DATA,),
    )


def blank_answers(rows: Sequence[int], count: int, column: str) -> Problem:
    """Some questions have nothing in the column of answers: that may mean two things.

    Args:
        rows: Numbers of the first of them.
        count: How many there are.
        column: Name of the column.
    """
    one = count == 1
    return Problem(
        code="blank_answers",
        title=f"{counted(count, 'question')} without an answer",
        reason=f'{rows_named(rows)} {"has" if one else "have"} nothing in the column "{shortened(column)}" '
        f"and {'is' if one else 'are'} left out: nobody says whether the answer is missing or there is none.",
        fix="If a blank always means that the passage has no answer, count them as unanswerable. If it does "
        "only here and there, write [] in those places and choose the file again.",
        safe=SAFE,
        severity=Severity.WARNING,
        setting="answers",
        rows=first_rows(rows),
        row_count=count,
        actions=(
            Action(
                id="set_settings",
                label="Count as unanswerable",
                arguments={"blank_answers": "no_answer"},
                note="Your file stays as it is.",
            ),
            SHOW_DATA,
        ),
    )


def only_unanswerable(rows: int) -> Problem:
    """No question has an answer: there is nothing to find."""
    return Problem(
        code="only_unanswerable",
        title="No question has an answer",
        reason=f"All {counted(rows, 'question')} are marked as having no answer in their passage. There is "
        "nothing to find.",
        fix="Choose the column that holds the answers.",
        safe=SAFE,
        setting="answers",
        actions=(choose_column("answers"), CHOOSE_FILE),
    )


def some_unanswerable(without: int, total: int) -> Problem:
    """Some questions have no answer in their passage, and the model learns to say so.

    Args:
        without: How many.
        total: Of how many.
    """
    return Problem(
        code="some_unanswerable",
        title=f"{counted(without, 'question')} without an answer in the passage",
        reason=f"Of {total:,} questions {without:,} have none. The model learns to say so; how sure it must "
        "be is chosen on the rows to check with, not on the final test.",
        fix="Nothing has to be done.",
        safe=SAFE,
        severity=Severity.NOTE,
        setting="answers",
        row_count=without,
    )


def passages_stay_together(questions: int, passages: int) -> Problem:
    """Several questions are about one passage; they stay on one side of the split.

    Args:
        questions: How many there are.
        passages: How many different passages they are about.
    """
    return Problem(
        code="passages_stay_together",
        title=f"{counted(questions, 'question')} on {counted(passages, 'passage')}",
        reason="All questions on one passage stay on one side of the split: the final test asks about "
        "passages that the model has not studied.",
        fix="Nothing has to be done.",
        safe=SAFE,
        severity=Severity.NOTE,
        setting="context",
        row_count=questions,
    )
