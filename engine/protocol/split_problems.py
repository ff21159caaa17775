"""Problems of dividing rows into train, validation and test, in words."""

from __future__ import annotations

from engine.protocol.file_problems import CHOOSE_FILE, SAFE
from engine.protocol.problems import Action, Problem, Severity
from engine.protocol.wording import counted, percent


def split_out_of_range(validation: float, test: float) -> Problem:
    """The shares of the split leave a part empty."""
    return Problem(
        code="split_out_of_range",
        title="The split leaves a part without rows",
        reason=f"{percent(validation)} to check with and {percent(test)} for the final test were asked for. "
        "Each must be more than 0 %, and together they must leave something to learn from.",
        fix="Use 15 % and 15 %, or other shares that add up to less than 100 %.",
        safe=SAFE,
        setting="split",
        actions=(
            Action(
                id="change_settings",
                label="Use 70 / 15 / 15",
                arguments={"validation": "0.15", "test": "0.15"},
            ),
        ),
    )


def cannot_split(rows: int, distinct: int, empty: str) -> Problem:
    """One of the three parts gets no row.

    Args:
        rows: Usable rows.
        distinct: How many different texts there are among them.
        empty: The part that stays empty, in words.
    """
    same = f" They hold only {counted(distinct, 'different text')}." if distinct < rows else ""
    return Problem(
        code="cannot_split",
        title=f"{counted(rows, 'row')} cannot be divided into three parts",
        reason=f"No row is left {empty}.{same} Texts that are the same stay together, and each label "
        "should stand in every part.",
        fix="Add rows to the file and choose it again.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def row_limit_too_small(limit: int, needed: int) -> Problem:
    """So few rows cannot hold one row of each label."""
    return Problem(
        code="row_limit_too_small",
        title=f"Training on {counted(limit, 'row')} is not possible",
        reason=f"There are {counted(needed, 'label')}, and each needs at least one row to learn from.",
        fix=f"Use {needed} rows or more; a few for each label show more.",
        safe=SAFE,
        setting="row_limit",
        actions=(
            Action(id="change_settings", label=f"Use {needed} rows", arguments={"row_limit": str(needed)}),
        ),
    )


def small_test(rows: int) -> Problem:
    """The final test is so small that one answer moves the score a lot."""
    return Problem(
        code="small_test",
        title=f"The final test holds only {counted(rows, 'text')}",
        reason=f"Each is {percent(1 / rows)} of what is judged, so the result can be luck.",
        fix="Add rows; from about a hundred test texts on, results say more.",
        safe=SAFE,
        severity=Severity.WARNING,
    )
