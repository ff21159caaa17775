"""Compared runs as rows of a table: the values, and the model that Qt's views read them from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from engine.protocol import energy_words
from engine.protocol.energy import Energy
from engine.protocol.results import Score
from gui.look import texts

_Index = QModelIndex | QPersistentModelIndex

ROW_ROLE = Qt.ItemDataRole.UserRole
"""Role under which the model gives the whole :class:`ComparisonRow`."""

CHECK, NAME, TRAINABLE, SCORE, INTERVAL, TIME, ENERGY, SIZE, MORE = range(9)
"""Columns."""

_HEADS = ("", "Run", "Trainable", "Score", "", "Time", "Energy", "Size on disk", "")
_RIGHT = (TRAINABLE, TIME, ENERGY, SIZE)


@dataclass(frozen=True)
class ComparisonRow:
    """A run as a line of the table.

    Attributes:
        id: Which run.
        name: What it is called.
        color_number: Number of its colour.
        score: What it reaches.
        checked: Whether it is drawn in the charts.
        chip: What it is, e.g. ``"Smallest among the best"``; empty for nothing.
        is_tinted: Whether it stands out: the sole winner, or the smallest among equals.
        trainable: Share of the parameters, 0 to 1.
        seconds: How long it trained.
        energy: What is known of what it drew meanwhile.
        size: Bytes of what was saved; 0 where that is not known.
        remark: What is missing of it, for who hovers over it.
    """

    id: str
    name: str
    color_number: int
    score: Score
    checked: bool = True
    chip: str = ""
    is_tinted: bool = False
    trainable: float = 0.0
    seconds: float = 0.0
    energy: Energy | None = None
    size: int = 0
    remark: str = ""

    @property
    def joules(self) -> float:
        """Returns its energy; 0 where nothing was read."""
        found = energy_words.figure(self.energy, self.seconds)
        return 0.0 if found is None else found.joules


SORTED_BY = {CHECK: "what is in the charts", NAME: "name", TRAINABLE: "trainable share", SCORE: "",
             INTERVAL: "score", TIME: "time", ENERGY: "energy", SIZE: "size on disk"}  # fmt: skip
"""Column → by what the rows are sorted then, in words; empty for its head."""

_KEYS: dict[int, Callable[[ComparisonRow], Any]] = {
    CHECK: lambda row: not row.checked,
    NAME: lambda row: row.name.casefold(),
    TRAINABLE: lambda row: row.trainable,
    SCORE: lambda row: row.score.value,
    INTERVAL: lambda row: row.score.value,
    TIME: lambda row: row.seconds,
    ENERGY: lambda row: row.joules,
    SIZE: lambda row: row.size,
}
"""Column → what rows are sorted by."""


class ComparisonModel(QAbstractTableModel):
    """Compared runs; they can be checked, renamed and sorted.

    Attributes:
        rows: In the order in which they are shown.
        low: Left end of the scale on which intervals are drawn.
        high: Its right end.
    """

    checked_changed = Signal(str, bool)
    """A run (id) was put into the charts, or taken out."""
    renamed = Signal(str, str)
    """A run (id) got another name."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[ComparisonRow] = []
        self.low, self.high = 0.0, 1.0
        self._metric = "Score"
        self._given: tuple[ComparisonRow, ...] = ()
        self._sorted: tuple[int, Qt.SortOrder] | None = None

    def set_rows(self, rows: Sequence[ComparisonRow], metric: str) -> None:
        """Shows these runs.

        Args:
            rows: Best first; in that order they stand until another is chosen.
            metric: Head of the score column.
        """
        self.beginResetModel()
        self._given, self._metric = tuple(rows), metric
        self.low = min((row.score.low for row in rows), default=0.0)
        self.high = max((row.score.high for row in rows), default=1.0)
        self.rows = self._in_order()
        self.endResetModel()

    def row_of(self, run_id: str) -> int:
        """Returns the row of a run, -1 when it is not there."""
        return next((number for number, row in enumerate(self.rows) if row.id == run_id), -1)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorts by a column; -1 for the order in which the rows were given."""
        self._sorted = (column, order) if column in _KEYS else None
        self.layoutAboutToBeChanged.emit()
        before = [self.rows[index.row()].id for index in self.persistentIndexList()]
        old = self.persistentIndexList()
        self.rows = self._in_order()
        new = [
            self.index(self.row_of(run_id), index.column()) for run_id, index in zip(before, old, strict=True)
        ]
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _in_order(self) -> list[ComparisonRow]:
        if self._sorted is None:
            return list(self._given)
        column, order = self._sorted
        return sorted(self._given, key=_KEYS[column], reverse=order == Qt.SortOrder.DescendingOrder)

    def rowCount(self, parent: _Index | None = None) -> int:  # noqa: N802 (Qt's name)
        """Returns how many runs there are."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index | None = None) -> int:  # noqa: N802 (Qt's name)
        """Returns how many columns there are."""
        return 0 if parent is not None and parent.isValid() else len(_HEADS)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Lets runs be checked and names be changed."""
        flags = super().flags(index)
        if index.column() == CHECK:
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == NAME else flags

    def headerData(  # noqa: N802 (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        """Returns the head of a column."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            if section == INTERVAL:
                return f"{texts.score(self.low)} to {texts.score(self.high)}" if self.rows else ""
            return self._metric if section == SCORE else _HEADS[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            told = {CHECK: "In the charts", INTERVAL: "95 % interval of each score, on one scale"}
            return told.get(section, "Click to sort" if section in _KEYS else None)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in _RIGHT else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Returns a cell."""
        row, column = self.rows[index.row()], index.column()
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.CheckStateRole and column == CHECK:
            return Qt.CheckState.Checked if row.checked else Qt.CheckState.Unchecked
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return cell_words(row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            told = {CHECK: "In the charts", NAME: row.remark or row.name, INTERVAL: _interval(row)}
            energy = _energy(row)
            return (told | {TIME: f"Energy: {energy}", ENERGY: energy}).get(column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column in _RIGHT else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    @staticmethod
    def _spoken(row: ComparisonRow, column: int) -> str:
        if column == CHECK:
            return "in the charts" if row.checked else "not in the charts"
        if column == NAME:
            return ", ".join(filter(None, (row.name, row.chip, row.remark)))
        told = {INTERVAL: _interval(row), ENERGY: _energy(row), MORE: "More"}
        return told.get(column, cell_words(row, column))

    def setData(  # noqa: N802 (Qt's name)
        self, index: _Index, value: Any, role: int = int(Qt.ItemDataRole.EditRole)
    ) -> bool:
        """Says that a run was checked or renamed; the owner shows the new rows."""
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == CHECK:
            self.checked_changed.emit(row.id, Qt.CheckState(value) == Qt.CheckState.Checked)
            return True
        name = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or index.column() != NAME or name in ("", row.name):
            return False
        self.renamed.emit(row.id, name)
        return True


def cell_words(row: ComparisonRow, column: int) -> str:
    """Returns the words of a cell."""
    half = (row.score.high - row.score.low) / 2
    words = {
        NAME: row.name,
        TRAINABLE: texts.percent(row.trainable) if row.trainable else "–",
        SCORE: f"{texts.score(row.score.value)} ± {texts.score(half)}",
        TIME: texts.duration(row.seconds) if row.seconds else "–",
        ENERGY: energy_words.in_cell(row.energy, row.seconds),
        SIZE: texts.size(row.size) if row.size else "–",
    }
    return words.get(column, "")


def _energy(row: ComparisonRow) -> str:
    return f"{energy_words.in_full(row.energy, row.seconds)}."


def _interval(row: ComparisonRow) -> str:
    return f"95 % interval {texts.score(row.score.low)} to {texts.score(row.score.high)}"
