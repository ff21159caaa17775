"""Problems of folders of texts, in words."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.file_problems import CHOOSE_FILE
from engine.protocol.problems import Problem, Severity
from engine.protocol.wording import counted, file_name, printable, quoted, rows_named

SAFE = "Nothing in the folder was changed."


def nothing_in_folder(path: str, texts: int) -> Problem:
    """Every text in the folder is blank or cannot be read."""
    return Problem(
        code="nothing_in_folder",
        title=f'No text was found in "{file_name(path)}"',
        reason=f"It holds {counted(texts, 'text file')}; all of them are blank or cannot be read.",
        fix="Choose another folder or file.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def too_many_files(path: str, limit: int) -> Problem:
    """The folder holds far more files than Thaw reads."""
    return Problem(
        code="too_many_files",
        title=f'"{file_name(path)}" holds too many files',
        reason=f"There are more than {limit:,} in it and the folders inside.",
        fix="Choose the folder in which your texts are, alone.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def other_columns(path: str, name: str, columns: Sequence[str], expected: Sequence[str]) -> Problem:
    """The tables of a split do not have the same columns."""
    return Problem(
        code="other_columns",
        title=f'"{printable(name)}" has other columns',
        reason=f'It has {quoted(columns, 5)}; the first table in "{file_name(path)}" has '
        f"{quoted(expected, 5)}.",
        fix="Give all of them the same column names, and choose the folder again.",
        safe=SAFE,
    )


def read_as_parts(path: str, names: Sequence[str]) -> Problem:
    """Tables called *train* and *test* were read one below the other."""
    return Problem(
        code="read_as_parts",
        title=f"{counted(len(names), 'table')} became the parts of a split",
        reason=f'"{file_name(path)}" holds {quoted([printable(name) for name in names], 4)}. '
        "Rows are numbered through all of them.",
        fix="Nothing has to be done.",
        severity=Severity.NOTE,
        safe=SAFE,
    )


def about_folder(
    path: str, *, texts: int, others: int, blank: Sequence[int], unread: Sequence[str], labels: Sequence[str]
) -> list[Problem]:
    """Returns what was made of a folder: notes, and warnings for what is left out.

    Args:
        path: The folder.
        texts: Text files in it.
        others: Files of other kinds.
        blank: Numbers of blank ones, from 1.
        unread: Names of those that cannot be read.
        labels: What the folders stand for; empty where they are not taken for labels.
    """
    named = (
        f" The folders {quoted([printable(label) for label in labels], 4)} are the labels." if labels else ""
    )
    found = [
        Problem(
            code="read_as_files",
            title=f"{counted(texts, 'text file')} became a row each",
            reason=f'They stand in "{file_name(path)}".{named}',
            fix="Nothing has to be done.",
            severity=Severity.NOTE,
            safe=SAFE,
        )
    ]
    if others:
        found.append(
            Problem(
                code="other_files",
                title=f"{counted(others, 'file')} of another kind left aside",
                reason=f'Of the files in "{file_name(path)}" those whose names end in .txt or .md are read.',
                fix="Nothing has to be done.",
                severity=Severity.NOTE,
                safe=SAFE,
            )
        )
    if blank:
        found.append(
            Problem(
                code="blank_rows",
                title=f"{counted(len(blank), 'blank file')} left out",
                reason=f'{rows_named(blank)} of "{file_name(path)}" {"holds" if len(blank) == 1 else "hold"} '
                "nothing.",
                fix="Nothing has to be done.",
                severity=Severity.NOTE,
                safe=SAFE,
                rows=tuple(blank[:100]),
                row_count=len(blank),
            )
        )
    if unread:
        found.append(
            Problem(
                code="unread_files",
                title=f"{counted(len(unread), 'file')} could not be read",
                reason=f"{quoted([printable(name) for name in unread], 4)} hold no text, or in an encoding "
                "that is not known.",
                fix="Look at them, and save them as UTF-8 if they matter.",
                severity=Severity.WARNING,
                safe=SAFE,
                row_count=len(unread),
            )
        )
    return found
