"""When Python looks for garbage, and when memory goes back to the system.

Nothing is searched before the libraries are loaded, and never among them.

The search goes through everything that is there again and again while torch and transformers are being
imported, and finds nothing: two of nine seconds. What they made stays until the process ends.
"""

from __future__ import annotations

import ctypes
import gc
import sys

import pyarrow as pa


def put_off_search() -> None:
    """Lets nothing be searched until :func:`begin_search`; call it when a process begins."""
    gc.disable()


def begin_search() -> None:
    """Searches from now on, among what is made from now on; where it goes on already nothing changes."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def give_up_search() -> None:
    """Lets the interpreter not search once more when it ends."""
    gc.freeze()


def give_memory_back() -> None:
    """Gives back what is free in this process and would stay there: many rows leave a hundred megabytes.

    Only the C library of Linux keeps that much, and only there it can be told.
    """
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc, not of musl
        if trim is not None:
            trim(0)
