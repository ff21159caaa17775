"""The first rows of a file: search, filter by label, roles of the columns, how it was read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QIcon, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QComboBox, QMenu, QStackedWidget, QWidget

from engine.protocol.catalog import RoleEntry, RoleKind
from engine.protocol.config import Reading
from engine.protocol.data_facts import TableFacts
from gui.look.texts import count, label_words, thousands
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.cards import Card
from gui.widgets.class_marks import paint_mark
from gui.widgets.empty_state import EmptyState
from gui.widgets.format_menu import FormatButton
from gui.widgets.full_text import FullText
from gui.widgets.row_menu import new_text, removal, row_menu
from gui.widgets.rows_table import RowsTable
from gui.widgets.search_field import SearchField

_LIST = "A list is read and copied here; what stands in it is changed in the file."


def rows_words(table: TableFacts) -> str:
    """Returns how many rows there are: ``"930 rows"``, ``"100,000 of 6,188,000 rows"``.

    Args:
        table: The file.
    """
    drawn = f"{thousands(table.rows)} of " if table.rows_in_file else ""
    return drawn + count("rows", table.rows_in_file or table.rows)


class PreviewCard(Card):
    """A card around the table of rows.

    Signals:
        role_chosen: Column name and role id, ``""`` for ignore.
        reading_chosen: What of a ``Reading`` is to be otherwise: name → value.
        repair_chosen: The :class:`Repair` that a change of cells or the removal of rows is.
        answer_wanted: Row and column of a right answer that is to be given anew, and what is to be called
            where it cannot be.
    """

    role_chosen = Signal(str, str)
    reading_chosen = Signal(object)
    repair_chosen = Signal(object)
    answer_wanted = Signal(int, str, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts without rows."""
        super().__init__(theme, "Preview", padding=0, parent=parent)
        self.setObjectName("preview")
        self._unit = "texts"
        self._narrow = False
        self._label_column = ""
        self._answers: set[str] = set()
        self._path = ""
        self._table = RowsTable(theme, self)
        self._table.role_chosen.connect(self.role_chosen)
        self._table.text_requested.connect(self._show_text)
        self._table.removal_requested.connect(lambda rows: self.repair_chosen.emit(removal(rows)))
        self._table.menu_requested.connect(self._open_row_menu)
        self._table.rows_model.modelReset.connect(self._show_whether_found)
        self._format = FormatButton(theme, self)
        self._format.reading_chosen.connect(self.reading_chosen)
        self._only = Button(theme, "", "secondary", size="small", parent=self)
        self._only.setObjectName("show_all_rows")
        self._only.set_trailing("x")
        self._only.clicked.connect(self.show_all)
        self._only.hide()
        self._search = SearchField(theme, "", self)
        self._search.setObjectName("search_rows")
        self._search.textChanged.connect(self._filter)
        self._labels = QComboBox(self)
        self._labels.setObjectName("label_filter")
        self._labels.setAccessibleName("Show rows with a label")
        self._labels.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._labels.currentIndexChanged.connect(self._filter)
        self._nothing = EmptyState(theme, "", "", "Clear search", framed=False)
        self._nothing.setObjectName("nothing_found")
        self._nothing.button_clicked.connect(self._clear_search)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._table)
        self._stack.addWidget(self._nothing)
        self.header.insertStretch(2)  # its place between title and buttons while the note is hidden
        for widget in (self._format, self._only, self._search, self._labels):
            self.header.addWidget(widget)
        self.body.addWidget(self._stack)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.set_unit("texts")

    @property
    def table(self) -> RowsTable:
        """The table."""
        return self._table

    @property
    def format_button(self) -> FormatButton:
        """The button that says how the file was read."""
        return self._format

    @property
    def label_filter(self) -> QComboBox:
        """The list of labels to filter by."""
        return self._labels

    @property
    def search(self) -> SearchField:
        """The search field."""
        return self._search

    def set_unit(self, unit: str) -> None:
        """Says what a row is called, in the plural, e.g. ``"texts"``."""
        self._unit = unit
        self._search.set_words(f"Search the {unit}")

    def set_table(self, table: TableFacts, asked: Reading) -> None:
        """Shows a file.

        Args:
            table: What was read.
            asked: How the person asked for it.
        """
        self.set_title("Preview", rows_words(table))
        self._format.set_format(table, asked)
        names = tuple(column.name for column in table.columns)
        if table.path == self._path and names == self._table.rows_model.names:
            self._table.update_rows(table.preview, table.preview_rows, table.rows)
        else:
            self._only.hide()
            lists = [column.name for column in table.columns if column.is_list]
            self._table.set_table(names, table.preview, table.preview_rows, table.rows, lists)
        self._path = table.path
        self._filter()

    def set_roles(
        self,
        roles: Sequence[RoleEntry],
        columns: Mapping[str, str],
        label_role: str,
        classes: Mapping[str, int],
    ) -> None:
        """Shows what the columns mean; see :meth:`RowsTable.set_roles`."""
        self._label_column = columns.get(label_role, "")
        given = (RoleKind.LABEL, RoleKind.ANSWERS)
        self._answers = {columns[role.id] for role in roles if role.kind in given and role.id in columns}
        self._table.set_roles(roles, columns, label_role, classes)
        self._fill_labels(list(classes))
        self._filter()

    def show_only(self, file_rows: Collection[int], title: str) -> None:
        """Shows only the rows that a finding concerns, with a button to show all again.

        Args:
            file_rows: Row numbers of the file.
            title: What the rows are, for the button.
        """
        here = self._table.rows_model.show_only(file_rows)
        self._only.setText(f"{count('rows', here)}: {title}")
        self._only.setAccessibleName(f"Showing {title}: {count('rows', here)} in this preview. Show all rows")
        self._only.setToolTip(f"{title}: {count('rows', here)} in this preview. Show all rows again")
        self._only.show()
        self._fit_header()
        self._search.clear()
        self._labels.setCurrentIndex(0)
        self._filter()

    def show_all(self) -> None:
        """Takes :meth:`show_only` back."""
        self._only.hide()
        self._fit_header()
        self._table.rows_model.show_only(None)
        self._filter()

    def set_narrow(self, narrow: bool) -> None:
        """Leaves out what has no room in a narrow window."""
        self._narrow = narrow
        self._fit_header()

    def _fit_header(self) -> None:
        self._labels.setHidden(self._narrow or self._labels.count() < 3)
        self._labels.setMaximumWidth(self._theme.px(180))
        self._search.setFixedWidth(self._theme.px(150 if self._narrow else 244))
        self._only.setMinimumWidth(self._theme.px(60))  # else long words would widen the card first
        self._fit_only()

    def _fit_only(self) -> None:
        """Cuts the words on the button that shows all rows again, so that its cross stays in sight."""
        shown = not self._only.isHidden()
        self._note.setVisible(not shown)  # how many rows there are is not what is shown now
        if not shown:
            return
        margins, gap = self.header.contentsMargins(), self.header.spacing()
        others = [one for one in (self._title, self._format, self._labels) if not one.isHidden()]
        taken = sum(min(one.sizeHint().width(), one.maximumWidth()) + gap for one in others)
        taken += self._search.minimumWidth() + gap
        metrics = QFontMetricsF(self._only.font())
        around = self._only.sizeHint().width() - metrics.horizontalAdvance(self._only.shown_words())
        room = self.width() - margins.left() - margins.right() - taken - around
        too_long = metrics.horizontalAdvance(self._only.text()) > room
        self._only.limit_words(max(1, int(room / self._theme.scale)) if too_long else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Cuts the words in the header anew."""
        super().resizeEvent(event)
        self._fit_only()

    # What happens

    def _filter(self) -> None:
        label = self._labels.currentData() if self._labels.currentIndex() > 0 else ""
        model = self._table.rows_model
        model.set_filter(self._search.text(), str(label or ""))
        self._show_whether_found()

    def _show_whether_found(self) -> None:
        """Says so where no row matches, as soon as that is known."""
        model, words = self._table.rows_model, self._search.text().strip()
        label = self._labels.currentData() if self._labels.currentIndex() > 0 else ""
        narrowed = bool(words or label) or not self._only.isHidden()
        empty = narrowed and model.is_settled and model.rowCount() == 0
        if empty:
            kind = f' with the label "{label}"' if label else ""
            what = f'contains "{words}"' if words else "is here"
            self._nothing.set_texts(f"None of these {self._unit}{kind} {what}", "", "Show all rows")
        self._stack.setCurrentWidget(self._nothing if empty else self._table)

    def _clear_search(self) -> None:
        self._search.clear()
        self._labels.setCurrentIndex(0)
        self.show_all()

    def _fill_labels(self, labels: list[str]) -> None:
        known = [str(self._labels.itemData(place)) for place in range(1, self._labels.count())]
        if known == labels and self._labels.count():
            return
        self._labels.blockSignals(True)
        self._labels.clear()
        self._labels.addItem("All labels", "")
        for label in labels:
            self._labels.addItem(label_words(label), label)
        self._labels.blockSignals(False)
        self._restyle()

    def _show_text(self, row: int, column: str, text: str) -> None:
        if column in self._answers and not self._table.can_change(column):
            self.answer_wanted.emit(row, column, partial(self._open_text, row, column, text))
        else:
            self._open_text(row, column, text)

    def _open_text(self, row: int, column: str, text: str) -> None:
        title, editable = f"Row {thousands(row)}, {column}", self._table.can_change(column)
        shown = FullText(self._theme, title, text, self, editable=editable, fixed=_LIST)
        shown.text_changed.connect(lambda new: self.repair_chosen.emit(new_text(column, (row,), new)))
        shown.open_over(self)

    def _open_row_menu(self, rows: Sequence[int], place: QPoint) -> None:
        menu = self.make_row_menu(rows)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def make_row_menu(self, rows: Sequence[int]) -> QMenu:
        """Returns the menu of some rows; the caller shows it.

        Args:
            rows: Their numbers in the file.
        """
        labels = [str(self._labels.itemData(place)) for place in range(1, self._labels.count())]
        return row_menu(self, rows, self._label_column, labels, self.repair_chosen.emit)

    def _restyle(self) -> None:
        px = self._theme.px
        self.header.setContentsMargins(px(16), px(7), px(12), px(7))
        self._column.setSpacing(0)
        # The card's edge and its round corners stay free of the table.
        self.body.setContentsMargins(1, 0, 1, px(6))
        self._fit_header()
        self._labels.setIconSize(QSize(px(14), px(14)))
        for place in range(self._labels.count()):
            icon = self._theme.icon("filter", "text", 14) if place == 0 else self._mark(place)
            self._labels.setItemIcon(place, icon)

    def _mark(self, number: int) -> QIcon:
        size = self._theme.px(14)
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(round(size * ratio), round(size * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_mark(painter, self._theme, QRectF(2, 2, size - 4, size - 4), number)
        painter.end()
        return QIcon(pixmap)
