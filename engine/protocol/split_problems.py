"""Problems of dividing rows into train, validation and test, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.protocol.file_problems import CHOOSE_FILE, SAFE
from engine.protocol.problems import Action, Problem, Severity
from engine.protocol.wording import (
    ROWS_KEPT,
    counted,
    file_name,
    listed,
    percent,
    printable,
    quoted,
    shortened,
)

_BY_LOT = {"part_column": "", "time_column": "", "folds": "0", "fold": "0"}
"""Arguments of an action that lets Thaw divide the rows by lot."""
_WAYS = {"part_column": "the column {}", "time_column": "the dates in {}", "folds": "{} folds"}


def split_out_of_range(validation: float, test: float | None = None) -> Problem:
    """The shares of the split leave a part empty; ``test`` is ``None`` where its rows are no share."""
    asked, rule = f"{percent(validation)} to check with", "It must be more than 0 % and less than 100 %."
    if test is not None:
        asked += f" and {percent(test)} for the final test"
        rule = "Each must be more than 0 %, and together they must leave something to learn from."
    return Problem(
        code="split_out_of_range",
        title="The split leaves a part without rows",
        reason=f"{asked[0].upper()}{asked[1:]} {'was' if test is None else 'were'} asked for. {rule}",
        fix="Use 15 %."
        if test is None
        else "Use 15 % and 15 %, or other shares that add up to less than 100 %.",
        safe=SAFE,
        setting="split",
        actions=(
            Action(
                id="change_split",
                label="Use 15 %" if test is None else "Use 70 / 15 / 15",
                arguments={"validation": "0.15"} | ({} if test is None else {"test": "0.15"}),
            ),
        ),
    )


def several_ways(ways: Mapping[str, str]) -> Problem:
    """Rows are to be divided in more than one way; ``ways`` is ``SplitConfig.ways``."""
    words = {
        name: _WAYS[name].format(value if name == "folds" else f'"{shortened(value)}"')
        for name, value in ways.items()
    }
    return Problem(
        code="several_ways",
        title="Rows can be divided in one way only",
        reason=f"Chosen were {listed(list(words.values()))}.",
        fix="Use one of them.",
        safe=SAFE,
        setting="split",
        actions=tuple(
            Action(
                id="change_split",
                label=f"Use {words[name]}",
                arguments={other: none for other, none in _BY_LOT.items() if other in ways and other != name}
                | ({"fold": "0"} if "folds" in ways and name != "folds" else {}),
            )
            for name in ways
        ),
    )


def cannot_split(
    rows: int, distinct: int, empty: str, group_column: str = "", *, from_training: bool = False
) -> Problem:
    """One of the three parts gets no row.

    Args:
        rows: Usable rows.
        distinct: How many groups of rows that stay together there are among them.
        empty: The part that stays empty, in words.
        group_column: Column that keeps rows together; empty where only texts that are the same do.
        from_training: Whether the parts are given, and rows were to be taken out of training.
    """
    which = "rows to learn from" if from_training else "rows"
    if group_column:
        together = (
            f'Rows with the same "{shortened(group_column)}" stay together, as do texts that are the same'
        )
        same = f" {together}: {counted(rows, which, which)} are only {counted(distinct, 'group')}."
    elif distinct < rows:
        holds = f"{counted(rows, which, which)} hold only {counted(distinct, 'different text')}"
        same = f" {holds}, and texts that are the same stay together."
    else:
        same = ""
    asked = "Each part needs a row." if not from_training else "The file names no rows to check with."
    return Problem(
        code="cannot_split",
        title=f"{counted(rows, 'row')} cannot be divided into {'two' if from_training else 'three'} parts",
        reason=f"No row is left {empty}.{same} {asked}",
        fix="Keep rows together by another column, or by none."
        if group_column
        else "Add rows to the file and choose it again.",
        safe=SAFE,
        setting="group_column" if group_column else "",
        actions=(
            Action(id="change_split", label="Keep none together", arguments={"group_column": ""}),
            CHOOSE_FILE,
        )
        if group_column
        else (CHOOSE_FILE,),
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
        actions=(Action(id="use_rows", label=f"Use {needed} rows", arguments={"row_limit": str(needed)}),),
    )


def no_split_column(file: str, column: str, setting: str, names: Sequence[str]) -> Problem:
    """A column that the split goes by is not in the file."""
    return Problem(
        code="no_split_column",
        title=f'There is no column "{printable(column)}"',
        reason=f'The split of "{file_name(file)}" goes by it. Its '
        f"{'column is' if len(names) == 1 else 'columns are'} {quoted(names, 6)}.",
        fix="Choose one of them, or do without."
        if setting == "group_column"
        else "Choose one of them, or let Thaw divide the rows.",
        safe=SAFE,
        setting=setting,
        actions=(
            Action(
                id="change_split",
                label="Keep none together" if setting == "group_column" else "Divide by lot",
                arguments={setting: ""},
            ),
        ),
    )


def no_parts(column: str, values: Sequence[str]) -> Problem:
    """The column that should say to which part a row belongs names no training or no test rows."""
    return Problem(
        code="no_parts",
        title=f'"{shortened(column)}" does not divide the rows',
        reason=f"It says {quoted(values, 4)}. It has to say train and test, and may say validation.",
        fix="Choose another column, or let Thaw divide the rows.",
        safe=SAFE,
        setting="part_column",
        actions=(Action(id="change_split", label="Divide by lot", arguments={"part_column": ""}),),
    )


def rows_without_part(column: str, rows: Sequence[int], values: Sequence[str]) -> Problem:
    """Some rows belong to no part; ``values`` are what they say instead."""
    said = quoted([value or "nothing" for value in values], 4)
    return Problem(
        code="rows_without_part",
        title=f"{counted(len(rows), 'row')} {'belongs' if len(rows) == 1 else 'belong'} to no part",
        reason=f'"{shortened(column)}" says {said} there, not train, validation or test. They are left out.',
        fix="Change the values in your file if these rows matter.",
        safe=SAFE,
        severity=Severity.WARNING,
        rows=tuple(rows[:ROWS_KEPT]),
        row_count=len(rows),
    )


def part_column_found(column: str) -> Problem:
    """A column that nobody chose says for each row to which part it belongs."""
    return Problem(
        code="part_column_found",
        title=f'"{shortened(column)}" divides the rows, too',
        reason="It says train and test for each row, and is not used: the rows are divided otherwise.",
        fix="Use it if results are to be compared with others on the same test rows.",
        safe=SAFE,
        severity=Severity.NOTE,
        actions=(
            Action(
                id="change_split",
                label="Use it",
                arguments=_BY_LOT | {"part_column": column},
                note="The rows are divided as the column says. Can be undone.",
            ),
        ),
    )
