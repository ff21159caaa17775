"""What a person feels of the window, each measured in a process of its own by the benchmarks beside this one.

``python -m tests.benchmarks.speed.window_figures KIND`` prints one object of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable

import psutil

STARTED = "THAW_BENCH_STARTED"
"""Environment variable: when this process was started, in seconds since 1970."""


def cold() -> dict[str, float]:
    """Starts the window as the app does; returns after how long it takes a click, and its memory."""
    from PySide6.QtTest import QTest

    from tests.benchmarks.event_loop_gaps import open_window, wait_for

    began = float(os.environ.get(STARTED, "0")) or time.time()
    window, _ = open_window()
    QTest.qWaitForWindowExposed(window)
    wait_for(window.isVisible)  # a turn of the event loop: what was clicked before is heard now
    usable = time.time() - began
    at_once = _memory()
    until = time.perf_counter() + 8.0  # the other pages are built meanwhile, and the engine gets warm
    wait_for(lambda: time.perf_counter() > until)
    later = _memory()
    window.close()
    return {"seconds": usable, "megabytes_at_once": at_once, "megabytes": later}


def clicks() -> dict[str, float]:
    """Returns what :mod:`tests.benchmarks.two_clicks` measures."""
    from tests.benchmarks.two_clicks import measure

    return {**measure(pause=2.0)._asdict(), "megabytes": _memory()}


def gaps() -> dict[str, float]:
    """Returns the 99th percentile and the longest gap of the event loop while a run trains, in ms."""
    import numpy as np

    from tests.benchmarks.event_loop_gaps import measure

    wall, own = np.array(measure(20.0)["training"]).T
    return {
        "p99": float(np.percentile(wall, 99)),
        "longest": float(wall.max()),
        "own_p99": float(np.percentile(own, 99)),
        "own_longest": float(own.max()),
        "megabytes": _memory(),
    }


def pan() -> dict[str, float]:
    """Returns how many frames a second a run of a million steps is panned at."""
    from statistics import median

    from gui.app import make_application
    from tests.benchmarks.paint_charts import pan as pan_chart

    application = make_application(sys.argv[:1])
    frames = pan_chart(1_000_000)
    del application
    return {"frames_per_second": 1 / median(frames), "slowest_frame": max(frames)}


KINDS: dict[str, Callable[[], dict[str, float]]] = {"cold": cold, "clicks": clicks, "gaps": gaps, "pan": pan}


def _memory() -> float:
    """Returns what this process has in memory, in megabytes."""
    return psutil.Process().memory_info().rss / 1e6


def main() -> None:
    """Measures one of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kind", choices=[*KINDS])
    kind = parser.parse_args().kind
    if sys.platform.startswith("linux") and not {"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        os.environ["THAW_HOME"] = home
        found = KINDS[kind]()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
