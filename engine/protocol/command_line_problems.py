"""What can be wrong with words on the command line."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence

from engine.protocol.file_problems import SAFE
from engine.protocol.problems import Problem, Severity
from engine.protocol.wording import file_name, listed, printable, quoted, shortened

_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text in quotation marks",
    "bool": "true or false",
    "object": "a table of its own",
    "array": "a list",
}
_OTHER_KIND = re.compile(r"Expected `([^`]+)`, got `(\w+)` - at `\$\.([^`]+)`")


def _plain(details: str) -> str:
    """Returns what a reader of TOML says, in words where its meaning is known."""
    match = _OTHER_KIND.fullmatch(details)
    if match is None:
        return details.rstrip(".")
    wanted = " or ".join(_KINDS.get(kind, kind) for kind in match[1].split(" | ") if kind != "null")
    return f"{match[3]} must be {wanted}, and it is {_KINDS.get(match[2], match[2])}"


def nothing_to_train_on() -> Problem:
    """Neither rows nor a saved run were named."""
    return Problem(
        code="nothing_to_train_on",
        title="There is nothing to train on",
        reason="Neither a file of rows nor a saved run was named.",
        fix="Name a file with --data FILE, or a saved run: thaw-engine train RUN.toml.",
    )


def nothing_to_answer() -> Problem:
    """No text was given."""
    return Problem(
        code="nothing_to_answer",
        title="There is no text to answer",
        reason="Neither --text nor --input nor --file gave one.",
        fix='Give a text with --text "…", or a file with --file FILE.',
    )


def out_needs_file() -> Problem:
    """Answers were to be written to a file, and it was not said to what."""
    return Problem(
        code="out_needs_file",
        title="Only the answers to a file are written to a file",
        reason="--out needs --file, and neither --text nor --input.",
        fix="Name the file to answer: --file FILE --out NEW.",
    )


def input_missing(*, missing: Sequence[str], needed: Sequence[str]) -> Problem:
    """Of several texts that belong together some were not given.

    Args:
        missing: Ids of the roles without a text.
        needed: Ids of all roles that the run's task needs.
    """
    example = " ".join(f'--input {role}="…"' for role in needed)
    return Problem(
        code="input_missing",
        title=f"There is no {listed(missing)} to answer",
        reason=f"This run answers {listed(needed)} together, and {listed(missing)} was not given."
        if len(needed) > 1
        else f"This run needs a {needed[0]}, and none was given.",
        fix=f"Write {example}",
    )


def unknown_input(*, asked: str, near: str, known: Sequence[str]) -> Problem:
    """A text was given for something that the run does not read.

    Args:
        asked: What was said.
        near: A role with a similar name, or an empty text.
        known: Ids of the roles that the run's task reads.
    """
    return Problem(
        code="unknown_input",
        title=f'The run does not read "{shortened(asked)}"',
        reason=f"It reads {listed(known)}.",
        fix=f'Did you mean "{near}"?' if near else f'Write it as --input {known[0]}="…".',
        setting="input",
    )


def no_column_to_answer(*, file: str, column: str, names: Sequence[str]) -> Problem:
    """A table of texts to answer has no column that looks like texts.

    Args:
        file: The file.
        column: The one that the run has learned from.
        names: Those that the file has.
    """
    return Problem(
        code="no_such_column",
        title=f'No texts were found in "{file_name(file)}"',
        reason=f'The run has learned from the column "{shortened(column)}"; this file has '
        f"{quoted(names, 8)}.",
        fix=f'Call the column with the texts "{shortened(column)}" in the first row, and try again.',
        safe=SAFE,
    )


def column_left_out(*, file: str, column: str, names: Sequence[str]) -> Problem:
    """A table to answer lacks a column that the run has read beside its texts, and can do without.

    Args:
        file: The file.
        column: The one that the run has learned from.
        names: Those that the file has.
    """
    return Problem(
        code="no_such_column",
        title=f'"{file_name(file)}" has no column "{shortened(column)}"',
        reason=f"The run has learned from it, too; this file has {quoted(names, 8)}. "
        "Its rows are answered without it, which the run has never done.",
        fix=f'Call the column with these texts "{shortened(column)}" in the first row, and try again.',
        safe=SAFE,
        severity=Severity.WARNING,
    )


def unknown_entry(*, path: str, asked: str, near: str) -> Problem:
    """A run file has an entry that no run has.

    Args:
        path: The file.
        asked: Name of the entry.
        near: One that a run has, with a similar name; may be empty.
    """
    return Problem(
        code="run_file_unreadable",
        title=f'A run has no entry "{shortened(asked)}"',
        reason=f"It stands in {printable(path)} and would be left aside.",
        fix=f'Did you mean "{near}"?' if near else "Take it out; settings stand below [settings].",
        safe="Nothing was started.",
    )


def not_a_pair(*, text: str, form: str) -> Problem:
    """An option should hold a name and a value.

    Args:
        text: What was said.
        form: What it should look like.
    """
    return Problem(
        code="not_a_pair",
        title=f'"{text}" is not understood',
        reason=f"It should look like {form}.",
        fix="Write the name, an equals sign and the value, with no spaces around it.",
    )


def unknown_role(*, asked: str, near: str, known: Sequence[str]) -> Problem:
    """A column was to mean something that the task does not know.

    Args:
        asked: What was said.
        near: A role with a similar name, or an empty text.
        known: Ids of the task's roles.
    """
    return Problem(
        code="unknown_role",
        title=f'No column can mean "{asked}"',
        reason=f"For this task a column can mean {listed(known)}.",
        fix=f'Did you mean "{near}"?' if near else f"Write it as {known[0]}=COLUMN.",
        safe="Nothing was started.",
        setting="columns",
    )


def unknown_split(*, asked: str, near: str, known: Sequence[str]) -> Problem:
    """What was said about the split is nothing that a split has."""
    hint = f' Did you mean "{near}"?' if near else ""
    return Problem(
        code="unknown_split",
        title=f'A split has no "{printable(asked)}"',
        reason=f"It has {quoted(known, 8)}.{hint}",
        fix=f"Say --split {near or known[0]}=… instead.",
        setting="split",
    )


def wrong_split(*, said: Mapping[str, str], details: str) -> Problem:
    """A value of the split is no number where it has to be one."""
    words = " ".join(f"--split {name}={value}" for name, value in said.items())
    return Problem(
        code="wrong_split",
        title="The split cannot be read",
        reason=f"{words}: validation and test are shares such as 0.15; seed, folds and fold are whole "
        "numbers.",
        fix="Say them as numbers.",
        setting="split",
        details=details,
    )


def no_such_folder(*, folder: str, is_file: bool = False) -> Problem:
    """A folder was named that is not there, or is a file."""
    name = file_name(folder)
    return Problem(
        code="no_runs",
        title=f'"{name}" is a file, not a folder' if is_file else f'There is no folder "{name}"',
        reason=f"Thaw looked for runs in {printable(folder)}.",
        fix="Name the folder that runs were saved in; without a name it is the folder runs.",
    )


def not_a_run_file(*, path: str, looks_like_rows: bool) -> Problem:
    """A file was named to be repeated that is no saved run.

    Args:
        path: The file.
        looks_like_rows: Whether its ending is that of a table.
    """
    name = file_name(path)
    if looks_like_rows:
        return Problem(
            code="not_a_run",
            title=f'"{name}" is not a saved run',
            reason="Without --data, train repeats a run from its run.toml; this looks like a file of rows.",
            fix=f"To train on its rows: thaw-engine train --data {shlex.quote(path)}",
            safe=SAFE,
        )
    return Problem(
        code="not_a_run",
        title=f'"{name}" is not a saved run',
        reason=f"{printable(path)} does not hold a run that Thaw has written.",
        fix="Name a run.toml, or the folder that it stands in.",
        safe=SAFE,
    )


def no_such_run(*, path: str, reason: str | None) -> Problem:
    """A saved run was named that cannot be opened.

    Args:
        path: What was named.
        reason: What the system says.
    """
    return Problem(
        code="not_a_run",
        title=f'There is no run "{file_name(path)}"',
        reason=f"{printable(path)} cannot be opened: {(reason or 'it is not there').lower()}.",
        fix="Name a run's folder or its run.toml; thaw-engine runs DIR lists those in a folder.",
    )


def run_file_differs(*, path: str, details: str) -> Problem:
    """A run file holds something that cannot be a run.

    Args:
        path: The file.
        details: What is wrong and where, as the reader says.
    """
    return Problem(
        code="run_file_unreadable",
        title=f'"{file_name(path)}" cannot be read as a run',
        reason=f"In {printable(path)}: {_plain(details)}.",
        fix="Correct that place, or repeat the run from another run.toml.",
        safe=SAFE,
    )


def no_runs(*, folder: str) -> Problem:
    """A folder holds no runs."""
    return Problem(
        code="no_runs",
        title="There are no runs in that folder",
        reason=f"{printable(folder)} holds no folder with a run in it.",
        fix="Train one: thaw-engine train --data FILE.",
    )


def cannot_print(*, reason: str) -> Problem:
    """What a command says cannot be written to where it was sent.

    Args:
        reason: What the system says.
    """
    return Problem(
        code="cannot_print",
        title="What this command says cannot be written",
        reason=f"It was sent to a place that takes no more. The system says: {reason}.",
        fix="Send it to another file, or leave out the > and read it here.",
    )


def usage(*, said: str, command: str) -> Problem:
    """The words of a command line do not fit the command.

    Args:
        said: What does not fit, without a full stop.
        command: The command, e.g. ``"thaw-engine train"``.
    """
    return Problem(
        code="usage",
        title="This command line is not understood",
        reason=f"{printable(said).rstrip('.')}.",
        fix=f"See what it takes: {command} --help",
        safe="Nothing was started.",
    )
