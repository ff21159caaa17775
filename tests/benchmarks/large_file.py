"""A gigabyte of CSV in the window: when its first rows are seen, when all are read, and the memory it takes.

Run it alone: ``python -m tests.benchmarks.large_file``. It writes the file (``--size``, bytes; ``--file``
uses one of your own), opens it in a real window with real engine processes, and says seconds and, on
Linux, the most memory that any engine process ever had. The bounds are 2 s until the first rows stand in the
window and 1 GB of memory; the exit status is 1 where one is missed.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path

import numpy as np
import psutil

from gui.main_window import MainWindow
from gui.widgets.rows_table import RowsTable
from tests.benchmarks.event_loop_gaps import GapMeter, open_window, wait_for

PREVIEW_BOUND, MEMORY_BOUND = 2.0, 1_000_000_000


def write_file(path: Path, size: int) -> int:
    """Writes a table of made-up sentences.

    Args:
        path: Where to.
        size: Bytes, about.

    Returns:
        How many rows it has.
    """
    posts = (files("resources") / "samples" / "posts.csv").read_text(encoding="utf-8")
    words, chance, rows = sorted(set(posts.replace('"', " ").split())), random.Random(0), 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "label", "source"])
        while file.tell() < size:
            for _ in range(2_000):
                rows += 1
                text = " ".join(chance.choices(words, k=chance.randrange(4, 40)))
                writer.writerow(
                    [rows, text, chance.choice(["happy", "sad"]), chance.choice(["forum", "mail"])]
                )
    return rows


def most_memory() -> dict[str, int]:
    """Returns the most memory, in bytes, that each process of this program ever had; Linux only."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            facts = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:  # it has ended meanwhile
            continue
        if int(facts["PPid"]) == os.getpid() or int(facts["Pid"]) == os.getpid():
            name = "window" if int(facts["Pid"]) == os.getpid() else f"engine {facts['Pid'].strip()}"
            found[name] = 1_024 * int(facts.get("VmHWM", "0 kB").split()[0])
    return found


def wait_until_quiet(seconds: float = 2.0) -> None:
    """Waits until no engine computes any more: what Setup prepares unasked needs memory too."""
    engines = psutil.Process().children()
    spent, since = -1.0, time.perf_counter()

    def is_quiet() -> bool:
        nonlocal spent, since
        now = sum(sum(engine.cpu_times()[:2]) for engine in engines)
        if now - spent > 0.05:
            spent, since = now, time.perf_counter()
        return time.perf_counter() - since > seconds

    wait_for(is_quiet, 300)


def scroll_through(window: MainWindow, steps: int = 300) -> None:
    """Scrolls the rows of the page from the first to the last, and back a page at a time."""
    rows = window.findChild(RowsTable, "rows_table")
    assert rows is not None
    bar, step = rows.verticalScrollBar(), 0

    def move() -> bool:
        nonlocal step
        step += 1
        far = bar.maximum() * step // steps if step <= steps else bar.value() - bar.pageStep()
        bar.setValue(far)
        return step >= 2 * steps

    wait_for(move)


def main() -> int:
    """Measures; returns the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=float, default=1e9)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--pictures", type=Path, help="a folder for pictures of the window")
    asked = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["THAW_HOME"], os.environ["THAW_CACHE"] = f"{folder}/home", f"{folder}/cache"
        path = asked.file or Path(folder) / "large.csv"
        if not path.exists():
            print(f"{write_file(path, int(asked.size)):,} rows written")
        return measure(path, asked.pictures)


def measure(path: Path, pictures: Path | None) -> int:
    """Opens a file and prints what it took; returns the exit status."""
    window, _workspace = open_window()
    window.resize(1440, 900)
    wait_for(lambda: window._engines.catalog is not None)
    meter = GapMeter()
    meter.phase = "reading"
    begun = time.perf_counter()
    window.open_path(str(path))

    def seen(name: str) -> float:
        if pictures is not None:
            window.grab().save(str(pictures / f"large-{name}.png"))
        return time.perf_counter() - begun

    wait_for(lambda: window.switch.opened is not None)
    assert window.switch.opened is not None
    project = window.switch.opened.project
    wait_for(lambda: project.first_rows is not None and window.current_page_id() == "data")
    preview = seen("preview")
    wait_for(lambda: (project.percent_read or 0) >= 40 or project.table is not None, 900)
    seen("reading")
    wait_for(lambda: project.table is not None, 900)
    read = seen("read")
    wait_for(lambda: project.prepared is not None, 900)
    checked = seen("checked")
    meter.phase = "scrolling"
    scroll_through(window)
    meter.phase = ""
    seen("scrolled")
    wait_until_quiet()
    memory = most_memory()
    print(f"first rows after {preview:.2f} s, all read after {read:.0f} s, checked after {checked:.0f} s")
    print("most memory:", ", ".join(f"{name} {size / 1e6:.0f} MB" for name, size in memory.items()))
    for phase, gaps in meter.gaps.items():
        times, own = [gap.wall for gap in gaps], [gap.own for gap in gaps]
        usual, computed = np.percentile(times, 99), np.percentile(own, 99)
        print(
            f"{phase}: 99 % of the gaps up to {usual:.0f} ms ({computed:.0f} ms the window's own), "
            f"longest {max(times):.0f} ms ({max(own):.0f} ms)"
        )
    window.close()
    of_engines = max((size for name, size in memory.items() if name != "window"), default=0)
    return int(preview > PREVIEW_BOUND or of_engines > MEMORY_BOUND)


if __name__ == "__main__":
    sys.exit(main())
