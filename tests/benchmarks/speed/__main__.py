"""Measures, prints the table, and writes it where asked; see the package."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import msgspec

from tests.benchmarks.speed import tables
from tests.benchmarks.speed.answers import Compared
from tests.benchmarks.speed.comparing import compare
from tests.benchmarks.speed.figures import LIMITS, WINDOW, Figure, limit_figures, window_figures
from tests.benchmarks.speed.large_model import make_large_model
from tests.benchmarks.speed.plan import CARD_ROWS, LARGE, MINILM, ROWS, Row


class Measured(msgspec.Struct):
    """What stands in the JSON.

    Attributes:
        machine: Name → what it is.
        rows: The comparisons.
        figures: Single figures.
    """

    machine: dict[str, str]
    rows: list[Compared] = []
    figures: list[Figure] = []

    def add(self, rows: Iterable[Compared], figures: Iterable[Figure]) -> None:
        """Puts what was measured in the place of what was measured before."""
        known = {row.id: row for row in self.rows} | {row.id: row for row in rows}
        self.rows = sorted(
            known.values(), key=lambda row: _IDS.index(row.id) if row.id in _IDS else len(_IDS)
        )
        self.figures = [*({one.id: one for one in self.figures} | {one.id: one for one in figures}).values()]


_ROWS = (*ROWS, *CARD_ROWS)
_IDS = [*(row.id for row in _ROWS), *LIMITS, *WINDOW]
_USUAL = {*(row.id for row in ROWS), "limit", *WINDOW}
"""What is measured without a word."""


def main() -> int:
    """Returns 0; with ``--strict`` 1 where a figure is missed, scores differ or something is not measured."""
    chosen = _asked()
    wanted = set(chosen.rows or _USUAL)
    measured = Measured(tables.machine(chosen.device))
    if chosen.add and chosen.json.is_file():
        before = msgspec.json.decode(chosen.json.read_bytes(), type=Measured)
        for name in ("processor", "graphics card"):
            if before.machine.get(name) != measured.machine.get(name):
                raise SystemExit(f"{chosen.json} was measured on another {name}: {before.machine.get(name)}")
        measured = before

    def add(rows: Iterable[Compared] = (), figures: Iterable[Figure] = ()) -> None:
        """Writes what there is so far: nothing is lost when it is ended early."""
        measured.add(rows, figures)
        if chosen.json:
            chosen.json.write_bytes(msgspec.json.format(msgspec.json.encode(measured)) + b"\n")
        if chosen.markdown:
            page = tables.markdown(measured.machine, measured.rows, measured.figures)
            chosen.markdown.write_text(page, encoding="utf-8")

    for row in _ROWS:
        if row.id in wanted:
            promised = row if chosen.device == "cpu" else replace(row, at_least=None)
            where = {"model": _model_of(row, chosen), "device": chosen.device}
            add([compare(promised, chosen.repeats, tables.say, **where)])
    for limit, of in LIMITS.items():
        if limit in wanted:
            tables.say(f"{limit}: what the machine could do")
            plan = next(row for row in _ROWS if row.id == of)
            where = {"model": _model_of(plan, chosen), "device": chosen.device}
            add(figures=limit_figures(measured.rows, plan, limit, **where))
    for kind in WINDOW:
        if kind in wanted:
            tables.say(f"window: {kind}")
            add(figures=window_figures(kind))
    add()
    print(tables.text(measured.machine, measured.rows, measured.figures))
    fine = all(row.ratio is not None and row.met is not False for row in measured.rows)
    fine = fine and all(
        row.scores_agree is not False and row.same_steps is not False for row in measured.rows
    )
    fine = fine and all(one.value is not None and one.met is not False for one in measured.figures)
    return 0 if fine or not chosen.strict else 1


def _asked() -> argparse.Namespace:
    """Returns what was asked for on the command line."""
    parser = argparse.ArgumentParser(
        prog="bootstrap.py bench",
        description="Thaw against what people would use otherwise; an hour and a half on 2 cores.",
        epilog=f"Rows: {', '.join(_IDS)}. Without any: all but those of a large model and a graphics card.",
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help="what is measured")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was measured")
    parser.add_argument("--add", action="store_true", help="keep what else stands in the JSON")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table for a page")
    parser.add_argument("--repeats", type=int, default=2, help="runs of each side, in turns; medians count")
    parser.add_argument("--strict", action="store_true", help="end with 1 where a figure is missed")
    parser.add_argument("--device", default="cpu", metavar="ID", help="where both sides compute, e.g. cuda:0")
    parser.add_argument("--model", default=MINILM, metavar="FOLDER", help="another base model than MiniLM")
    parser.add_argument(
        "--large", default="", metavar="FOLDER", help="where the large model is, or is to be made: 4.2 GB"
    )
    chosen = parser.parse_args()
    unknown = sorted(set(chosen.rows) - set(_IDS))
    if unknown:
        parser.error(f"no such row: {', '.join(unknown)}; there are {', '.join(_IDS)}")
    if chosen.add and not chosen.json:
        parser.error("--add needs --json, the file that is added to")
    if not chosen.large and any(name.startswith(LARGE) for name in chosen.rows):
        parser.error("a row of the large model needs --large, a folder for it")
    if chosen.large and not (Path(chosen.large) / "model.safetensors").is_file():
        numbers = make_large_model(Path(chosen.large), chosen.model)
        tables.say(f"made a model of {numbers:,} random numbers")
    return chosen


def _model_of(row: Row, chosen: argparse.Namespace) -> str:
    return str(chosen.large if row.model == LARGE else chosen.model)


if __name__ == "__main__":
    sys.exit(main())
