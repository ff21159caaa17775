"""The tables, for the terminal and for docs/speed.md."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psutil

from engine import device as devices
from tests.benchmarks.speed.answers import Compared, Side
from tests.benchmarks.speed.figures import Figure

_HEADINGS = (
    "work",
    "against",
    "sample",
    "Thaw",
    "other",
    "ratio",
    "at least",
    "met",
    "to the same score",
    "memory",
    "macro-F1",
    "agree",
)
_FIGURES = ("what", "value", "bound", "met", "note")
_PACKAGES = {
    **{name: name for name in ("torch", "transformers", "peft", "accelerate", "bitsandbytes")},
    "PySide6-Essentials": "PySide6",
}
"""Package → what of it is imported."""
_MET = {True: "yes", False: "NO", None: ""}
_PAGE = (
    "# How fast Thaw is",
    "",
    "Written by `python3 packaging/bootstrap.py bench --markdown docs/speed.md`. In each row both sides",
    "do the same work: the same rows in the same split and cut at the same length, the same model and",
    "head, epochs, rows in a step, rates and seed; both judge the validation rows before the first step",
    "and after each epoch, and keep the best state. They take turns, each time in a fresh process, and",
    "medians stand here. The time is that from rows and model being ready to the end of the last",
    "validation; imports are not in it. Where Thaw reads the rows once, it reads the test rows, too,",
    "and that is in its time. *To the same score* is the time until a validation reached the score that",
    "both reach. Memory is the most that the process had. Macro-F1 is that of the test rows, Thaw's",
    "with its 95 % interval; the two agree where the other side's lies in it.",
    "",
)


def machine(device: str = "cpu") -> dict[str, str]:
    """Returns what this was measured on.

    Args:
        device: Where it computes.
    """
    cpuinfo = Path("/proc/cpuinfo")
    names = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    processor = next((line.partition(":")[2].strip() for line in names if line.startswith("model name")), "")
    load = psutil.getloadavg()[0]
    card = {} if device == "cpu" else {"graphics card": devices.facts(devices.choose(device)).label}
    return {
        **card,
        "processor": processor or platform.processor() or platform.machine(),
        "cores": f"{psutil.cpu_count(logical=False) or '?'} ({psutil.cpu_count()} threads)",
        "memory": f"{psutil.virtual_memory().total / 1e9:.0f} GB",
        "system": platform.system(),
        "python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES if find_spec(_PACKAGES[name])},
        "load before": f"{load:.1f}",
    }


def text(facts: dict[str, str], rows: Sequence[Compared], figures: Sequence[Figure]) -> str:
    """Returns everything for a terminal."""
    lines = [f"{name}: {value}" for name, value in facts.items()]
    for heading, cells in _tables(rows, figures):
        widths = [max(map(len, column)) for column in zip(heading, *cells, strict=True)]
        lines.append("")
        lines += [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in (heading, *cells)
        ]
    return "\n".join([*lines, "", *_notes(rows)])


def markdown(facts: dict[str, str], rows: Sequence[Compared], figures: Sequence[Figure]) -> str:
    """Returns everything as a page."""
    lines = [*_PAGE, f"Measured on: {', '.join(f'{name} {value}' for name, value in facts.items())}."]
    for heading, cells in _tables(rows, figures):
        lines += ["", f"| {' | '.join(heading)} |", f"|{'---|' * len(heading)}"]
        lines += [f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in cells]
    notes = [f"- {note}" for note in _notes(rows)]
    return "\n".join([*lines, *(["", *notes] if notes else [])]) + "\n"


def _tables(
    rows: Sequence[Compared], figures: Sequence[Figure]
) -> Iterator[tuple[tuple[str, ...], list[list[str]]]]:
    if rows:
        yield _HEADINGS, [_cells(row) for row in rows]
    if figures:
        yield _FIGURES, [_figure_cells(figure) for figure in figures]


def _cells(row: Compared) -> list[str]:
    at_least = "" if row.at_least is None else f"{row.at_least:g} ×"
    named = [row.work, row.against, row.sample]
    if row.ratio is None or row.thaw is None or row.other is None:
        return [*named, "", "", "not measured", at_least, _MET[row.met], "", "", "", ""]
    same = [("–" if one is None else f"{one:.1f}") for one in row.seconds_to_same_score]
    return [
        *named,
        _seconds(row.thaw),
        _seconds(row.other),
        f"{row.ratio:.2f} ×",
        at_least,
        _MET[row.met],
        f"{' / '.join(same)} s to {row.same_score:.3f}",
        f"{row.thaw.peak:.0f} / {row.other.peak:.0f} MB",
        f"{row.thaw.score:.3f} ({row.thaw.low or 0:.3f}–{row.thaw.high or 0:.3f}) / {row.other.score:.3f}",
        _MET[row.scores_agree],
    ]


def _seconds(side: Side) -> str:
    digits = 2 if side.seconds < 10 else 1
    return f"{side.seconds:.{digits}f} s, {side.rows_per_second:.0f}/s"


def _figure_cells(figure: Figure) -> list[str]:
    digits = 2 if figure.unit == "s" else 0 if figure.unit in {"MB", "GFLOP/s"} else 1
    value = "not measured" if figure.value is None else f"{figure.value:,.{digits}f} {figure.unit}"
    sign = "≤" if figure.at_most else "≥"
    bound = "" if figure.bound is None else f"{sign} {figure.bound:g} {figure.unit}"
    return [figure.name, value, bound, _MET[figure.met], figure.note.replace("\n", " ")[-160:]]


def _notes(rows: Sequence[Compared]) -> list[str]:
    """Returns what has to be said of rows: why not, other steps, versions that are not Thaw's."""
    notes = []
    for row in rows:
        if row.note:
            notes.append(f"{row.id}: {' '.join(row.note.split())[-400:]}")
        if row.same_steps is False:
            notes.append(f"{row.id}: the two did not take as many steps; the times cannot be compared.")
        if row.thaw is not None and row.other is not None:
            own = {
                name: said for name, said in row.other.versions.items() if row.thaw.versions.get(name) != said
            }
            if own:
                with_own = ", ".join(f"{name} {said}" for name, said in own.items())
                notes.append(f"{row.id}: the other side has {with_own}.")
            if row.thaw.precision != row.other.precision:
                notes.append(f"{row.id}: Thaw multiplied in {row.thaw.precision}.")
    return notes


def say(line: str) -> None:
    """Tells how far it is, beside the table."""
    print(line, file=sys.stderr, flush=True)
