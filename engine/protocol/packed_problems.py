"""Problems of packed files, in words."""

from __future__ import annotations

from engine.protocol.file_problems import CHOOSE_FILE, SAFE
from engine.protocol.problems import Problem
from engine.protocol.wording import file_name, printable


def damaged_archive(path: str, said: str) -> Problem:
    """The packed file cannot be unpacked; ``said`` are the words of the library."""
    return Problem(
        code="damaged_archive",
        title=f'"{file_name(path)}" cannot be unpacked',
        reason="A part of it is missing or damaged; perhaps it was not copied whole.",
        fix="Copy or download it again, or unpack it yourself and choose the file inside.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
        details=printable(said),
    )


def locked_archive(path: str) -> Problem:
    """The packed file asks for a password."""
    return Problem(
        code="locked_archive",
        title=f'"{file_name(path)}" is locked with a password',
        reason="What is inside cannot be read without it.",
        fix="Unpack it yourself, and choose the file inside.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def nothing_packed(path: str) -> Problem:
    """The packed file holds no file."""
    return Problem(
        code="nothing_packed",
        title=f'"{file_name(path)}" holds no file',
        reason="There is nothing inside that could be read.",
        fix="Choose another file.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def too_large_inside(path: str, limit: int) -> Problem:
    """More comes out of the packed file than a table may have; bytes."""
    return Problem(
        code="too_large_inside",
        title=f'"{file_name(path)}" is too large when it is unpacked',
        reason=f"More than {limit / 1e9:.0f} GB come out of it.",
        fix="Save a part of the rows into a smaller file; a few thousand are plenty to start with.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )


def packed_too_often(path: str) -> Problem:
    """Packed files lie inside of packed files, again and again."""
    return Problem(
        code="packed_too_often",
        title=f'"{file_name(path)}" is packed too often',
        reason="Inside of it are packed files in packed files.",
        fix="Unpack it yourself, and choose the file with your rows.",
        safe=SAFE,
        actions=(CHOOSE_FILE,),
    )
