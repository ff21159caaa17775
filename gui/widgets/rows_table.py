"""The preview of a file: texts cut between words, class marks, the full text on a double click."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from engine.protocol.catalog import RoleEntry, RoleKind
from gui.look.theme import Theme
from gui.widgets.class_marks import paint_mark
from gui.widgets.header_corner import HeaderCorner
from gui.widgets.role_header import RoleHeader
from gui.widgets.rows_model import NUMBER_COLUMN, CellRole, RowsModel

_LONGEST_LAID_OUT = 2000


def elide_words(text: str, metrics: QFontMetrics, width: int) -> str:
    """Returns as many whole words as fit, with "…" when some are left out.

    Args:
        text: One line.
        metrics: Measures of the font.
        width: Room in pixels.
    """
    # A text may be a book: more than this never fits a row, so no more of it is measured.
    short = text[:_LONGEST_LAID_OUT]
    if len(short) == len(text) and metrics.horizontalAdvance(text) <= width:
        return text
    cut = metrics.elidedText(short, Qt.TextElideMode.ElideRight, width).rstrip("…")
    if len(cut) >= len(text):
        return text
    head, space, _ = cut.rpartition(" ")
    kept = head if space and not text[len(cut) : len(cut) + 1].isspace() else cut
    if not kept.strip():
        return metrics.elidedText(short, Qt.TextElideMode.ElideRight, width)
    return kept.rstrip() + "…"


class RowsDelegate(QStyledItemDelegate):
    """Paints the cells of a :class:`RowsTable`."""

    def __init__(self, theme: Theme, table: QTableView) -> None:
        """Paints for a table.

        Args:
            theme: Colours and fonts.
            table: The table, for the row under the pointer.
        """
        super().__init__(table)
        self._theme = theme
        self.hovered_row = -1

    def sizeHint(  # noqa: N802 - Qt's own name
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Returns the height of a row."""
        return QSize(self._theme.px(60), self._theme.px(36))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paints one cell."""
        theme, px = self._theme, self._theme.px
        model = index.model()
        if not isinstance(model, RowsModel):
            return
        painter.save()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selected"))
        elif index.row() == self.hovered_row:
            painter.fillRect(rect, theme.color("hover"))
        painter.setPen(QPen(theme.color("border"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        column = index.column()
        inner = rect.adjusted(px(12), 0, -px(12), 0)
        number = index.data(CellRole.CLASS_NUMBER)
        if number is not None:
            mark = QRectF(inner.left(), rect.center().y() - px(9) / 2 + 0.5, px(9), px(9))
            paint_mark(painter, theme, mark, int(number))
            inner.setLeft(inner.left() + px(16))
        quiet = column == NUMBER_COLUMN
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("text3" if quiet else "text2" if column == model.words_column else "text"))
        words = elide_words(str(index.data() or ""), painter.fontMetrics(), inner.width())
        side = Qt.AlignmentFlag.AlignRight if column == model.words_column else Qt.AlignmentFlag.AlignLeft
        painter.drawText(inner, int(side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), words)
        painter.restore()


class RowsTable(QTableView):
    """The table with its role header.

    Signals:
        role_chosen: Column name and role id, ``""`` for ignore.
        text_requested: Row number in the file, column name and the whole text of a cell.
        removal_requested: Row numbers in the file of the rows that are to go.
        menu_requested: Row numbers in the file of the selected rows, and where on screen.
    """

    role_chosen = Signal(str, str)
    text_requested = Signal(int, str, str)
    removal_requested = Signal(object)
    menu_requested = Signal(object, QPoint)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._theme = theme
        self._long_answers: set[str] = set()
        self._by_word: set[str] = set()
        self._lists: frozenset[str] = frozenset()
        self._model = RowsModel(self)
        self._delegate = RowsDelegate(theme, self)
        self._header = RoleHeader(theme, self)
        self.setObjectName("rows_table")
        self.setAccessibleName("Rows")
        self.setModel(self._model)
        self.setHorizontalHeader(self._header)
        self.setItemDelegate(self._delegate)
        self._header.setModel(self._model)
        self._header.role_chosen.connect(self.role_chosen)
        HeaderCorner(theme, self)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_for_menu)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setMouseTracking(True)
        self.entered.connect(lambda index: self._hover(index.row()))
        self.doubleClicked.connect(self._open)
        theme.changed.connect(self._restyle)
        self._restyle()

    @property
    def rows_model(self) -> RowsModel:
        """The rows."""
        return self._model

    @property
    def role_header(self) -> RoleHeader:
        """The header."""
        return self._header

    def set_table(
        self,
        names: Sequence[str],
        rows: Sequence[Sequence[str]],
        file_rows: Sequence[int] = (),
        total: int = 0,
        lists: Collection[str] = (),
    ) -> None:
        """Shows other rows.

        Args:
            names: Names of the columns.
            rows: A value per column and row; kept, not copied.
            file_rows: The number of each row in the file; empty for 1, 2, 3 and so on.
            total: How many rows the file has; 0 when all of them are here.
            lists: Columns whose cells hold lists, shown in other words.
        """
        self._lists = frozenset(lists)
        self._model.set_table(names, rows, file_rows, total)
        self._header.set_roles((), {})
        self._fit_columns()

    def set_roles(
        self,
        roles: Sequence[RoleEntry],
        columns: Mapping[str, str],
        label_role: str,
        classes: Mapping[str, int],
    ) -> None:
        """Shows what the columns mean.

        Args:
            roles: Roles of the chosen task.
            columns: Role → column name.
            label_role: Id of the role that is learned; its cells get class marks. Empty for none.
            classes: Label → number in the class palette.
        """
        read = (RoleKind.TEXT, RoleKind.WORDS)
        texts = [
            columns[entry.id]
            for entry in roles
            if entry.id in columns and entry.id != label_role and entry.kind in read
        ]
        by_word = (RoleKind.WORDS, RoleKind.TAGS)
        self._by_word = {
            columns[entry.id] for entry in roles if entry.id in columns and entry.kind in by_word
        }
        lists = (RoleKind.TAGS, RoleKind.ANSWERS)
        self._long_answers = {
            columns[entry.id] for entry in roles if entry.id in columns and entry.kind in lists
        }
        self._model.set_meaning(texts, columns.get(label_role, ""), classes)
        self._header.set_roles(roles, columns)
        self._fit_columns()

    def update_rows(self, rows: Sequence[Sequence[str]], file_rows: Sequence[int], total: int = 0) -> None:
        """Shows the same file after a repair; the place in it stays."""
        current, top = self.currentIndex(), self.rowAt(0)
        at = self._model.file_row(current.row()) if current.isValid() else 0
        first = self._model.file_row(top) if top >= 0 else 0
        self._model.update_rows(rows, file_rows, total)
        if first and (row := self._model.row_of(first)) >= 0:
            self.scrollTo(self._model.index(row, 0), QAbstractItemView.ScrollHint.PositionAtTop)
        if at and (row := self._model.row_of(at)) >= 0:
            self.setCurrentIndex(self._model.index(row, current.column()))

    def can_change(self, column: str) -> bool:
        """Whether what stands in a cell can be written as a text: words and their tags, and what is no list.

        Args:
            column: Its name.
        """
        return column in self._by_word or column not in self._lists

    def selected_rows(self) -> tuple[int, ...]:
        """Returns the numbers in the file of the rows that are chosen."""
        chosen = {index.row() for index in self.selectionModel().selectedRows()}
        numbers = (self._model.file_row(row) for row in sorted(chosen))
        return tuple(number for number in numbers if number)  # without those that are still on the way

    # Widths

    def _fit_columns(self) -> None:
        """Gives numbers, labels and words what they need and the texts the rest."""
        px = self._theme.px
        model = self._model
        count = model.columnCount()
        if count <= 1:
            return
        texts = set(model.text_columns)
        texts |= {1 + place for place, name in enumerate(model.names) if name in self._long_answers}
        if not texts:
            texts = {max(range(1, len(model.names) + 1), key=self._typical_width)}
        used = 0
        for column in range(count):
            if column in texts:
                continue
            if column == NUMBER_COLUMN:
                digits = QFontMetrics(self._theme.font("body")).horizontalAdvance(f"{model.last_file_row:,}")
                width = max(px(44), digits + px(24))
            elif column == model.words_column:
                width = px(70)
            else:
                width = self._header.needed_width(model.column_name(column))
                if not self._header.is_ignored(model.column_name(column)):  # else the texts have the room
                    width = max(width, min(px(220), self._typical_width(column)))
            self.setColumnWidth(column, width)
            used += width
        room = self.viewport().width() - used
        # Where the table must be scrolled sideways all the same, a text is not cut to make it shorter.
        few = px(160) if room >= px(160) * len(texts) else px(280)
        for column in sorted(texts):
            least = max(few, self._header.needed_width(model.column_name(column)))
            self.setColumnWidth(column, max(least, room // len(texts)))

    def _typical_width(self, column: int) -> int:
        metrics = QFontMetrics(self._theme.font("body"))
        looked_at = range(min(30, self._model.rowCount()))
        texts = (str(self._model.index(row, column).data())[:80] for row in looked_at)
        longest = max(texts, key=len, default="")
        return metrics.horizontalAdvance(longest) + self._theme.px(48)

    def _restyle(self) -> None:
        vertical = self.verticalHeader()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setMinimumSectionSize(self._theme.px(20))
        vertical.setDefaultSectionSize(self._theme.px(36))
        self._fit_columns()
        self.viewport().update()

    # What happens

    def _hover(self, row: int) -> None:
        if row != self._delegate.hovered_row:
            self._delegate.hovered_row = row
            self.viewport().update()

    def _ask_for_menu(self, place: QPoint) -> None:
        rows = self.selected_rows()
        if rows:
            self.menu_requested.emit(rows, self.viewport().mapToGlobal(place))

    def _open(self, index: QModelIndex) -> None:
        name = self._model.column_name(index.column())
        columns = self._model.text_columns
        if not name and columns:
            # On the number or the word count the row's own text is meant.
            index = self._model.index(index.row(), columns[0])
            name = self._model.column_name(columns[0])
        if name:
            text = str(index.data(CellRole.FULL_TEXT) or "")
            self.text_requested.emit(self._model.file_row(index.row()), name, text)

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own name
        """Opens the full text on Enter, removes the chosen rows on Delete."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
            return
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.selected_rows():
            self.removal_requested.emit(self.selected_rows())
            return
        super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own name
        """Takes the hover back."""
        self._hover(-1)
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own name
        """Gives the texts the new room."""
        super().resizeEvent(event)
        self._fit_columns()
