"""Problems of writing rows to a file, in words."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.problems import Action, Problem
from engine.protocol.wording import file_name, listed, printable

SAFE = "Nothing was written, and your file was not changed."


def unknown_form(path: str, known: Sequence[str]) -> Problem:
    """The new file's name does not say in which form rows are to be written.

    Args:
        path: The new file.
        known: Endings that say so.
    """
    return Problem(
        code="unknown_form",
        title=f'"{file_name(path)}" does not say what kind of file it is to be',
        reason=f"Rows can be written as {listed(known)}; the ending of the name says which.",
        fix=f'Give it a name such as "rows{known[0]}".',
        safe=SAFE,
    )


def would_overwrite(path: str) -> Problem:
    """The new file would take the place of the one that the rows come from."""
    return Problem(
        code="would_overwrite",
        title="The file with your rows is never written to",
        reason=f'"{file_name(path)}" is the file that the rows come from.',
        fix="Choose another name.",
        safe=SAFE,
    )


def cannot_write_file(path: str, error: OSError) -> Problem:
    """The new file cannot be written.

    Args:
        path: The new file.
        error: What the system said.
    """
    return Problem(
        code="cannot_write_file",
        title=f'"{file_name(path)}" cannot be written',
        reason=f"The system says: {error.strerror or error}. The place is {printable(path)}.",
        fix="Choose a folder that you may write to and that has room.",
        safe=SAFE,
        actions=(Action(id="copy_details", label="Copy details"),),
        details=f"{type(error).__name__}: {error}",
    )
