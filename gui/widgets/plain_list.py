"""A list without frame or ground of its own, whose rows are values that a delegate paints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QFrame, QListView, QSizePolicy, QStyledItemDelegate, QWidget

from gui.look.theme import Theme

ROW = Qt.ItemDataRole.UserRole
"""Role under which the model gives the whole row."""

_Index = QModelIndex | QPersistentModelIndex
Row = TypeVar("Row")


class RowModel(QAbstractListModel, Generic[Row]):
    """Rows, with what a screen reader says of each and what stands in its tooltip.

    Args:
        words: Says a row.
        tip: Says more to who points at it.
        parent: Owner.

    Attributes:
        rows: The rows.
    """

    def __init__(
        self, words: Callable[[Row], str], tip: Callable[[Row], str], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._words, self._tip = words, tip
        self.rows: tuple[Row, ...] = ()

    def show(self, rows: Sequence[Row]) -> None:
        """Shows other rows."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:  # noqa: N802 (Qt's name)
        """Returns how many there are."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Returns a row, or its words."""
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(row)
        return self._tip(row) if role == Qt.ItemDataRole.ToolTipRole else None


class PlainList(QListView):
    """Shows the rows of a :class:`RowModel`.

    Args:
        theme: Where colours and lengths come from.
        model: The rows.
        delegate: Paints them.
        parent: Owner.
    """

    def __init__(
        self,
        theme: Theme,
        model: RowModel[Row],
        delegate: QStyledItemDelegate,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        for part in (model, delegate):
            part.setParent(self)
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setProperty("see_through", True)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
