"""Training gives way: all cores, but behind whatever a person works with; memory, but not theirs."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

import psutil

_NICENESS = 10
"""Of 19. A window that wants a core gets it; an idle core is used all the same."""

_FIRST_TO_GO = 300
"""Of 1000: in the system's choice of what to end, as if the process held 30 % of all memory more."""
_CHOICE = Path("/proc/self/oom_score_adj")


def go_first_when_memory_runs_out() -> None:
    """Lets the system end this process before what a person works with, should memory run out.

    A run goes on from its last checkpoint; what somebody has typed elsewhere would be lost. Only Linux can
    be told.
    """
    with suppress(OSError, ValueError):
        if int(_CHOICE.read_text()) < _FIRST_TO_GO:
            _CHOICE.write_text(f"{_FIRST_TO_GO}")


def lower_priority() -> None:
    """Lowers the priority of what this thread does from now on.

    On Linux that is this thread and those that it starts, so that the thread that reads commands
    stays quick; elsewhere it is the whole process.
    """
    if sys.platform == "win32":
        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    elif os.nice(0) < _NICENESS:
        os.nice(_NICENESS - os.nice(0))
