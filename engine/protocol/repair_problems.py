"""What is said about repairs, in words: what a step has done, and why one could not be done."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.data_problems import SHOW_DATA, first_rows
from engine.protocol.problems import Action, Problem, Severity
from engine.protocol.repairs import REMOVE_KNOWN_TESTS, Repair
from engine.protocol.wording import counted, listed, quoted, shortened

SAFE = "Your file was not changed: repairs are done anew each time it is read, and can be taken back."


def repair_button(name: str, step: Repair) -> Action:
    """Returns the button that does a repair.

    Args:
        name: What a person calls it, a verb first; that is on the button.
        step: What is done.
    """
    note = f"{name}. The file stays as it is, and the step can be undone."
    return Action(id="repair", label=name.split()[0], repair=step, note=note)


def undo_repair(step: int, label: str = "Undo") -> Action:
    """Returns the button that takes a step back.

    Args:
        step: Its place among the steps, from 0.
        label: The words on the button.
    """
    return Action(id="undo_repair", label=label, arguments={"step": str(step)})


def repaired(step: int, title: str, reason: str, rows: Sequence[int], *, undo: str = "Undo") -> Problem:
    """A step has been done: it stays in sight, with the way back.

    Args:
        step: Its place among the steps, from 0.
        title: What was done, with the number of rows.
        reason: What that is good for.
        rows: Numbers of the rows that were concerned.
        undo: The words on the button that takes it back.
    """
    return Problem(
        code="repaired",
        title=title,
        reason=reason,
        fix="",
        safe=SAFE,
        severity=Severity.NOTE,
        rows=first_rows(rows),
        row_count=len(rows),
        actions=(undo_repair(step, undo),),
    )


def nothing_to_repair(step: int, name: str) -> Problem:
    """A step found nothing to do, because other steps have done it or the file has changed.

    Args:
        step: Its place among the steps, from 0.
        name: What a person calls it.
    """
    return Problem(
        code="nothing_to_repair",
        title=f'"{name}" finds nothing to do',
        reason="No row of the file needs this repair any more.",
        fix="Take the step out.",
        safe=SAFE,
        severity=Severity.NOTE,
        actions=(undo_repair(step, "Take out"),),
    )


def repair_without_column(step: int, name: str, missing: Sequence[str]) -> Problem:
    """A step is about a column that the file does not have.

    Args:
        step: Its place among the steps, from 0.
        name: What a person calls it.
        missing: The columns.
    """
    return Problem(
        code="repair_without_column",
        title=f'"{name}" was not done',
        reason=f"The file has no column {quoted(missing)}.",
        fix="Take the step out, or choose the file that it was made for.",
        safe=SAFE,
        severity=Severity.WARNING,
        actions=(undo_repair(step, "Take out"),),
    )


def unknown_repair(step: int, kind: str, known: Sequence[str]) -> Problem:
    """A step is of a kind that this version of Thaw does not know.

    Args:
        step: Its place among the steps, from 0.
        kind: Its id.
        known: The ids that there are.
    """
    return Problem(
        code="unknown_repair",
        title=f'There is no repair "{shortened(kind)}"',
        reason="The project was perhaps made with a newer version of Thaw. "
        f"This one knows {listed(known, 30)}.",
        fix="Take the step out, or open the project with the version that made it.",
        safe="The step was left undone and stays in the project.",
        severity=Severity.WARNING,
        actions=(undo_repair(step, "Take out"),),
    )


def texts_in_two_parts(rows: Sequence[int], learned: Sequence[int]) -> Problem:
    """Repairs have made texts to judge by the same as texts to learn from.

    Args:
        rows: Numbers of those that are judged by.
        learned: Numbers of those that are learned from.
    """
    one = len(rows) == 1
    return Problem(
        code="texts_in_two_parts",
        title=f"{counted(len(rows), 'row')} outside of training {'has' if one else 'have'} a text that is "
        "learned from",
        reason="Changed cells have made them alike; what falls in which part stays as it was. What was "
        "learned by heart looks like skill there, so the score can be too high.",
        fix=f"Remove {counted(len(learned), 'row')} from those to learn from, or take the change back.",
        safe=SAFE,
        severity=Severity.WARNING,
        rows=first_rows(rows),
        row_count=len(rows),
        actions=(
            repair_button("Remove known test texts", Repair(kind=REMOVE_KNOWN_TESTS, rows=tuple(learned))),
            SHOW_DATA,
        ),
    )


def no_such_finding(code: str, found: Sequence[str]) -> Problem:
    """A repair was asked for something that is not found in the file.

    Args:
        code: What was asked for: the code of a finding.
        found: Codes of the findings that can be repaired.
    """
    can = f"What can be repaired here: {listed(found, 20)}." if found else "Nothing here needs a repair."
    return Problem(
        code="no_such_finding",
        title=f'There is nothing to repair by "{shortened(code)}"',
        reason=f"The health check has not found it in this file, or knows no repair for it. {can}",
        fix="Run thaw-engine inspect FILE to see what was found.",
        safe=SAFE,
    )


def rows_gone(rows: int) -> str:
    """Returns a title: ``"3 rows removed"``."""
    return f"{counted(rows, 'row')} removed"
