"""The rows of a file as a table model that makes each cell only when it is looked at.

Columns: the row's number in the file, the file's own columns, and how many words the text has. Of a long
file the first rows are here; the others are asked for, a page at a time, when they come into sight.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from engine.protocol.data_events import RowsRead
from engine.protocol.data_facts import RowQuery
from gui.widgets.page_shelf import PageShelf, Row

AnyIndex = QModelIndex | QPersistentModelIndex
"""What Qt passes for a place in a model."""

NUMBER_COLUMN = 0
"""Model column of the row's number; the file's columns follow it."""

_ALONE = r"(?<![^\s;|,/])(?:{})(?![^\s;|,/])"
"""Labels between the signs that stand between several of a row, or spaces: a list is shown in words."""

_ANY_ROW = range(1, 2**31)
"""Numbers that a row of a long file may have."""


class CellRole(IntEnum):
    """What a cell can be asked for beyond Qt's own roles."""

    FULL_TEXT = int(Qt.ItemDataRole.UserRole) + 1
    CLASS_NUMBER = int(Qt.ItemDataRole.UserRole) + 2


class RowsModel(QAbstractTableModel):
    """Shows rows without copying them.

    Nothing is computed per row when rows are set, so a hundred thousand rows appear as fast as ten. A search
    walks the rows that are here and keeps numbers only; in a long file the engine searches, too.

    Signals:
        page_wanted: The :class:`RowQuery` and how many of its rows are passed over.
    """

    page_wanted = Signal(object, int)

    def __init__(self, parent: QObject | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._rows: Sequence[Sequence[str]] = ()
        self._file_rows: Sequence[int] = ()
        self._total = 0
        self._names: tuple[str, ...] = ()
        self._text_columns: tuple[int, ...] = ()
        self._label_column = -1
        self._classes: dict[str, int] = {}
        self._query = RowQuery()
        self._shown: Sequence[int] = range(0)
        self._found: int | None = None  # how many rows of a long file match; None until the engine said so
        self._pages = PageShelf(self)
        self._pages.wanted.connect(lambda first: self.page_wanted.emit(self._query, first))

    # What is shown

    def set_table(
        self,
        names: Sequence[str],
        rows: Sequence[Sequence[str]],
        file_rows: Sequence[int] = (),
        total: int = 0,
    ) -> None:
        """Shows other rows; search and label filter are taken back.

        Args:
            names: Names of the file's columns.
            rows: A value per column and row, of the first rows at least. Kept, not copied.
            file_rows: The number of each row in the file, which skips rows that could not be read; empty
                for 1, 2, 3 and so on.
            total: How many rows the file has; 0 when all of them are here.
        """
        self.beginResetModel()
        self._names = tuple(names)
        self._text_columns = ()
        self._label_column = -1
        self._query = RowQuery()
        self._take(rows, file_rows, total)
        self.endResetModel()

    def update_rows(
        self, rows: Sequence[Sequence[str]], file_rows: Sequence[int] = (), total: int = 0
    ) -> None:
        """Shows the same file after a repair; search, filter and what columns mean stay.

        Args:
            rows: As in :meth:`set_table`.
            file_rows: As in :meth:`set_table`.
            total: As in :meth:`set_table`.
        """
        self.beginResetModel()
        self._take(rows, file_rows, total)
        self.endResetModel()

    def set_meaning(self, text_columns: Sequence[str], label_column: str, classes: Mapping[str, int]) -> None:
        """Says which columns are read and which one is learned.

        Args:
            text_columns: Names of the columns whose words are counted together.
            label_column: Name of the answer's column; empty for none.
            classes: Label → its number in the class palette, the first is 1.
        """
        texts = tuple(self._names.index(name) for name in text_columns if name in self._names)
        label = self._names.index(label_column) if label_column in self._names else -1
        if (texts, label, dict(classes)) == (self._text_columns, self._label_column, self._classes):
            return
        self.beginResetModel()
        self._text_columns, self._label_column, self._classes = texts, label, dict(classes)
        self._set_query(self._query.search, self._query.label, self._query.rows)
        self.endResetModel()

    def set_filter(self, search: str, label: str) -> None:
        """Shows only the rows that contain a text and have a label.

        Args:
            search: Looked for in every column, upper and lower case alike; empty for all rows.
            label: The label; empty for all.
        """
        if (search, label) == (self._query.search, self._query.label):
            return
        self.beginResetModel()
        self._set_query(search, label, self._query.rows)
        self.endResetModel()

    def show_only(self, file_rows: Collection[int] | None) -> int:
        """Shows only rows with certain numbers, on top of search and label.

        Args:
            file_rows: Row numbers of the file, the first is 1; ``None`` shows all again.

        Returns:
            How many of them there are, as far as that is known here.
        """
        wanted = tuple(sorted(file_rows or ()))
        self.beginResetModel()
        self._set_query(self._query.search, self._query.label, wanted)
        self.endResetModel()
        return len(set(wanted).intersection(self._file_rows)) if self.is_whole else len(wanted)

    def take_page(self, page: RowsRead) -> None:
        """Takes over rows that were asked for; those of an earlier search are dropped."""
        if page.query != self._query or self.is_whole:
            return
        reset = page.total != self._found
        if reset:
            self.beginResetModel()
            self._found = page.total
        self._pages.take(page.first, page.rows, page.numbers)
        if reset:
            self.endResetModel()
        elif page.rows:
            last = self.index(page.first + len(page.rows) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(page.first, 0), last)

    def lose_page(self, query: RowQuery, first: int) -> None:
        """Asks for a page again when it comes into sight; it did not come."""
        if query == self._query:
            self._pages.lose(first)

    def _take(self, rows: Sequence[Sequence[str]], file_rows: Sequence[int], total: int) -> None:
        self._rows, self._file_rows = rows, file_rows or range(1, len(rows) + 1)
        self._total = max(total, len(rows))
        self._set_query(self._query.search, self._query.label, self._query.rows)

    def _set_query(self, search: str, label: str, rows: tuple[int, ...]) -> None:
        """Looks for rows among those that are here; of a long file the engine is asked, too."""
        column = self._names[self._label_column] if self._label_column >= 0 else ""
        labels = tuple(self._classes) if label else ()
        self._query = RowQuery(search=search, label_column=column, label=label, labels=labels, rows=rows)
        self._pages.clear()
        self._shown = self._matching()
        self._found = self._total if not self._is_filtered else None
        if not self.is_whole and self._is_filtered:
            self._pages.want(0)

    @property
    def _is_filtered(self) -> bool:
        query = self._query
        label = query.label and self._label_column >= 0
        return bool(query.search.strip() or label or query.rows)

    def _matching(self) -> Sequence[int]:
        wanted = self._query.search.casefold().strip()
        label = self._query.label if self._label_column >= 0 else ""
        only = frozenset(self._query.rows)
        numbers = range(len(self._rows))
        candidates = [row for row in numbers if self._file_rows[row] in only] if only else numbers
        if not wanted and not label:
            return candidates
        longest_first = sorted(self._classes if label else (), key=len, reverse=True)
        labels = re.compile(_ALONE.format("|".join(map(re.escape, longest_first))))
        return [
            number
            for number in candidates
            for row in (self._rows[number],)
            if (not label or self._has_label(row[self._label_column].strip(), label, labels))
            and (not wanted or any(wanted in value.casefold() for value in row))
        ]

    def _has_label(self, cell: str, label: str, labels: re.Pattern[str]) -> bool:
        """Whether a cell is a label, or is none of the labels itself and holds it among several."""
        return cell == label or (cell not in self._classes and label in labels.findall(cell))

    def _row(self, place: int) -> Row | None:
        """Returns the row at a place, or ``None`` after asking for it."""
        if self.is_whole or self._found is None:
            return self._file_rows[self._shown[place]], self._rows[self._shown[place]]
        if not self._is_filtered and place < len(self._rows):
            return self._file_rows[place], self._rows[place]
        return self._pages.row(place)

    # What others ask

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the file's columns."""
        return self._names

    @property
    def is_whole(self) -> bool:
        """Whether all rows of the file are here."""
        return self._total <= len(self._rows)

    @property
    def is_settled(self) -> bool:
        """Whether it is known how many rows match."""
        return self.is_whole or self._found is not None

    @property
    def file_rows(self) -> Collection[int]:
        """Numbers in the file of the rows that can be shown, filtered out or not; of a long file any."""
        return self._file_rows if self.is_whole else _ANY_ROW

    @property
    def last_file_row(self) -> int:
        """Returns the highest number of a row in the file, whether it is shown or not."""
        return max(self._total, self._file_rows[-1] if self._file_rows else 0)

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
        """Returns where a row of the file is shown, or the next one after it; -1 where none is known."""
        if self.is_whole or self._found is None or not self._is_filtered:
            known: Sequence[int] = self._shown
            shown = (place for place, row in enumerate(known) if self._file_rows[row] >= file_row)
            return next(shown, -1)
        return self._pages.place_of(file_row)

    def file_row(self, row: int) -> int:
        """Returns the row's number in the file; the first row of data is 1, and 0 is not known yet."""
        found = self._row(row)
        return found[0] if found else 0

    # What Qt asks

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's own signature
        """Returns how many rows are shown."""
        if parent.isValid():
            return 0
        return len(self._shown) if self.is_whole or self._found is None else self._found

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's own signature
        """Returns the number, the file's columns, and the words if a text is known."""
        return 0 if parent.isValid() else 1 + len(self._names) + (1 if self._text_columns else 0)

    def headerData(  # noqa: N802 - Qt's own name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """Returns the column's name, which may be longer than there is room for, in its tooltip, too."""
        known = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        if role not in known or orientation != Qt.Orientation.Horizontal:
            return None
        if section == NUMBER_COLUMN:
            return ""
        return "words" if section == self.words_column else self.column_name(section)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> str | int | None:
        """Returns what a cell shows; "…" while its row is on the way."""
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        column = index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (NUMBER_COLUMN, self.words_column):
            right = Qt.AlignmentFlag.AlignRight if column == self.words_column else Qt.AlignmentFlag.AlignLeft
            return int(right | Qt.AlignmentFlag.AlignVCenter)
        if role not in (Qt.ItemDataRole.DisplayRole, CellRole.FULL_TEXT, CellRole.CLASS_NUMBER):
            return None
        found = self._row(index.row())
        if found is None:
            return "…" if role == Qt.ItemDataRole.DisplayRole and column in (NUMBER_COLUMN, 1) else None
        number, row = found
        if role == Qt.ItemDataRole.DisplayRole:
            if column == NUMBER_COLUMN:
                return f"{number:,}"
            if column == self.words_column:
                return f"{sum(len(row[text].split()) for text in self._text_columns):,}"
            # A text may hold line breaks; in the table it is one line.
            return " ".join(row[column - 1].split())
        if role == CellRole.FULL_TEXT:
            return row[column - 1] if 1 <= column <= len(self._names) else None
        if column == self.label_column:
            return self._classes.get(row[self._label_column].strip(), 0)
        return None
