"""A shelf: the few things that were used last, kept because making them takes time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

Kept = TypeVar("Kept")


class Shelf:
    """Keeps the few things that were used last."""

    def __init__(self, most: int) -> None:
        """Starts empty.

        Args:
            most: How many things it keeps.
        """
        self._most = most
        self._kept: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = threading.RLock()

    def get(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """Returns what is kept under a key; one thread makes it while the others wait."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = make()
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return cast("Kept", self._kept[key])

    def clear(self) -> None:
        """Keeps nothing any more."""
        with self._lock:
            self._kept.clear()
