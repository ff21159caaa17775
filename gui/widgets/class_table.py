"""Precision, recall and F1 of every class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableView, QWidget

from engine.protocol.results import ClassScore
from gui.look.theme import Theme
from gui.widgets.header_corner import HeaderCorner

_Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


_ROWS, _ROWS_COMPACT = 5, 4
"""Rows that are in sight where there are as many."""


class ClassScoresModel(QAbstractTableModel):
    """The scores as a table of four numbers each."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._theme = theme
        self._scores: tuple[ClassScore, ...] = ()
        self._unit, self._label = "Texts", "label"

    def set_scores(self, scores: Sequence[ClassScore], unit: str, label: str) -> None:
        """Shows other scores; see :meth:`ClassTable.set_scores`."""
        self.beginResetModel()
        self._scores, self._unit, self._label = tuple(scores), unit.capitalize(), label
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008 (Qt's name and default)
        """Returns the number of classes."""
        return 0 if parent.isValid() else len(self._scores)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008 (Qt's name and default)
        """Returns five."""
        return 0 if parent.isValid() else 5

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Returns a cell's text, side and weight."""
        score, column = self._scores[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            numbers = (score.precision, score.recall, score.f1)
            return (score.name, *(f"{number:.3f}" for number in numbers), f"{score.support:,}")[column]
        if role == Qt.ItemDataRole.ToolTipRole and column == 0:
            return score.name
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column else _LEFT
        if role == Qt.ItemDataRole.FontRole:
            font: QFont = self._theme.font("body", 600 if column == 3 else 500 if column == 0 else 400)
            return font
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._theme.color("text2" if column == 4 else "text")
        return None

    def headerData(  # noqa: N802 (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Returns the names of the columns."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (self._label.capitalize(), "Precision", "Recall", "F1", self._unit)[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section else _LEFT
        if role == Qt.ItemDataRole.FontRole:
            return self._theme.font("caption")
        if role == Qt.ItemDataRole.ToolTipRole:
            return (
                "",
                f"When it says this {self._label}, how often that is true",
                f"Of all that truly have this {self._label}, how many it finds",
                "One number for both: low when either is low",
                f"{self._unit} of the test rows with this {self._label}",
            )[section]
        return None


class ClassTable(QTableView):
    """A row for each class."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._theme = theme
        self._model = ClassScoresModel(theme, self)
        self.setModel(self._model)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setObjectName("class_table")
        self.setAccessibleName("Each label")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        HeaderCorner(theme, self)
        self._most_rows = _ROWS
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        self._measure()
        theme.changed.connect(self._measure)

    def set_scores(self, scores: Sequence[ClassScore], unit: str, label: str = "label") -> None:
        """Shows the scores of a run.

        Args:
            scores: Of each class.
            unit: What is counted, plural, e.g. ``"texts"``.
            label: What a class is called, e.g. ``"tag"``.
        """
        self._model.set_scores(scores, unit, label)
        self.setAccessibleName(f"Each {label}")
        header = self.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._measure()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns room for all classes, up to five."""
        rows = min(self._most_rows, max(2, self._model.rowCount()))
        return QSize(self._theme.px(300), self._theme.px(30) + rows * self._theme.px(34))

    def set_compact(self, compact: bool) -> None:
        """Asks for fewer rows in sight, in a low window."""
        self._most_rows = _ROWS_COMPACT if compact else _ROWS
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns room for two classes; more of them scroll."""
        return QSize(self._theme.px(280), self._theme.px(30) + 2 * self._theme.px(34))

    def _measure(self) -> None:
        px = self._theme.px
        self.verticalHeader().setDefaultSectionSize(px(34))
        self.verticalHeader().setMinimumSectionSize(px(20))
        self.horizontalHeader().setFixedHeight(px(30))
        for column, width in ((1, 76), (2, 66), (3, 62)):
            self.setColumnWidth(column, px(width))
        counted = str(self._model.headerData(4, Qt.Orientation.Horizontal))
        words = QFontMetrics(self._theme.font("caption")).horizontalAdvance(counted)
        self.setColumnWidth(4, max(px(66), words + px(24)))
        line = self._theme.color("border").name()
        self.setStyleSheet(f"QTableView::item {{ border-bottom: {px(1)}px solid {line}; }}")
        self.horizontalHeader().setStyleSheet(f"QHeaderView::section {{ padding: 0 {px(11)}px; }}")
