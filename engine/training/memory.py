"""Memory: whether an error means that it ran out, the most that was used, and giving back what is not."""

from __future__ import annotations

import gc
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import psutil
import torch

from engine.garbage import give_memory_back
from engine.training.progress import Throttle

_SIGNS = ("can't allocate memory", "not enough memory", "out of memory", "bad_alloc")
_INTERVAL = 6.0  # seconds between two times that memory is given back, at least

Read = TypeVar("Read")
"""What comes out of a batch."""


def is_out_of_memory(error: BaseException) -> bool:
    """Returns whether an error means that there was not enough memory.

    On the processor torch has no class of its own for it, only words.

    Args:
        error: What was raised.
    """
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error).lower() for sign in _SIGNS)


def free_after(error: BaseException) -> None:
    """Lets go of what was being computed when memory ran out, so that something smaller finds room.

    An error keeps what every function on its way held: of a step, all that its batch had left for the way
    back.

    Args:
        error: What was raised; its traceback still says where.
    """
    traceback.clear_frames(error.__traceback__)
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    give_memory_back()


def in_batches(
    batches: Iterable[Sequence[int]], read: Callable[[Sequence[int]], Read]
) -> Iterator[tuple[Sequence[int], Read]]:
    """Yields batches and what comes out of them; where memory runs out, all that is left in half of each.

    For rows that are only read: what a row gets does not depend on the rows beside it, but for rounding.

    Args:
        batches: Numbers of rows.
        read: Reads a batch; called again with fewer rows where there was not enough memory.

    Raises:
        MemoryError: When there is not enough for a single row; or torch's own error for that.
    """
    waiting = deque(batches)
    while waiting:
        numbers = waiting.popleft()
        try:
            found = read(numbers)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error) or len(numbers) == 1:
                raise
            free_after(error)
            waiting = deque(half for batch in (numbers, *waiting) for half in _halves(batch))
            continue
        yield numbers, found


def _halves(numbers: Sequence[int]) -> list[Sequence[int]]:
    """Returns a batch as two of half the size; a single row stays one."""
    middle = len(numbers) // 2
    return [half for half in (numbers[:middle], numbers[middle:]) if half]


def peak_memory(device: torch.device, mapped: int = 0) -> int:
    """Returns the most bytes that this process has held: on the graphics card, if it trains there.

    Args:
        device: Where it trains.
        mapped: Bytes of files that lie in memory as long as nobody needs it; they are not counted.
    """
    if device.type == "cuda":
        return int(torch.cuda.max_memory_reserved(device))
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset) - mapped
    import resource  # not on Windows

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (most if sys.platform == "darwin" else most * 1024) - mapped  # bytes there, kibibytes here


def forget_peak(device: torch.device) -> None:
    """Lets the peak begin anew with what is held now, where the system can: another run may have had it.

    Args:
        device: Where the next run trains.
    """
    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats(device)
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


class Tidier:
    """Gives memory that is free inside this process back to the system, now and then.

    Batches of many lengths leave holes in glibc's heap: fine-tuning MiniLM held up to 1.85 GB in 190 steps,
    1.70 GB with this every two seconds. It takes some 40 ms, and all of it has to be fetched again, so that
    it cost 6 % of the time then. Elsewhere than on Linux nothing is done.
    """

    def __init__(self) -> None:
        """Starts with nothing to tidy."""
        self._throttle = Throttle(_INTERVAL)

    def step_ended(self) -> None:
        """Tidies if it is time."""
        if self._throttle.is_due:
            started = time.perf_counter()
            give_memory_back()
            self._throttle.happened(time.perf_counter() - started)
