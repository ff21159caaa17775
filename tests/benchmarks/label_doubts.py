"""How many wrong labels are found: 5 % of a sample's labels are turned round, MiniLM reads its texts.

    python -m tests.benchmarks.label_doubts [FILE …]

Some labels of a sample are wrong by themselves; that they are named counts as a mistake here.
"""

from __future__ import annotations

import csv
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import resources
from engine.protocol.commands import FindLabelDoubts
from engine.protocol.config import DataConfig
from engine.protocol.events import Event
from engine.protocol.label_doubts import LabelDoubtsFound
from engine.training.label_doubts import find_label_doubts
from engine.training.workbench import Workbench

_SHARE = 0.05
_FILES = ("posts.csv", "definitions.csv")


def turn_round(source: Path, target: Path, share: float, seed: int = 0, rows: int | None = None) -> set[int]:
    """Writes a table of texts and labels in which some labels are another one.

    Args:
        source: The table.
        target: Where to.
        share: How many of the labels, 0 to 1.
        seed: Which ones, and to what.
        rows: Only so many rows; ``None`` for all.

    Returns:
        The numbers of the rows whose labels are another one now.
    """
    with source.open(encoding="utf-8", newline="") as file:
        header, *table = csv.reader(file)
    table = table[:rows]
    names = sorted({label for _, label in table})
    chance = np.random.default_rng(seed)
    turned = chance.choice(len(table), round(share * len(table)), replace=False)
    for place in turned:
        others = [name for name in names if name != table[place][1]]
        table[place][1] = others[chance.integers(len(others))]
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *table])
    return {int(place) + 1 for place in turned}


def look(path: Path) -> LabelDoubtsFound:
    """Returns what is found in a table."""
    said: list[Event] = []
    question = FindLabelDoubts(job_id="", data=DataConfig(path=str(path)), task="text_classification")
    find_label_doubts(question, Workbench(), said.append)
    return next(event for event in said if isinstance(event, LabelDoubtsFound))


def main() -> None:
    """Prints precision and recall among the first k, k being the number of wrong labels, and among all."""
    samples = Path(resources.__file__).parent / "samples"
    with tempfile.TemporaryDirectory() as folder:
        for source in [Path(name) for name in sys.argv[1:]] or [samples / name for name in _FILES]:
            target = Path(folder) / source.name
            turned = turn_round(source, target, _SHARE)
            started = time.perf_counter()
            named = [doubt.row for doubt in look(target).doubts]
            took = time.perf_counter() - started
            first = len(turned & {*named[: len(turned)]}) / len(turned)
            clearest = len(turned & {*named[:50]}) / 50
            found = len(turned & {*named})
            print(
                f"{source.name}: {len(turned)} turned round, {len(named)} named; of the first 50 "
                f"{clearest:.2f} are, of the first {len(turned)} {first:.2f}; of all precision "
                f"{found / len(named):.2f}, recall {found / len(turned):.2f}; {took:.0f} s"
            )


if __name__ == "__main__":
    main()
