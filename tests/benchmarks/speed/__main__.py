"""Measures, prints the table, and writes it where asked; see the package."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec

from tests.benchmarks.speed import tables
from tests.benchmarks.speed.answers import Compared
from tests.benchmarks.speed.comparing import compare
from tests.benchmarks.speed.figures import LIMIT, WINDOW, Figure, limit_figures, window_figures
from tests.benchmarks.speed.plan import ROWS


def main() -> int:
    """Returns 0; with ``--strict`` 1 where a figure is missed, scores differ or something is not measured."""
    ids = [*(row.id for row in ROWS), LIMIT, *WINDOW]
    parser = argparse.ArgumentParser(
        prog="bootstrap.py bench",
        description="Thaw against what people would use otherwise; an hour and a half on 2 cores.",
        epilog=f"Rows: {', '.join(ids)}. Without any: all.",
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help="what is measured")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was measured")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table for a page")
    parser.add_argument("--repeats", type=int, default=2, help="runs of each side, in turns; medians count")
    parser.add_argument("--strict", action="store_true", help="end with 1 where a figure is missed")
    chosen = parser.parse_args()
    unknown = sorted(set(chosen.rows) - set(ids))
    if unknown:
        parser.error(f"no such row: {', '.join(unknown)}; there are {', '.join(ids)}")
    wanted = set(chosen.rows or ids)
    facts = tables.machine()
    rows: list[Compared] = []
    figures: list[Figure] = []

    def write() -> None:
        """Writes what there is so far: nothing is lost when it is ended early."""
        if chosen.json:
            whole = {"machine": facts, "rows": rows, "figures": figures}
            chosen.json.write_bytes(msgspec.json.format(msgspec.json.encode(whole)) + b"\n")
        if chosen.markdown:
            chosen.markdown.write_text(tables.markdown(facts, rows, figures), encoding="utf-8")

    for row in ROWS:
        if row.id in wanted:
            rows.append(compare(row, chosen.repeats, tables.say))
            write()
    if LIMIT in wanted:
        tables.say("limit: what the machine could do")
        figures += limit_figures(rows)
    for kind in WINDOW:
        if kind in wanted:
            tables.say(f"window: {kind}")
            figures += window_figures(kind)
    write()
    print(tables.text(facts, rows, figures))
    fine = all(row.ratio is not None and row.met is not False for row in rows)
    fine = fine and all(row.scores_agree is not False and row.same_steps is not False for row in rows)
    fine = fine and all(figure.value is not None and figure.met is not False for figure in figures)
    return 0 if fine or not chosen.strict else 1


if __name__ == "__main__":
    sys.exit(main())
