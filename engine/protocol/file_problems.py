"""Problems of opening a file, in words: what is not there, cannot be opened or cannot be decoded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from engine.protocol.problem_words import size_words
from engine.protocol.problems import Action, Problem, Severity
from engine.protocol.wording import ROWS_KEPT, counted, file_name, holder, printable, quoted, rows_named

SAFE = "Your file was not changed."

CHOOSE_FILE = Action(id="choose_file", label="Choose another file")
CHOOSE_ENCODING = Action(
    id="choose_encoding", label="Choose the encoding", note="The file itself is not changed."
)


def no_file(path: str, similar: str = "") -> Problem:
    """There is nothing at the path.

    Args:
        path: What was asked for; may be empty.
        similar: Name of a file in the same folder that is spelled almost alike.
    """
    if not path:
        return Problem(
            code="no_file",
            title="No data file was chosen",
            reason="Training needs texts, mostly with their answers.",
            fix="Choose a table (CSV, Excel, JSON, Parquet), a CoNLL or SQuAD file, or a text.",
            actions=(Action(id="choose_file", label="Choose a file"),),
        )
    hint = f' Did you mean "{printable(similar)}"?' if similar else ""
    return Problem(
        code="no_file",
        title=f'There is no file "{file_name(path)}"',
        reason=f"There is nothing at {printable(str(Path(path).absolute()))}.{hint}",
        fix="Check the name, or choose the file again; it may have been moved or renamed.",
        actions=(CHOOSE_FILE,),
    )


def name_is_no_text(path: str) -> Problem:
    """The name holds bytes that stand for no letters, so it cannot be written down."""
    return Problem(
        code="name_is_no_text",
        title=f'The name "{file_name(path)}" cannot be read',
        reason="It holds bytes that stand for no letters, so Thaw cannot write down which file it was.",
        fix="Give it another name and choose it again.",
        safe=SAFE,
    )


def folder_given(path: str, inside: Sequence[str] = ()) -> Problem:
    """The path is a folder, or a packed one; ``inside`` names tables that stand in it."""
    hint = f" It holds {quoted([printable(name) for name in inside], 4)}." if inside else ""
    packed = holder(path) == "file"
    what, is_what = ("packed file", "holds several files") if packed else ("folder", "is a folder")
    return Problem(
        code="folder_given",
        title=f'"{file_name(path)}" {is_what}',
        reason=f"Of a {what} Thaw reads text files (.txt, .md), tables called train and test, or the only "
        f"file in it.{hint}",
        fix="Unpack it, and choose one of them." if packed else "Choose a file inside the folder.",
        safe=SAFE if packed else "Nothing in the folder was changed.",
        actions=(Action(id="choose_file", label="Choose a file"),),
    )


def special_file(path: str) -> Problem:
    """The path is a device or a pipe."""
    return Problem(
        code="special_file",
        title=f'"{file_name(path)}" is not an ordinary file',
        reason="It is a device or a pipe; what comes out of it cannot be read twice.",
        fix="Save the rows into a file and choose that.",
        actions=(CHOOSE_FILE,),
    )


def cannot_open(path: str, error: OSError) -> Problem:
    """The system does not let Thaw read the file."""
    return Problem(
        code="cannot_open",
        title=f'"{file_name(path)}" cannot be opened',
        reason=f"The system says: {printable(error.strerror or str(error))}.",
        fix="Check that you may read the file and that no other program holds it.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
        details=printable(repr(error)),
    )


def file_too_large(path: str, size: int, limit: int) -> Problem:
    """The file is larger than a table in memory may be; sizes in bytes."""
    gigabyte = 1_000_000_000
    return Problem(
        code="file_too_large",
        title=f'"{file_name(path)}" is too large',
        reason=f"It has {size / gigabyte:.1f} GB; Thaw reads tables of up to {limit / gigabyte:.0f} GB.",
        fix="Save a part of the rows into a smaller file; a few thousand are plenty to start with.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def rows_drawn(path: str, drawn: int, rows: int) -> Problem:
    """A file is too large for memory: some of its rows were drawn by lot.

    Args:
        path: The file.
        drawn: How many.
        rows: Of how many.
    """
    return Problem(
        code="rows_drawn",
        title=f"{drawn:,} of {rows:,} rows are used",
        reason=f'"{file_name(path)}" is large, and each question about all of its rows would take long. '
        "These were drawn from it by lot, always the same ones; what is counted and found here is counted "
        "and found in them.",
        fix="Go on with them, or choose another number: above the rows, where it says how the file was read.",
        safe=SAFE,
        severity=Severity.WARNING,
        setting="rows_drawn",
    )


def rows_drawn_below_none(path: str, asked: int) -> Problem:
    """Fewer rows than none are to be drawn, as a file of a project or a run says that was changed by hand."""
    return Problem(
        code="rows_drawn_below_none",
        title=f"{asked:,} rows cannot be drawn",
        reason=f'For "{file_name(path)}" rows_drawn is {asked}. It has to be a whole number from 1 on, or 0 '
        "for as many as fit.",
        fix="Draw as many as fit, or write another number.",
        safe=SAFE,
        setting="rows_drawn",
        actions=(Action(id="set_reading", label="As many as fit", arguments={"rows_drawn": "0"}),),
    )


def drawn_of(problems: Iterable[Problem]) -> str:
    """Returns how many rows of a file are used and of how many; empty where all of them are.

    Args:
        problems: What was odd about reading it.
    """
    return next((problem.title for problem in problems if problem.code == "rows_drawn"), "")


def reading_stopped(path: str) -> Problem:
    """The person did not want to wait until a large file was read."""
    return Problem(
        code="reading_stopped",
        title=f'"{file_name(path)}" was not read to its end',
        reason="You stopped that.",
        fix="Read it again, or choose a smaller file.",
        safe=SAFE,
        severity=Severity.NOTE,  # the person wanted it so
        actions=(Action(id="read_again", label="Read it again"), CHOOSE_FILE),
    )


def no_room_for_rows(path: str, needed: int, free: int) -> Problem:
    """The rows of a large file do not fit on the disk a second time; sizes in bytes."""
    return Problem(
        code="no_room_for_rows",
        title="There is not enough room on the disk",
        reason=f'"{file_name(path)}" is too large for memory, so its rows are kept on the disk while you '
        f"work with them. That needs about {size_words(needed)}; {size_words(free)} are free.",
        fix=f"Make at least {size_words(max(needed - free, 1_000_000))} free and choose the file again.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def rows_not_kept(path: str, folder: str, error: OSError) -> Problem:
    """The rows of a large file could not be written to the disk.

    Args:
        path: The file.
        folder: Where they should be kept.
        error: What the system raised.
    """
    return Problem(
        code="rows_not_kept",
        title=f'The rows of "{file_name(path)}" could not be kept',
        reason=f'It is too large for memory, and in "{printable(folder)}" they cannot be written. '
        f"The system says: {printable(error.strerror or str(error))}.",
        fix="See that you may write there and that there is room, and choose the file again.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
        details=printable(repr(error)),
    )


def binary_file(path: str, kind: str = "") -> Problem:
    """The file holds no text; ``kind`` says what it is where that is known: ``"a picture"``."""
    return Problem(
        code="binary_file",
        title=f'"{file_name(path)}" is not a text file',
        reason=f"It is {kind}, not a table of texts." if kind else "It holds bytes that stand for no text.",
        fix="Choose a table (CSV, Excel, JSON, Parquet), a CoNLL or SQuAD file, or a text.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def empty_file(path: str) -> Problem:
    """The file holds nothing but perhaps blank space."""
    return Problem(
        code="empty_file",
        title=f'"{file_name(path)}" is empty',
        reason="There is not a single row in it.",
        fix="Choose a file with a row of column names and below it one row for each text.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def unknown_encoding(path: str, encoding: str, similar: Sequence[str] = ()) -> Problem:
    """The person named an encoding that does not exist."""
    hint = f" Did you mean {quoted(similar)}?" if similar else ""
    return Problem(
        code="unknown_encoding",
        title=f'There is no text encoding "{printable(encoding)}"',
        reason=f'"{file_name(path)}" was to be read with it.{hint}',
        fix="Use UTF-8 or another usual name, or leave it empty: then Thaw finds out.",
        safe=SAFE,
        setting="encoding",
        actions=(CHOOSE_ENCODING,),
    )


def unreadable_encoding(path: str, encoding: str, where: str = "", details: str = "") -> Problem:
    """The bytes cannot be turned into text.

    Args:
        path: The file.
        encoding: The encoding that was tried; empty when none fits.
        where: Where reading failed, e.g. ``"byte 0xE9 in line 12"``.
        details: What the decoder said.
    """
    tried = f"It is not {encoding}" if encoding else "Thaw tried the usual encodings and none of them fits"
    return Problem(
        code="unreadable_encoding",
        title=f'The letters in "{file_name(path)}" cannot be read',
        reason=f"{tried}{f': {where} does not belong there' if where else ''}.",
        fix="Choose the encoding that the file was saved with, or save it again as UTF-8.",
        safe=SAFE,
        setting="encoding",
        actions=(CHOOSE_ENCODING, CHOOSE_FILE),
        details=printable(details),
    )


def guessed_encoding(path: str, encoding: str, sample: str = "") -> Problem:
    """The encoding was found by looking at the letters; ``sample`` is a word to check it by."""
    hint = f' For example it reads "{sample}".' if sample else ""
    return Problem(
        code="guessed_encoding",
        title=f"Read as {encoding}",
        reason=f'"{file_name(path)}" is not UTF-8; {encoding} fits its letters best.{hint}',
        fix="If letters look wrong, choose the encoding that the file was saved with.",
        safe=SAFE,
        severity=Severity.NOTE,
        setting="encoding",
        actions=(CHOOSE_ENCODING,),
    )


def broken_characters(path: str, rows: Sequence[int]) -> Problem:
    """Some characters could not be read and stand as replacement characters now."""
    return Problem(
        code="broken_characters",
        title=f"{counted(len(rows), 'row')} with characters that cannot be read",
        reason=f'{rows_named(rows)} of "{file_name(path)}": what cannot be read stands as \ufffd now.',
        fix="If it matters, save the file again as UTF-8 and choose it once more.",
        safe=SAFE,
        severity=Severity.WARNING,
        rows=tuple(rows[:ROWS_KEPT]),
        row_count=len(rows),
        actions=(CHOOSE_ENCODING,),
    )


def bad_delimiter(path: str, delimiter: str) -> Problem:
    """What was named cannot stand between columns."""
    return Problem(
        code="bad_delimiter",
        title=f'"{printable(delimiter)}" cannot stand between columns',
        reason=f'"{file_name(path)}" was to be read with it. One character is needed that is neither a '
        "quotation mark nor a line break.",
        fix="Use a comma, a semicolon or a tab (written \\t), or leave it empty: then Thaw finds out.",
        safe=SAFE,
        setting="delimiter",
    )
