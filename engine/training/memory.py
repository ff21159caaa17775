"""Memory: whether an error means that it ran out, and the most that was used."""

from __future__ import annotations

import sys

import psutil
import torch

_SIGNS = ("can't allocate memory", "not enough memory", "out of memory", "bad_alloc")


def is_out_of_memory(error: BaseException) -> bool:
    """Returns whether an error means that there was not enough memory.

    On the processor torch has no class of its own for it, only words.

    Args:
        error: What was raised.
    """
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error).lower() for sign in _SIGNS)


def peak_memory(device: torch.device) -> int:
    """Returns the most bytes that this process has held: on the graphics card, if it trains there."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_reserved(device))
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource  # not on Windows

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024  # bytes there, kibibytes here
