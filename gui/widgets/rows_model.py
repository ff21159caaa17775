"""The rows of a file as a table model that makes each cell only when it is looked at.

Columns: the row's number in the file, the file's own columns, and how many words the text has.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

AnyIndex = QModelIndex | QPersistentModelIndex
"""What Qt passes for a place in a model."""

NUMBER_COLUMN = 0
"""Model column of the row's number; the file's columns follow it."""


class CellRole(IntEnum):
    """What a cell can be asked for beyond Qt's own roles."""

    FULL_TEXT = int(Qt.ItemDataRole.UserRole) + 1
    CLASS_NUMBER = int(Qt.ItemDataRole.UserRole) + 2


class RowsModel(QAbstractTableModel):
    """Shows rows without copying them.

    Nothing is computed per row when rows are set, so a hundred thousand rows appear as fast as ten. A search
    walks the rows once and keeps numbers only.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._rows: Sequence[Sequence[str]] = ()
        self._file_rows: Sequence[int] = ()
        self._names: tuple[str, ...] = ()
        self._text_columns: tuple[int, ...] = ()
        self._label_column = -1
        self._classes: dict[str, int] = {}
        self._search = ""
        self._label = ""
        self._only: frozenset[int] | None = None
        self._shown: Sequence[int] = range(0)

    # What is shown

    def set_table(
        self, names: Sequence[str], rows: Sequence[Sequence[str]], file_rows: Sequence[int] = ()
    ) -> None:
        """Shows other rows; search and label filter are taken back.

        Args:
            names: Names of the file's columns.
            rows: A value per column and row. Kept, not copied.
            file_rows: The number of each row in the file, which skips rows that could not be read; empty
                for 1, 2, 3 and so on.
        """
        self.beginResetModel()
        self._file_rows = file_rows or range(1, len(rows) + 1)
        self._names = tuple(names)
        self._rows = rows
        self._text_columns = ()
        self._label_column = -1
        self._search = self._label = ""
        self._only = None
        self._shown = range(len(rows))
        self.endResetModel()

    def update_rows(self, rows: Sequence[Sequence[str]], file_rows: Sequence[int]) -> None:
        """Shows the same file after a repair: what is searched for and what columns mean stays.

        Args:
            rows: A value per column and row; kept, not copied.
            file_rows: The number of each row in the file.
        """
        self.beginResetModel()
        self._rows, self._file_rows = rows, file_rows or range(1, len(rows) + 1)
        self._shown = self._matching()
        self.endResetModel()

    def set_meaning(self, text_columns: Sequence[str], label_column: str, classes: Mapping[str, int]) -> None:
        """Says which columns are read and which one is learned.

        Args:
            text_columns: Names of the columns whose words are counted together.
            label_column: Name of the answer's column; empty for none.
            classes: Label → its number in the class palette, the first is 1.
        """
        self.beginResetModel()
        self._text_columns = tuple(self._names.index(name) for name in text_columns if name in self._names)
        self._label_column = self._names.index(label_column) if label_column in self._names else -1
        self._classes = dict(classes)
        if self._label_column < 0:
            self._label = ""
        self._shown = self._matching()
        self.endResetModel()

    def set_filter(self, search: str, label: str) -> None:
        """Shows only the rows that contain a text and have a label.

        Args:
            search: Looked for in every column, upper and lower case alike; empty for all rows.
            label: The label; empty for all.
        """
        if (search, label) == (self._search, self._label):
            return
        self.beginResetModel()
        self._search, self._label = search, label
        self._shown = self._matching()
        self.endResetModel()

    def show_only(self, file_rows: Collection[int] | None) -> int:
        """Shows only rows with certain numbers, on top of search and label.

        Args:
            file_rows: Row numbers of the file, the first is 1; ``None`` shows all again.

        Returns:
            How many of them are among the rows of this model.
        """
        self.beginResetModel()
        self._only = None if file_rows is None else frozenset(file_rows)
        self._shown = self._matching()
        self.endResetModel()
        return 0 if self._only is None else len(self._only.intersection(self._file_rows))

    def _matching(self) -> Sequence[int]:
        wanted = self._search.casefold().strip()
        label = self._label if self._label_column >= 0 else ""
        numbers = range(len(self._rows))
        candidates = (
            numbers if self._only is None else [row for row in numbers if self._file_rows[row] in self._only]
        )
        if not wanted and not label:
            return candidates
        return [
            number
            for number in candidates
            for row in (self._rows[number],)
            if (not label or row[self._label_column].strip() == label)
            and (not wanted or any(wanted in value.casefold() for value in row))
        ]

    # What others ask

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the file's columns."""
        return self._names

    @property
    def file_rows(self) -> Sequence[int]:
        """Numbers in the file of the rows that are here, shown or filtered out."""
        return self._file_rows

    @property
    def words_column(self) -> int:
        """Model column of the word count; -1 while no column is read as text."""
        return 1 + len(self._names) if self._text_columns else -1

    @property
    def label_column(self) -> int:
        """Model column of the answer to learn; -1 for none."""
        return 1 + self._label_column if self._label_column >= 0 else -1

    @property
    def text_columns(self) -> tuple[int, ...]:
        """Model columns that are read as text."""
        return tuple(1 + column for column in self._text_columns)

    def column_name(self, column: int) -> str:
        """Returns the name of the file's column at a model column; empty for the number and the words."""
        return self._names[column - 1] if 1 <= column <= len(self._names) else ""

    def row_of(self, file_row: int) -> int:
        """Returns where a row of the file is shown, or the next one after it; -1 where none is."""
        shown = (place for place, row in enumerate(self._shown) if self._file_rows[row] >= file_row)
        return next(shown, -1)

    def file_row(self, row: int) -> int:
        """Returns the row's number in the file; the first row of data is 1."""
        return self._file_rows[self._shown[row]]

    # What Qt asks

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's own signature
        """Returns how many rows are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's own signature
        """Returns the number, the file's columns, and the words if a text is known."""
        return 0 if parent.isValid() else 1 + len(self._names) + (1 if self._text_columns else 0)

    def headerData(  # noqa: N802 - Qt's own name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """Returns the column's name."""
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        if section == NUMBER_COLUMN:
            return ""
        return "words" if section == self.words_column else self.column_name(section)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> str | int | None:
        """Returns what a cell shows."""
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        column = index.column()
        row = self._rows[self._shown[index.row()]]
        if role == Qt.ItemDataRole.DisplayRole:
            if column == NUMBER_COLUMN:
                return f"{self.file_row(index.row()):,}"
            if column == self.words_column:
                return f"{self._words(row):,}"
            # A text may hold line breaks; in the table it is one line.
            return " ".join(row[column - 1].split())
        if role == CellRole.FULL_TEXT:
            return row[column - 1] if 1 <= column <= len(self._names) else None
        if role == CellRole.CLASS_NUMBER and column == self.label_column:
            return self._classes.get(row[self._label_column].strip(), 0)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (NUMBER_COLUMN, self.words_column):
            right = Qt.AlignmentFlag.AlignRight if column == self.words_column else Qt.AlignmentFlag.AlignLeft
            return int(right | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _words(self, row: Sequence[str]) -> int:
        return sum(len(row[column].split()) for column in self._text_columns)
