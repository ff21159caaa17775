"""Training gives way to the window: all cores, but behind whatever a person works with."""

from __future__ import annotations

import os
import sys

import psutil

_NICENESS = 10
"""Of 19. A window that wants a core gets it; an idle core is used all the same."""


def lower_priority() -> None:
    """Lowers the priority of what this thread does from now on.

    On Linux that is this thread and those that it starts, so that the thread that reads commands
    stays quick; elsewhere it is the whole process.
    """
    if sys.platform == "win32":
        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    elif os.nice(0) < _NICENESS:
        os.nice(_NICENESS - os.nice(0))
