"""When Python looks for garbage: not before the libraries are loaded, and never among them.

The search goes through everything that is there again and again while torch and transformers are being
imported, and finds nothing: two of nine seconds. What they made stays until the process ends.
"""

from __future__ import annotations

import gc


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
