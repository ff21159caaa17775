"""The chart of runs: the score of each against what it costs, read with the pointer or the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QWidget

from gui.look.theme import Theme
from gui.widgets.announce import announce
from gui.widgets.score_axes import AXES
from gui.widgets.score_picture import ScorePicture

_NEAR = 26
"""Pixels, at 100 %, within which a point is under the pointer."""


class ScorePlot(ScorePicture):
    """The score of each run with its interval.

    Arrow keys go from run to run and say what stands there; Enter chooses.
    """

    hovered = Signal(str)
    """Another run is looked at; carries its id, empty for none."""
    chosen = Signal(str)
    """A run was clicked; carries its id."""
    copied = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Makes an empty chart."""
        super().__init__(theme, parent)
        self.setMouseTracking(True)

    def table_rows(self) -> list[list[str]]:
        """Returns a line for each run, for *Copy as table*."""
        heading = ["run", self._metric.label, "from", "to", *(axis.choice for axis in AXES)]
        rows = [
            [
                one.name,
                *(f"{value:.6g}" for value in (one.score.value, one.score.low, one.score.high)),
                *(f"{one.places[axis.id]:.6g}" if axis.id in one.places else "" for axis in AXES),
            ]
            for one in self._points
        ]
        return [heading, *rows]

    def copy_table(self) -> None:
        """Puts every run on the clipboard, columns between tabs, ready for a spreadsheet."""
        QGuiApplication.clipboard().setText("\n".join("\t".join(row) for row in self.table_rows()))
        self.copied.emit()
        announce(self, f"{len(self._points)} rows copied")

    def _read_point(self, run_id: str) -> None:
        if run_id != self._read:
            self._read = run_id
            self.light(run_id)
            self.hovered.emit(run_id)
            self.update()

    def _point_at(self, spot: QPointF) -> str:
        near = [(abs(self.place(one).x() - spot.x()) + abs(self.place(one).y() - spot.y()), one.id)
                for one in self.placed]  # fmt: skip
        distance, run_id = min(near, default=(1e9, ""))
        return run_id if distance <= self._theme.px(_NEAR) else ""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Tells the run under the pointer."""
        self._read_point(self._point_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Tells nothing any more."""
        super().leaveEvent(event)
        self._read_point("")

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Chooses the run under the pointer."""
        found = self._point_at(event.position())
        if found:
            self.chosen.emit(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Goes from run to run (arrows, Home, End), chooses (Enter), copies (Ctrl C)."""
        order, key = [point.id for point in self.placed], event.key()
        here = order.index(self._read) if self._read in order else -1
        moves = {Qt.Key.Key_Left: max(0, here - 1), Qt.Key.Key_Right: min(len(order) - 1, here + 1),
                 Qt.Key.Key_Home: 0, Qt.Key.Key_End: len(order) - 1}  # fmt: skip
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_table()
        elif key in moves and order:
            self._read_point(order[moves[Qt.Key(key)]])
            announce(self, self.reading(self.placed[moves[Qt.Key(key)]]).sentence())
        elif key == Qt.Key.Key_Escape and self._read:
            self._read_point("")
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._read:
            self.chosen.emit(self._read)
        else:
            event.ignore()
