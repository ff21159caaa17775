"""Whether a process ended because the computer had no memory left, as far as that can be known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.protocol.interrupted_runs import NEARLY_FULL

_STATISTICS = Path("/proc/vmstat")
_KILLED = -9
_ABORTED = -6
_WINDOWS_NO_MEMORY = {0xC0000017, 0xC000012D}
"""There was no memory, or no room in the page file."""


def kills_for_memory(statistics: Path = _STATISTICS) -> int | None:
    """Returns how many processes the kernel has ended since it started because memory ran out.

    Args:
        statistics: Where Linux counts that; within a container, too.

    Returns:
        The number; ``None`` on other systems.
    """
    try:
        lines = statistics.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    counts = (line.split() for line in lines)
    return next((int(count[1]) for count in counts if count[:1] == ["oom_kill"]), None)


def died_of_memory(
    exit_code: int | None,
    *,
    kills_before: int | None,
    kills_now: int | None,
    held: int = 0,
    free: int = 0,
    last_lines: Sequence[str] = (),
) -> bool:
    """Says whether memory is the reason for an end.

    A kill is put down to memory when the kernel says that it has killed for memory meanwhile, or when the
    process held nearly all that was free; else another program or the person may have done it.

    Args:
        exit_code: As :class:`subprocess.Popen` gives it; ``None`` when it is not known.
        kills_before: Of :func:`kills_for_memory`, when the process was well.
        kills_now: The same after its end.
        held: Bytes of main memory that it held when it was last heard of; 0 when not known.
        free: Bytes that were free when it started; 0 when not known.
        last_lines: What it wrote to its error stream last.
    """
    if exit_code is not None and exit_code & 0xFFFFFFFF in _WINDOWS_NO_MEMORY:
        return True
    if exit_code == _ABORTED:  # C++ ends so when nobody catches its own error
        return any("bad_alloc" in line for line in last_lines)
    if exit_code not in (_KILLED, None):
        return False
    if kills_before is not None and kills_now is not None and kills_now > kills_before:
        return True
    return exit_code == _KILLED and bool(free) and held >= NEARLY_FULL * free
