"""What can go wrong when a finished run is written to be taken away, in words."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.problem_words import size_words
from engine.protocol.problems import Action, Problem
from engine.protocol.wording import listed, printable, quoted

SAFE = "The run is as it was, and nothing half-written was left behind."
_CHOOSE = Action(id="choose_folder", label="Choose another folder")


def unknown_export(kind: str, nearest: str, known: Sequence[str]) -> Problem:
    """There is no such kind of export.

    Args:
        kind: What was said.
        nearest: What was probably meant; empty for none.
        known: Ids of the kinds.
    """
    return Problem(
        code="unknown_export",
        title=f'There is no export called "{printable(kind)}"',
        reason=f"A run can be written as {listed(known)}.",
        fix=f'Did you mean "{nearest}"?' if nearest else "Choose one of these.",
        safe=SAFE,
    )


def cannot_export(name: str, reason: str) -> Problem:
    """A kind cannot be written of this run.

    Args:
        name: What the kind is called.
        reason: Why, a sentence.
    """
    return Problem(
        code="cannot_export",
        title=f'"{name}" cannot be written of this run',
        reason=reason,
        fix="Choose another form.",
        safe=SAFE,
    )


def package_missing(name: str, packages: Sequence[str], install: str) -> Problem:
    """A form needs packages that are not installed.

    Args:
        name: What the kind is called.
        packages: The packages.
        install: What to type to get them.
    """
    verb = "is" if len(packages) == 1 else "are"
    return Problem(
        code="package_missing",
        title=f'"{name}" needs {listed(packages)}',
        reason=f"{listed(packages)} {verb} not installed with this Thaw; only this export needs them.",
        fix=f"Install with: {install}",
        safe=SAFE,
    )


def export_in_the_way(folder: str, names: Sequence[str]) -> Problem:
    """The place holds files of the same name already.

    Args:
        folder: The place.
        names: What is there already.
    """
    verb = "is" if len(names) == 1 else "are"
    return Problem(
        code="export_in_the_way",
        title="Files of that name are there already",
        reason=f'In "{printable(folder)}" {quoted([printable(name) for name in names], 4)} {verb} there '
        "already, and an export never writes over anything.",
        fix="Choose another folder.",
        safe=SAFE,
        actions=(_CHOOSE,),
    )


def cannot_export_to(folder: str, reason: str, details: str) -> Problem:
    """The place cannot be written to.

    Args:
        folder: The place.
        reason: Why, in the system's words.
        details: Technical text.
    """
    said = f" The system says: {reason}." if reason else ""
    return Problem(
        code="cannot_export_to",
        title="The files cannot be written there",
        reason=f'Thaw cannot write in "{printable(folder)}".{said}',
        fix="Choose a folder that you may write to.",
        safe=SAFE,
        actions=(_CHOOSE, Action(id="copy_details", label="Copy details")),
        details=details,
    )


def no_room_to_export(folder: str, needed: int, free: int) -> Problem:
    """There is not enough room.

    Args:
        folder: The place.
        needed: Bytes, about; 0 where nobody knows.
        free: Bytes that are free.
    """
    known = f"The files need about {size_words(needed)}; there are" if needed else "There are only"
    return Problem(
        code="no_room_to_export",
        title="There is not enough room on the disk",
        reason=f'{known} {size_words(free)} free where "{printable(folder)}" is.',
        fix="Make room, or choose another folder.",
        safe=SAFE,
        actions=(_CHOOSE,),
    )


def converter_failed(name: str, reason: str, details: str) -> Problem:
    """llama.cpp's converter cannot write a model.

    Args:
        name: What the base model is called.
        reason: The last that the converter said.
        details: What it said before.
    """
    if "pre-tokenizer was not recognized" in reason:
        why = f"llama.cpp does not know how {name} cuts texts into pieces, so its file would read otherwise."
    else:
        why = f"llama.cpp's converter stopped at {name} and said: {printable(reason)}"
    return Problem(
        code="converter_failed",
        title="llama.cpp cannot write this model as GGUF",
        reason=why,
        fix="Take the model folder, or try a newer llama.cpp.",
        safe=SAFE,
        actions=(Action(id="copy_details", label="Copy details"),),
        details=details,
    )


def gguf_differs(name: str, detail: str) -> Problem:
    """A GGUF file was written and answers otherwise than the run.

    Args:
        name: What the base model is called.
        detail: What was measured, a sentence.
    """
    return Problem(
        code="gguf_differs",
        title="The GGUF file answers otherwise than the run, so it was thrown away",
        reason=f"llama.cpp's converter wrote {name}, and it was read back. {detail}",
        fix="Take the model folder, or try a newer llama.cpp.",
        safe=SAFE,
    )


def run_part_missing(folder: str, part: str) -> Problem:
    """A file of the run that is needed is missing or damaged.

    Args:
        folder: The run's folder.
        part: Name of the file in it.
    """
    return Problem(
        code="run_part_missing",
        title=f'A part of this run is missing: "{printable(part)}"',
        reason=f'In "{printable(folder)}" it is missing or damaged, and what was asked for is made of it.',
        fix="Put the file back from a copy, or train again with the same settings.",
        safe="The rest of the run is as it was, and can be written.",
    )


def port_taken(port: int) -> Problem:
    """A model cannot be served at a port.

    Args:
        port: The port.
    """
    return Problem(
        code="port_taken",
        title=f"Port {port} is taken",
        reason="Another program on this computer answers there, or it is kept for the system.",
        fix="Choose another one with --port, or leave it out: then a free one is taken.",
        safe="Nothing was started.",
    )
