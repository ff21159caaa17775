"""Runs as rows of a table: the values, and the model that Qt's views read them from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

_Index = QModelIndex | QPersistentModelIndex

ROW_ROLE = Qt.ItemDataRole.UserRole
"""Role under which a model gives the whole :class:`RunRow`."""

NAME, NOTE, TRAINABLE, SCORE, TIME, SIZE, STATE, MORE = range(8)
"""Columns."""

_HEADS = ("Run", "Note", "Trainable", "Score", "Time", "Size on disk", "", "")
_RIGHT = (TRAINABLE, TIME, SIZE)


@dataclass(frozen=True)
class RunRow:
    """A run as a line of the table; all numbers come with their unit.

    Attributes:
        id: Which run.
        name: What it is called.
        color_number: Number of its colour.
        note: The person's own note.
        trainable: E.g. ``"0.33 %"``.
        score: E.g. ``"0.968"``.
        interval: E.g. ``"± 0.017"``.
        time: E.g. ``"2 min 25 s"``.
        size: E.g. ``"0.3 MB"``.
        state: ``"waiting"``, ``"preparing"``, ``"running"``, ``"paused"``, ``"stopping"``,
            ``"stopped"``, ``"finished"``, ``"failed"`` or ``"interrupted"``.
        detail: E.g. ``"epoch 3.2 of 5"`` or why it failed.
    """

    id: str
    name: str
    color_number: int = 1
    note: str = ""
    trainable: str = ""
    score: str = ""
    interval: str = ""
    time: str = ""
    size: str = ""
    state: str = "finished"
    detail: str = ""

    @property
    def is_active(self) -> bool:
        """Returns whether it trains or waits."""
        return self.state in ("waiting", "preparing", "running", "paused", "stopping")


class RunTableModel(QAbstractTableModel):
    """Runs for a table, the newest first; names and notes can be changed in it.

    Args:
        metric: Head of the score column.
        parent: Owner.
    """

    renamed = Signal(str, str)
    """A run (id) got another name."""

    note_changed = Signal(str, str)
    """A run (id) got another note."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[RunRow] = []
        self.metric = "Score"

    def set_rows(self, rows: Sequence[RunRow]) -> None:
        """Shows these runs; keeps the table as it is when only values changed."""
        if [row.id for row in rows] == [row.id for row in self.rows]:
            self.rows = list(rows)
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, MORE))
            return
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def set_metric(self, metric: str) -> None:
        """Names the score column, e.g. "F1 score"."""
        self.metric = metric
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, SCORE, SCORE)

    def row_of(self, run_id: str) -> int:
        """Returns the row of a run, -1 when it is not there."""
        return next((number for number, row in enumerate(self.rows) if row.id == run_id), -1)

    def rowCount(self, parent: _Index | None = None) -> int:  # noqa: N802 (Qt's name)
        """Returns how many runs there are."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index | None = None) -> int:  # noqa: N802 (Qt's name)
        """Returns how many columns there are."""
        return 0 if parent is not None and parent.isValid() else len(_HEADS)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Lets names and notes be changed."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() in (NAME, NOTE) else flags

    def headerData(  # noqa: N802 (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        """Returns the head of a column."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.metric if section == SCORE else _HEADS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in _RIGHT else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Returns a cell."""
        row = self.rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return _cell(row, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return {NAME: row.name, NOTE: row.note or "Double click to write a note", STATE: row.detail}.get(
                index.column()
            )
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if index.column() in _RIGHT else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def setData(self, index: _Index, value: Any, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:  # noqa: N802 - Qt's name
        """Says that a name or a note was changed; the owner shows the new rows."""
        row, text = self.rows[index.row()], str(value).strip()
        if role != Qt.ItemDataRole.EditRole or text == _cell(row, index.column()):
            return False
        if index.column() == NAME and text:
            self.renamed.emit(row.id, text)
        elif index.column() == NOTE:
            self.note_changed.emit(row.id, text)
        return True


def _cell(row: RunRow, column: int) -> str:
    score = f"{row.score} {row.interval}".strip()
    cells = (row.name, row.note, row.trainable, score, row.time, row.size, row.detail, "")
    return cells[column]
