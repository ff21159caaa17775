"""How far a run is: a segment per epoch and five numbers."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gui.look.terms import meaning
from gui.look.theme import Theme
from gui.widgets.cards import Divider, Panel
from gui.widgets.stat_tile import StatTile

MOST_SEGMENTS = 40
"""With more epochs than that the bar is in one piece: gaps would eat it up."""

_TILES = (
    ("epoch", "refresh", "Epoch"),
    ("time", "clock", "Time left"),
    ("speed", "speed", "Speed"),
    ("memory", "chip", "Memory"),
    ("best", "best", "Best so far"),
)
_FEW = {"epoch", "time", "best"}
_TERMS = {"epoch": "Epoch", "best": "Checkpoint"}


class SegmentBar(QWidget):
    """A bar with a segment for every epoch; hatched while the run waits."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty, in one piece."""
        super().__init__(parent)
        self._theme = theme
        self._epoch = 0.0
        self._epochs = 1
        self._hatched = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    @property
    def epoch(self) -> float:
        """Returns how far it is filled, in epochs."""
        return self._epoch

    @property
    def hatched(self) -> bool:
        """Returns whether the filled part is hatched."""
        return self._hatched

    def set_value(self, epoch: float, epochs: int, *, hatched: bool = False) -> None:
        """Fills the bar up to ``epoch`` of ``epochs``."""
        self._epoch, self._epochs, self._hatched = epoch, max(1, epochs), hatched
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns 6 high."""
        return QSize(self._theme.px(200), self._theme.px(6))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the segments."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        count = self._epochs if self._epochs <= MOST_SEGMENTS else 1
        gap = self._theme.px(4) if count > 1 else 0
        width = (self.width() - gap * (count - 1)) / count
        per_segment = self._epochs / count
        for index in range(count):
            rect = QRectF(index * (width + gap), 0, width, self.height())
            share = min(1.0, max(0.0, self._epoch / per_segment - index))
            self._paint_segment(painter, rect, share)

    def _paint_segment(self, painter: QPainter, rect: QRectF, share: float) -> None:
        whole = QPainterPath()
        whole.addRoundedRect(rect, rect.height() / 2, rect.height() / 2)
        painter.fillPath(whole, self._theme.color("pressed"))
        if share <= 0:
            return
        part = QPainterPath()
        part.addRect(QRectF(rect.left(), rect.top(), rect.width() * share, rect.height()))
        filled = whole.intersected(part)
        ink = self._theme.color("ink")
        if not self._hatched:
            painter.fillPath(filled, ink)
            return
        painter.fillPath(filled, self._theme.tint("ink", 0.35))
        self._paint_hatching(painter, filled, ink)

    def _paint_hatching(self, painter: QPainter, path: QPainterPath, ink: QColor) -> None:
        painter.save()
        painter.setClipPath(path)
        painter.setPen(QPen(ink, 2 * self._theme.scale))
        box, step = path.boundingRect(), self._theme.px(7)
        x = box.left() - box.height()
        while x < box.right():
            painter.drawLine(
                round(x), round(box.bottom()) + 1, round(x + box.height()) + 1, round(box.top()) - 1
            )
            x += step
        painter.restore()


class ProgressCard(Panel):
    """The segments and the tiles: epoch, time left, speed, memory, best so far."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts with nothing known."""
        super().__init__(theme, parent=parent)
        self.setObjectName("progress_card")
        self.bar = SegmentBar(theme)
        self._run_id = ""
        self._tiles: dict[str, StatTile] = {}
        self._dividers: list[tuple[str, Divider]] = []
        self._cells: dict[str, QWidget] = {}
        self._boxes: list[QVBoxLayout] = []
        self._row = QHBoxLayout()
        self._row.setSpacing(0)
        for name, icon, caption in _TILES:
            if self._tiles:
                divider = Divider(theme, vertical=True)
                self._row.addWidget(divider)
                self._dividers.append((name, divider))
            self._row.addWidget(self._make_tile(name, icon, caption), 1)
        self._bar_row = QVBoxLayout()
        self._bar_row.addWidget(self.bar)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(self._bar_row)
        self._column.addLayout(self._row, 1)
        self._compact = False
        self._few = False
        self._measure()
        theme.changed.connect(self._measure)

    def _make_tile(self, name: str, icon: str, caption: str) -> QWidget:
        tile = StatTile(self._theme, icon, caption)
        tile.setObjectName(f"tile_{name}")
        tile.setToolTip(meaning(_TERMS[name]) if name in _TERMS else "")
        self._tiles[name] = tile
        cell = QWidget()
        cell.setObjectName(f"cell_{name}")
        box = QVBoxLayout(cell)
        box.addWidget(tile)
        box.addStretch(1)
        self._cells[name] = cell
        self._boxes.append(box)
        return cell

    def tile(self, name: str) -> StatTile:
        """Returns a tile: ``"epoch"``, ``"time"``, ``"speed"``, ``"memory"`` or ``"best"``."""
        return self._tiles[name]

    def set_captions(self, captions: Mapping[str, str]) -> None:
        """Calls tiles by other names; before :meth:`set_tiles`, which says them aloud."""
        for name, caption in captions.items():
            self._tiles[name].set_caption(caption)

    def set_tiles(self, words: Mapping[str, tuple[str, str]]) -> None:
        """Shows value and note of the tiles."""
        for name, (value, note) in words.items():
            self._tiles[name].set_value(value, note)

    def set_progress(
        self, epoch: float, epochs: int, *, run_id: str, paused: bool = False, words: str = ""
    ) -> None:
        """Moves the bar; within one run it never goes backwards.

        Args:
            epoch: How far, in epochs.
            epochs: Of how many.
            run_id: Which run.
            paused: Whether the bar is hatched.
            words: What follows the share in the accessible name, e.g. ``"47 seconds left"``.
        """
        if run_id == self._run_id:
            epoch = max(epoch, self.bar.epoch)
        self._run_id = run_id
        self.bar.set_value(epoch, epochs, hatched=paused)
        share = round(100 * epoch / max(1, epochs))
        name = f"Training progress, {share} per cent" + (f", {words}" if words else "")
        self.setAccessibleName(name)
        self.bar.setAccessibleName(name)

    def set_few(self, few: bool) -> None:
        """Shows three tiles instead of five and takes 66, for a narrow window."""
        self._few = few
        for name, cell in self._cells.items():
            cell.setVisible(not few or name in _FEW)
        for name, divider in self._dividers:
            divider.setVisible(not few or name in _FEW)
        self._measure()

    def set_compact(self, compact: bool) -> None:
        """Takes 76 instead of 84."""
        self._compact = compact
        self._measure()

    def _measure(self) -> None:
        px = self._theme.px
        self.setFixedHeight(px(66 if self._few else 76 if self._compact else 84))
        self._bar_row.setContentsMargins(px(16), px(8 if self._few else 10), px(16), 0)
        for box in self._boxes:
            box.setContentsMargins(px(16), px(5 if self._few else 8 if self._compact else 12), px(8), 0)
