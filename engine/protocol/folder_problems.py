"""Problems of folders of texts, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.protocol.data_facts import TEST
from engine.protocol.file_problems import CHOOSE_ENCODING, CHOOSE_FILE
from engine.protocol.problems import Problem, Severity
from engine.protocol.wording import ROWS_KEPT, counted, file_name, holder, listed, printable, quoted


def _safe(path: str) -> str:
    return "Your file was not changed." if holder(path) == "file" else "Nothing in the folder was changed."


def nothing_in_folder(path: str, texts: int) -> Problem:
    """Every text in the folder is blank or cannot be read."""
    return Problem(
        code="nothing_in_folder",
        title=f'No text was found in "{file_name(path)}"',
        reason=f"It holds {counted(texts, 'text file')}; all of them are blank or cannot be read.",
        fix="Choose another folder or file.",
        safe=_safe(path),
        actions=(CHOOSE_FILE,),
    )


def too_many_files(path: str, limit: int) -> Problem:
    """The folder holds far more files than Thaw reads."""
    return Problem(
        code="too_many_files",
        title=f'"{file_name(path)}" holds too many files',
        reason=f"There are more than {limit:,} in it and the folders inside.",
        fix=f"Choose a {holder(path)} that holds your texts alone.",
        safe=_safe(path),
        actions=(CHOOSE_FILE,),
    )


def other_columns(path: str, name: str, columns: Sequence[str], expected: Sequence[str]) -> Problem:
    """The tables of a split do not have the same columns."""
    return Problem(
        code="other_columns",
        title=f'"{printable(name)}" has other columns',
        reason=f'It has {quoted(columns, 5)}; the first table in "{file_name(path)}" has '
        f"{quoted(expected, 5)}.",
        fix=f"Give all of them the same column names, and choose the {holder(path)} again.",
        safe=_safe(path),
    )


def read_as_parts(path: str, names: Sequence[str], parts: Sequence[str]) -> Problem:
    """Tables called *train* and *test* were read one below the other.

    Args:
        path: The folder.
        names: Of the files.
        parts: Of the split, as they are called.
    """
    which = "" if len(names) == len(parts) else f"{len(parts)} "
    lot = "" if TEST in parts else " None of them is called test, so Thaw divides the rows by lot."
    return Problem(
        code="read_as_parts",
        title=f"{counted(len(names), 'table')} became the {which}parts of a split",
        reason=f'"{file_name(path)}" holds {quoted([printable(name) for name in names], 4)}. '
        f"Rows are numbered through all of them.{lot}",
        fix="Nothing has to be done.",
        severity=Severity.NOTE,
        safe=_safe(path),
    )


def read_as_one_table(path: str, names: Sequence[str]) -> Problem:
    """The numbered files of one table were read one below the other."""
    return Problem(
        code="read_as_one_table",
        title=f"{counted(len(names), 'file')} were read as one table",
        reason=f'"{file_name(path)}" holds {quoted([printable(name) for name in names], 4)}. '
        "Rows are numbered through all of them.",
        fix="Nothing has to be done.",
        severity=Severity.NOTE,
        safe=_safe(path),
    )


def read_as_pairs(path: str, names: Sequence[str], lines: int) -> Problem:
    """Two files in two languages were read side by side."""
    return Problem(
        code="read_as_pairs",
        title=f"{counted(lines, 'line')} of two files became pairs",
        reason=f'"{file_name(path)}" holds {quoted([printable(name) for name in names])}; their names differ '
        "in the language alone, and they have equally many lines.",
        fix="Nothing has to be done.",
        severity=Severity.NOTE,
        safe=_safe(path),
    )


def unequal_lines(path: str, names: Sequence[str], counts: Sequence[int]) -> Problem:
    """Two files in two languages do not have equally many lines."""
    said = [
        f'"{printable(name)}" has {counted(count, "line")}' for name, count in zip(names, counts, strict=True)
    ]
    return Problem(
        code="unequal_lines",
        title=f'The two files in "{file_name(path)}" do not match line by line',
        reason=f"{listed(said)}. Each line of the one must be the translation of the same line of the other.",
        fix="Export both again so that they match, or put the pairs into two columns of a table.",
        safe=_safe(path),
        actions=(CHOOSE_FILE,),
    )


LEFT_ASIDE = ("other_files", "unopened_folders")
"""Codes of what is said of files in a folder that are not read."""


def other_files(path: str, names: Sequence[str]) -> Problem:
    """Files were left aside."""
    one = len(names) == 1
    return Problem(
        code="other_files",
        title=f"{counted(len(names), 'file')} left aside",
        reason=f'Of "{file_name(path)}" {quoted([printable(name) for name in names], 4)} '
        f"{'is' if one else 'are'} not read.",
        fix="Nothing has to be done.",
        severity=Severity.NOTE,
        safe=_safe(path),
    )


def unopened_folders(path: str, names: Sequence[str]) -> Problem:
    """Folders inside could not be looked into."""
    return Problem(
        code="unopened_folders",
        title=f"{counted(len(names), 'folder')} or {'link' if len(names) == 1 else 'links'} not opened",
        reason=f'In "{file_name(path)}" {quoted([printable(name) for name in names], 4)} cannot be opened, '
        f"or {'leads' if len(names) == 1 else 'lead'} elsewhere.",
        fix=f"If texts stand there, see to it that they can be read, and choose the {holder(path)} again.",
        severity=Severity.WARNING,
        safe=_safe(path),
    )


def guessed_encodings(path: str, files: int, encodings: Sequence[str]) -> Problem:
    """The encodings of some files were found by looking at their letters."""
    return Problem(
        code="guessed_encoding",
        title=f"{counted(files, 'file')} read as {listed(encodings)}",
        reason=f'They stand in "{file_name(path)}" and are not UTF-8; that fits their letters best.',
        fix="If letters look wrong, choose the encoding that the files were saved with.",
        safe=_safe(path),
        severity=Severity.NOTE,
        setting="encoding",
        actions=(CHOOSE_ENCODING,),
    )


def about_texts(
    path: str,
    *,
    texts: int,
    blank: Mapping[int, str],
    unread: Mapping[int, str],
    labels: Sequence[str],
    encoding: str,
) -> list[Problem]:
    """Returns what was made of a folder of texts: notes, and warnings for what is left out.

    Args:
        path: The folder.
        texts: Text files in it.
        blank: Numbers, from 1, and names of blank ones.
        unread: Numbers and names of those that cannot be read.
        labels: What the folders stand for; empty where they are not taken for labels.
        encoding: The encoding that was chosen; empty to find out.
    """
    one = len(labels) == 1
    named = (
        f" The {'folder' if one else 'folders'} {quoted([printable(label) for label in labels], 4)} "
        f"{'is the label' if one else 'are the labels'}."
        if labels
        else ""
    )
    found = [
        Problem(
            code="read_as_files",
            title=f"{counted(texts - len(blank) - len(unread), 'text file')} became a row each",
            reason=f'They stand in "{file_name(path)}".{named}',
            fix="Nothing has to be done.",
            severity=Severity.NOTE,
            safe=_safe(path),
        )
    ]
    if blank:
        found.append(
            Problem(
                code="blank_rows",
                title=f"{counted(len(blank), 'blank file')} left out",
                reason=f"{quoted([printable(name) for name in blank.values()], 4)} "
                f"{'holds' if len(blank) == 1 else 'hold'} nothing.",
                fix="Nothing has to be done.",
                severity=Severity.NOTE,
                safe=_safe(path),
                rows=tuple(blank)[:ROWS_KEPT],
                row_count=len(blank),
            )
        )
    if unread:
        verb = "does" if len(unread) == 1 else "do"
        why = f"{verb} not fit {encoding}, which was chosen" if encoding else "cannot be read as text"
        found.append(
            Problem(
                code="unread_files",
                title=f"{counted(len(unread), 'file')} could not be read",
                reason=f"{quoted([printable(name) for name in unread.values()], 4)} {why}.",
                fix="Choose another encoding, or leave it empty: then Thaw finds out."
                if encoding
                else "Look at them, and save them as UTF-8 if they matter.",
                severity=Severity.WARNING,
                safe=_safe(path),
                rows=tuple(unread)[:ROWS_KEPT],
                row_count=len(unread),
                setting="encoding" if encoding else "",
                actions=(CHOOSE_ENCODING,) if encoding else (),
            )
        )
    return found
