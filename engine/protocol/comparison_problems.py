"""Why runs cannot be compared, and what is missing of them, in words."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.problems import Action, Problem, Severity
from engine.protocol.wording import counted, listed, quoted

_SAFE = "The run is as it was."


def other_test_rows(*, rows: int, of_others: int, why: Sequence[str]) -> Problem:
    """A run was judged on other rows than those that are compared.

    Args:
        rows: How many it was judged on.
        of_others: How many the others were judged on.
        why: What differs, each inside a sentence: ``"its rows were divided otherwise"``.
    """
    reasons = listed(list(why)) or "its file has changed in between"
    apart = (
        f"not over the {of_others:,} of the others" if rows != of_others else "but not those of the others"
    )
    return Problem(
        code="other_test_rows",
        title="Judged on other test rows",
        reason=f"Its score is over {counted(rows, 'test row')}, {apart}: {reasons}. On other "
        "rows the same model would score otherwise.",
        fix="Train it again on the data of the others to compare it.",
        safe=_SAFE,
        severity=Severity.NOTE,
    )


def other_task(*, task: str, others: str) -> Problem:
    """A run has another task than those that are compared.

    Args:
        task: Name of its task.
        others: Name of theirs.
    """
    return Problem(
        code="other_task",
        title="It has another task",
        reason=f"Its task is {quoted([task])}, and that of the others is {quoted([others])}. They are "
        "measured differently.",
        fix="Compare it with runs of its own task.",
        safe=_SAFE,
        severity=Severity.NOTE,
    )


def not_measured(*, metric: str, measured: Sequence[str]) -> Problem:
    """A run was not judged by the measure that is asked for.

    Args:
        metric: What was asked for.
        measured: What it was judged by.
    """
    return Problem(
        code="not_measured",
        title=f'"{metric}" was not measured',
        reason=f"It was judged by {quoted(list(measured))}.",
        fix="Choose one of these.",
        safe=_SAFE,
    )


def not_among_them(*, folder: str) -> Problem:
    """The run whose companions are asked for is not among the runs that are compared.

    Args:
        folder: Its folder.
    """
    return Problem(
        code="not_among_them",
        title="This run is not among those that are compared",
        reason=f'"{folder}" is none of the folders that were named.',
        fix="Name it among the runs, too.",
        safe=_SAFE,
    )


def no_row_answers(*, parts: Sequence[str], why: Problem) -> Problem:
    """What a run answered row by row is not there, and the run cannot be judged again.

    Args:
        parts: Names of the files that are missing or damaged.
        why: Why it cannot be judged again.
    """
    are = "is" if len(parts) == 1 else "are"
    return Problem(
        code="no_row_answers",
        title="Its answers are not known row by row",
        reason=f"{quoted(list(parts))} {are} missing or damaged, and it could not be judged again. "
        f"{why.title}: {why.reason}",
        fix=why.fix,
        safe=_SAFE,
        actions=why.actions,
        details=why.details,
    )


def part_missing(*, name: str, what: str, mended: bool) -> Problem:
    """A file of a run is missing or damaged, and the rest can be shown.

    Args:
        name: Of the file.
        what: What is not known for that, inside a sentence; empty where nothing is lost.
        mended: Whether the run was judged again in its place.
    """
    told = f"So {what}." if what else ""
    if mended:
        told = "Its saved model was judged again in its place."
    return Problem(
        code="run_part_missing",
        title=f'"{name}" is missing or damaged',
        reason=f"The run's folder has no {quoted([name])} that Thaw can read. {told}".strip(),
        fix="Nothing has to be done." if not what else "Put the file back from a copy, if there is one.",
        safe="The rest of the run is shown.",
        severity=Severity.NOTE if mended else Severity.WARNING,
    )


def newer_run(*, what: str, known: bool) -> Problem:
    """A run was trained by a newer version of Thaw.

    Args:
        what: What this version does not know, inside a sentence: ``'the method "dora"'``.
        known: Whether the rest of it can be shown.
    """
    return Problem(
        code="newer_run",
        title="This run is from a newer version of Thaw",
        reason=f"This version does not know {what}.",
        fix="Install the newer version to see all of it."
        if known
        else "Install the newer version to see it.",
        safe="The rest of the run is shown." if known else _SAFE,
        severity=Severity.WARNING if known else Severity.ERROR,
    )


def no_result(*, folder: str) -> Problem:
    """The file that holds a run's result is missing or damaged.

    Args:
        folder: The run's folder.
    """
    return Problem(
        code="no_result",
        title="Its result cannot be read",
        reason=f'"events.jsonl" in "{folder}" is missing or damaged, and the result stands there.',
        fix="Put the file back from a copy, if there is one.",
        safe="The saved model can still be tried and exported.",
        actions=(Action(id="show_folder", label="Show the folder", arguments={"folder": folder}),),
    )


def other_answers_kept(*, first: int, second: int) -> Problem:
    """Two runs whose answers were to be compared did not answer the same rows.

    Args:
        first: Rows of the one.
        second: Rows of the other.
    """
    same = f" Both have {counted(first, 'row')}, and not the same." if first == second else ""
    return Problem(
        code="other_answers_kept",
        title="These runs did not answer the same rows",
        reason=f"The first answered {counted(first, 'test row')}, the second {second:,}.{same}",
        fix="Choose runs that were judged on the same rows.",
        safe="The runs are as they were.",
    )
