"""Collects garbage in the window's own thread: Python would do so wherever an object happens to be made."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_LOOK_EVERY = 1000
"""Milliseconds."""


class GarbageCollection(QObject):
    """Takes Python's garbage collection over, from its making to the end of the process.

    Widgets refer to each other in circles, so that only the collector frees them, and Qt must not lose a
    widget in any thread but the window's: the app would crash. Python collects in the thread that has
    just made an object, which also those do that read events and files. Nor does it collect while a page
    is being drawn any more.
    """

    def __init__(self, parent: QObject) -> None:
        """Begins.

        Args:
            parent: Lives as long as the window.
        """
        super().__init__(parent)
        gc.freeze()  # what is there already, the libraries above all, stays
        gc.disable()
        look = QTimer(self, interval=_LOOK_EVERY)
        look.timeout.connect(self.look)
        look.start()

    def look(self) -> None:
        """Collects the generations that are due by Python's own thresholds."""
        for generation, (count, threshold) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)):
            if count > threshold:
                gc.collect(generation)
