"""Limits how often something is drawn, however often its data changes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class Throttle(QObject):
    """Calls a function at most ``hertz`` times a second, and once more after the last request.

    Nothing is lost: the function reads what is there when it is called. The first request waits for
    one interval too, so that a burst of events costs one drawing.
    """

    def __init__(self, hertz: float, draw: Callable[[], None], parent: QObject) -> None:
        """Prepares the timer; it runs only while something is waiting to be drawn.

        Args:
            hertz: Drawings a second, above 0.
            draw: What to call.
            parent: Owner; when it goes, so does the timer.
        """
        super().__init__(parent)
        self._draw = draw
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(round(1000 / hertz))
        self._timer.timeout.connect(draw)

    @property
    def waiting(self) -> bool:
        """Returns whether a drawing is due."""
        return self._timer.isActive()

    def request(self) -> None:
        """Asks for a drawing; a drawing that is already due serves this request too."""
        if not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """Draws now what is waiting, if anything is."""
        if self._timer.isActive():
            self._timer.stop()
            self._draw()
