"""What can go wrong with data sets of the Hugging Face hub, and what is told of one, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.protocol.hub_kinds import HubKind, about
from engine.protocol.hub_origin import HubOrigin
from engine.protocol.hub_problems import NOTHING_FETCHED
from engine.protocol.problem_words import size_words
from engine.protocol.problems import Action, Problem, Severity
from engine.protocol.wording import counted, listed, quoted, shortened

_SHOWN = 12
"""So many configurations are named in a sentence."""


def _choices(name: str, sizes: Mapping[str, int]) -> tuple[Action, ...]:
    return tuple(
        Action(
            id="download_data_set",
            label=f"{config} · {size_words(size)}",
            arguments={"data_set": f"{name}/{config}"},
        )
        for config, size in sizes.items()
    )


def _named(sizes: Mapping[str, int]) -> str:
    return listed([f'"{shortened(config)}" ({size_words(size)})' for config, size in sizes.items()], _SHOWN)


def choose_config(*, name: str, sizes: Mapping[str, int]) -> Problem:
    """A data set is several, of which one is to be chosen.

    Args:
        name: Name of the data set.
        sizes: What it is made of → bytes.
    """
    return Problem(
        code="choose_config",
        title=f"{name} holds {counted(len(sizes), 'data set')}",
        reason=f"They are {_named(sizes)}.",
        fix="Choose one of them.",
        safe=NOTHING_FETCHED,
        actions=_choices(name, sizes),
    )


def no_such_config(*, name: str, config: str, sizes: Mapping[str, int]) -> Problem:
    """A data set does not have what was chosen of it.

    Args:
        name: Name of the data set.
        config: What was chosen.
        sizes: What it is made of → bytes.
    """
    return Problem(
        code="no_such_config",
        title=f'{name} has no "{shortened(config)}"',
        reason=f"It has {_named(sizes)}.",
        fix="Choose one of them.",
        safe=NOTHING_FETCHED,
        actions=_choices(name, sizes),
    )


def data_set_too_large(*, name: str, size: int, limit: int, fitting: Mapping[str, int]) -> Problem:
    """A data set is larger than what is read.

    Args:
        name: Name of the data set.
        size: Bytes of it.
        limit: Bytes that are read at most.
        fitting: What of it is small enough → bytes.
    """
    smaller = f" Small enough {'is' if len(fitting) == 1 else 'are'} {_named(fitting)}." if fitting else ""
    return Problem(
        code="data_set_too_large",
        title=f"{name} is too large",
        reason=f"Its files have {size_words(size)}, and Thaw reads at most {size_words(limit)} at once, "
        f"because rows are held in memory.{smaller}",
        fix="Choose a smaller one." if fitting else "Look for a smaller data set of the same kind.",
        safe=NOTHING_FETCHED,
        actions=_choices(name, fitting) or about(HubKind.DATA_SET).ways_out,
    )


def no_rows_on_hub(*, name: str, files: Sequence[str]) -> Problem:
    """A data set has no file with rows that can be read.

    Args:
        name: Name of the data set.
        files: Names of its files.
    """
    script = f"{name.split('/')[-1]}.py"
    programs = sorted((file for file in files if file.endswith(".py")), key=lambda file: file != script)
    if programs:
        title = f"{name} needs a program of its own"
        reason = (
            f"It has no files with rows, only {quoted(programs[:1])}, a program that would fetch and make "
            "them, and no program of a data set is ever run."
        )
    else:
        title = f"{name} has no rows that Thaw can read"
        held = quoted([file for file in files if not file.startswith(".")], 4)
        reason = f"It holds {held or 'no files'}; Thaw fetches CSV, TSV, JSON, Parquet and text files."
    return Problem(
        code="no_rows_on_hub",
        title=title,
        reason=reason,
        fix="Look for another data set; most hold their rows as files.",
        safe="No program was run, and nothing was fetched." if programs else NOTHING_FETCHED,
        actions=about(HubKind.DATA_SET).ways_out,
    )


def from_hub(origin: HubOrigin) -> Problem:
    """Tells of rows where they come from and under which licence."""
    which = f", {shortened(origin.config)}" if origin.config else ""
    left_out = f" Left out: {quoted(origin.left_out, 4)}." if origin.left_out else ""
    licence = f"the licence {shortened(origin.licence)}" if origin.licence else "no licence"
    return Problem(
        code="from_hub",
        title=f"From the Hugging Face hub: {origin.name}{which}",
        reason=f"Its card, {origin.page}, names {licence}.{left_out}",
        fix="Look at the card before you pass on the rows, or what was trained on them.",
        severity=Severity.NOTE,
    )
