"""How blocks thaw and freeze on the screen: the ember wipes in, and back out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation

from gui.look.theme import Theme
from gui.widgets.layer_map_view import StackView


class ThawMotion(QObject):
    """Keeps for each row how far it has thawed.

    Args:
        theme: Knows how long a motion takes, and whether things may move at all.
        moved: Called whenever the picture has to be painted again.
        parent: Owner.
    """

    def __init__(self, theme: Theme, moved: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._moved = moved
        self._progress: dict[str, float] = {}
        self._running: dict[str, QVariantAnimation] = {}

    @property
    def progress(self) -> dict[str, float]:
        """Returns row id → 0, frozen, to 1, trainable, for the rows that are moving."""
        return dict(self._progress)

    def follow(self, before: StackView | None, after: StackView) -> None:
        """Starts what is needed to get from one picture to the next.

        Args:
            before: The picture until now; ``None`` for the first, which does not move.
            after: The picture from now on.
        """
        old = {row.id: row.trainable for row in before.rows} if before is not None else {}
        for row in after.rows:
            if row.id in old and old[row.id] != row.trainable:
                self._start(row.id, thaws=row.trainable)

    def stop(self) -> None:
        """Ends all motion at once."""
        for animation in list(self._running.values()):
            animation.stop()
        self._running.clear()
        self._progress.clear()

    def _start(self, row_id: str, *, thaws: bool) -> None:
        begin = self._progress.get(row_id, 0.0 if thaws else 1.0)
        if row_id in self._running:
            self._running.pop(row_id).stop()
        duration = self._theme.duration("thaw" if thaws else "freeze")
        if duration <= 0:
            self._progress.pop(row_id, None)
            return
        animation = QVariantAnimation(self)
        animation.setStartValue(begin)
        animation.setEndValue(1.0 if thaws else 0.0)
        animation.setDuration(duration)
        animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        animation.valueChanged.connect(lambda value: self._take(row_id, float(value)))
        animation.finished.connect(lambda: self._end(row_id))
        self._running[row_id] = animation
        self._progress[row_id] = begin
        animation.start(QVariantAnimation.DeletionPolicy.DeleteWhenStopped)

    def _take(self, row_id: str, value: float) -> None:
        if row_id in self._running:
            self._progress[row_id] = value
            self._moved()

    def _end(self, row_id: str) -> None:
        self._running.pop(row_id, None)
        self._progress.pop(row_id, None)
        self._moved()
