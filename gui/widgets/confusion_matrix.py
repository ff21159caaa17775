"""What a model said against the truth, as a grid of counts."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.look.painting import draw_panel
from gui.look.theme import Theme
from gui.widgets.announce import announce

LARGE_ABOVE = 12
"""With more classes than that the cells keep a fixed size and the grid scrolls."""

Cell = tuple[int, int]

_CORNER = "said →"
"""Stands between the two kinds of names, unless each of these says it."""

_MANY_ABOVE = 6
"""With more classes than that the cells may be as low as a line of small words."""


@dataclass(frozen=True)
class Confusion:
    """The counts.

    Attributes:
        classes: Names, in the order of rows and columns.
        counts: ``counts[truth][said]``.
    """

    classes: tuple[str, ...] = ()
    counts: tuple[tuple[int, ...], ...] = ()

    def word(self, truth: int, said: int) -> str:
        """Returns what a cell is called; with two classes the second one is what is looked for."""
        if truth == said:
            return "right"
        if len(self.classes) != 2:
            return "wrong"
        return "false alarm" if truth == 0 else "missed"

    def share(self, truth: int, said: int) -> float:
        """Returns a cell's share of its row, 0 to 1."""
        total = sum(self.counts[truth])
        return self.counts[truth][said] / total if total else 0.0

    def top(self, most: int) -> list[Cell]:
        """Returns the cells of the most frequent mistakes, worst first."""
        size = range(len(self.classes))
        cells = [(truth, said) for truth in size for said in size if truth != said]
        wrong = [cell for cell in cells if self.counts[cell[0]][cell[1]]]
        return sorted(wrong, key=lambda cell: -self.counts[cell[0]][cell[1]])[:most]


class ConfusionMatrix(QWidget):
    """Right answers with a solid edge, mistakes with a dashed one; a cell can be chosen."""

    cell_chosen = Signal(object)
    """``(truth, said)`` as places in the classes, or ``None`` when nothing is chosen any more."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._theme = theme
        self._confusion = Confusion()
        self._run_number = 1
        self._chosen: Cell | None = None
        self._hovered: Cell | None = None
        self._focused: Cell = (0, 0)
        self.setObjectName("confusion_matrix")
        self.setAccessibleName("Confusion matrix")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    def set_confusion(self, confusion: Confusion, run_number: int) -> None:
        """Shows counts in a run's colour."""
        self._confusion, self._run_number = confusion, run_number
        self._chosen, self._hovered, self._focused = None, None, (0, 0)
        words = [
            self.cell_words((truth, said))
            for truth in range(len(confusion.classes))
            for said in range(len(confusion.classes))
            if confusion.counts[truth][said]
        ]
        self.setAccessibleDescription(". ".join(words[:24]))
        self.updateGeometry()
        self.update()

    @property
    def chosen(self) -> Cell | None:
        """Returns the chosen cell."""
        return self._chosen

    def choose(self, cell: Cell | None) -> None:
        """Chooses a cell; choosing it again takes the choice back."""
        self._chosen = None if cell == self._chosen else cell
        self.cell_chosen.emit(self._chosen)
        self.update()

    def show_chosen(self, cell: Cell | None) -> None:
        """Marks a cell without saying so."""
        self._chosen = cell
        self.update()

    def cell_words(self, cell: Cell) -> str:
        """Returns a cell in words, e.g. ``"truly ham, said spam: 5, false alarm"``."""
        truth, said = cell
        names, counts = self._confusion.classes, self._confusion.counts
        word = self._confusion.word(truth, said)
        return f"truly {names[truth]}, said {names[said]}: {counts[truth][said]:,}, {word}"

    # --- geometry ---------------------------------------------------------------------------------

    @property
    def _is_large(self) -> bool:
        return len(self._confusion.classes) > LARGE_ABOVE

    def _margins(self) -> tuple[float, float]:
        """Returns the width of the truths and the height of the answers above the cells."""
        px = self._theme.px
        metrics = QFontMetricsF(self._theme.font("caption"))
        corner = "truly" if len(self._confusion.classes) == 2 else _CORNER
        widest = max(metrics.horizontalAdvance(name) for name in (*self._confusion.classes, corner))
        number = metrics.horizontalAdvance(" 10") if self._has_many else 0  # where numbers may stand
        return min(widest, px(110)) + number + px(8), float(px(18 if self._has_many else 22))

    @property
    def _has_many(self) -> bool:
        return len(self._confusion.classes) > _MANY_ABOVE

    @property
    def is_numbered(self) -> bool:
        """Whether numbers stand above the columns, which are too narrow for the names of the classes."""
        if not self._has_many:
            return False
        metrics, room = QFontMetricsF(self._theme.font("caption")), self.cell_rect((0, 0)).width()
        return any(metrics.horizontalAdvance(name) > room for name in self._confusion.classes)

    def _prefix(self, word: str) -> str:
        return f"{word} " if len(self._confusion.classes) == 2 else ""

    def cell_rect(self, cell: Cell) -> QRectF:
        """Returns where a cell is drawn."""
        px, size = self._theme.px, max(1, len(self._confusion.classes))
        left, top = self._margins()
        gap = px(6 if size <= 4 else 2 if self._has_many else 3)
        if self._is_large:
            width, height = float(px(44)), float(px(28))
        else:
            width = (self.width() - left - gap * (size - 1)) / size
            height = min(px(76), (self.height() - top - gap * (size - 1)) / size)
        truth, said = cell
        return QRectF(left + said * (width + gap), top + truth * (height + gap), width, height)

    def cell_at(self, point: QPointF) -> Cell | None:
        """Returns the cell under a point."""
        size = range(len(self._confusion.classes))
        cells = ((truth, said) for truth in size for said in size)
        return next((cell for cell in cells if self.cell_rect(cell).contains(point)), None)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the size at which every number can be read."""
        px, size = self._theme.px, max(1, len(self._confusion.classes))
        left, top = self._margins()
        if self._is_large:
            last = self.cell_rect((size - 1, size - 1))
            return QSize(int(last.right()) + px(4), int(last.bottom()) + px(4))
        return QSize(int(left) + size * px(54), int(top) + size * px(76 if size <= 2 else 34))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns the least size at which every number can be read."""
        if self._is_large:
            return self.sizeHint()
        px, size = self._theme.px, max(1, len(self._confusion.classes))
        left, top = self._margins()
        if self._has_many:
            return QSize(int(left) + size * px(28), int(top) + size * px(16))
        return QSize(int(left) + size * px(40), int(top) + size * px(46 if size <= 2 else 25))

    # --- painting ---------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws names and cells."""
        if not self._confusion.classes:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = range(len(self._confusion.classes))
        self._paint_names(painter)
        for truth in size:
            for said in size:
                self._paint_cell(painter, (truth, said))

    def _paint_names(self, painter: QPainter) -> None:
        theme, px = self._theme, self._theme.px
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("text2"))
        metrics = painter.fontMetrics()
        left, top = self._margins()
        two, numbered = len(self._confusion.classes) == 2, self.is_numbered
        for index, name in enumerate(self._confusion.classes):
            column = self.cell_rect((0, index))
            head = f"{index + 1}" if numbered else f"{self._prefix('said')}{name}"
            words = metrics.elidedText(head, Qt.TextElideMode.ElideRight, int(column.width()))
            place = QRectF(column.left(), 0, column.width(), top - px(4))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
            row = self.cell_rect((index, 0))
            room = QRectF(0, row.top(), left - px(6), row.height())
            number = f" {index + 1}" if numbered else ""
            left_over = int(room.width() - metrics.horizontalAdvance(number))
            words = metrics.elidedText(name, Qt.TextElideMode.ElideRight, left_over) + number
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(room, side, f"truly\n{words}" if two else words)
        if not two:
            painter.setPen(theme.color("text3"))
            corner = QRectF(0, 0, left - px(6), top - px(4))
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(corner, side, _CORNER)

    def _paint_cell(self, painter: QPainter, cell: Cell) -> None:
        theme, px = self._theme, self._theme.px
        truth, said = cell
        right = truth == said
        rect = self.cell_rect(cell)
        color = theme.run_color(self._run_number)
        fill = QColor(color)
        share = self._confusion.share(truth, said)
        fill.setAlphaF((0.12 if right else 0.03) + 0.24 * share)
        marked = cell == self._chosen
        width = 2.0 if marked or cell == self._hovered else 1.25
        edge = theme.color("ink") if marked else color if right else theme.color("text3")
        dashed = not right and not marked
        draw_panel(painter, rect, fill, edge, radius=px(6), width=width * theme.scale, dashed=dashed)
        if self.hasFocus() and cell == self._focused and self.property("keys") is True:
            ring = rect.adjusted(-px(3), -px(3), px(3), px(3))
            draw_panel(painter, ring, None, theme.color("focus"), radius=px(8), width=px(2))
        self._paint_count(painter, cell, rect)

    def _paint_count(self, painter: QPainter, cell: Cell, rect: QRectF) -> None:
        theme, px = self._theme, self._theme.px
        truth, said = cell
        count = self._confusion.counts[truth][said]
        small = len(self._confusion.classes) > 2
        painter.setPen(theme.color("text" if count else "text3"))
        role = "caption" if rect.height() < px(18) else "small" if small else "title"
        painter.setFont(theme.font(role, 600 if count else 400))
        if small or rect.height() < px(44):
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, f"{count:,}")
            return
        middle = rect.center().y()
        upper = QRectF(rect.left(), middle - px(24), rect.width(), px(28))
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, f"{count:,}")
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("text2"))
        lower = QRectF(rect.left(), middle + px(3), rect.width(), px(16))
        painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, self._confusion.word(truth, said))

    # --- pointer and keys -------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Marks the cell under the pointer and says what it is."""
        hovered = self.cell_at(event.position())
        if hovered != self._hovered:
            self._hovered = hovered
            self.setCursor(Qt.CursorShape.PointingHandCursor if hovered else Qt.CursorShape.ArrowCursor)
            QToolTip.showText(
                event.globalPosition().toPoint(), self.cell_words(hovered) if hovered else "", self
            )
            self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Marks nothing."""
        self._hovered = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Chooses the cell under the pointer."""
        cell = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self._focused = cell
            self.setProperty("keys", False)
            self.choose(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Moves with the arrows, chooses with Space or Enter, takes back with Escape."""
        moves = {
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
        }
        key, last = Qt.Key(event.key()), len(self._confusion.classes) - 1
        if key in moves and last >= 0:
            down, right = moves[key]
            truth, said = self._focused
            self._focused = (min(max(truth + down, 0), last), min(max(said + right, 0), last))
            self.setProperty("keys", True)
            announce(self, self.cell_words(self._focused))
            self.update()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter) and last >= 0:
            self.choose(self._focused)
        elif key == Qt.Key.Key_Escape and self._chosen is not None:
            self.choose(None)
        else:
            event.ignore()
