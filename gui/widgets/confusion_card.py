"""The confusion matrix in its card; with many classes the most frequent mistakes come first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.cards import Card
from gui.widgets.confusion_matrix import LARGE_ABOVE, Cell, Confusion, ConfusionMatrix
from gui.widgets.labels import label

_MOST = 3
_FEW = 6
"""With more classes than that the hint below them gives way in a low window."""


class ConfusionCard(Card):
    """What it said, against the truth.

    Attributes:
        matrix: The grid.
    """

    pair_chosen = Signal(object)
    """Names of truth and answer of the chosen cell, or ``None``."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(theme, "What it said, against the truth", parent=parent)
        self.setObjectName("confusion_card")
        self._classes: tuple[str, ...] = ()
        self.matrix = ConfusionMatrix(theme)
        self.matrix.cell_chosen.connect(self._tell)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self.matrix)
        self.matrix.setAutoFillBackground(False)
        self._scroll.viewport().setAutoFillBackground(False)
        self._top = QVBoxLayout()
        self._top.setSpacing(0)
        self._top_buttons: list[Button] = []
        self._hint = label(theme, "", "small", "text2", elide=True)
        self.body.addLayout(self._top)
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(self._hint)

    def set_confusion(
        self, classes: Sequence[str], counts: Sequence[Sequence[int]], run_number: int, unit: str
    ) -> None:
        """Shows the counts of a run.

        Args:
            classes: Names in the order of rows and columns.
            counts: ``counts[truth][said]``.
            run_number: Number of the run's colour.
            unit: What a row of the data is called, plural.
        """
        self._classes = tuple(classes)
        confusion = Confusion(self._classes, tuple(tuple(row) for row in counts))
        self.matrix.set_confusion(confusion, run_number)
        self._hint.setText(f"Click a cell to see its {unit} below.")
        for button in self._top_buttons:
            self._top.removeWidget(button)
            button.deleteLater()
        large = len(self._classes) > LARGE_ABOVE
        self._top_buttons = [self._top_button(cell) for cell in (confusion.top(_MOST) if large else [])]
        for button in self._top_buttons:
            self._top.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def set_dense(self, dense: bool) -> None:
        """Takes less height: of many classes a low window has room for the cells alone."""
        self._hint.setVisible(not dense or len(self._classes) <= _FEW)

    @property
    def top_words(self) -> list[str]:
        """Returns the most frequent mistakes as they are listed; empty with few classes."""
        return [button.text() for button in self._top_buttons]

    def show_pair(self, pair: tuple[str, str] | None) -> None:
        """Marks the cell of truth and answer without saying so."""
        if pair is None or not set(pair) <= set(self._classes):
            self.matrix.show_chosen(None)
            return
        self.matrix.show_chosen((self._classes.index(pair[0]), self._classes.index(pair[1])))

    def _top_button(self, cell: Cell) -> Button:
        button = Button(self._theme, self.matrix.cell_words(cell).removesuffix(", wrong"), "link")
        button.setObjectName(f"confusion_{cell[0]}_{cell[1]}")
        button.clicked.connect(lambda: self.matrix.choose(cell))
        return button

    def _tell(self, cell: Cell | None) -> None:
        self.pair_chosen.emit(None if cell is None else (self._classes[cell[0]], self._classes[cell[1]]))
