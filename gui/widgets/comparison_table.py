"""The table of compared runs: in the charts or not, name, numbers, each score on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QSizePolicy,
    QTableView,
    QWidget,
)

from gui.look.texts import at_the_start
from gui.look.theme import Theme
from gui.widgets.comparison_delegate import ComparisonDelegate
from gui.widgets.comparison_rows import (
    CHECK,
    ENERGY,
    INTERVAL,
    MORE,
    NAME,
    SCORE,
    SIZE,
    SORTED_BY,
    TIME,
    TRAINABLE,
    ComparisonModel,
    ComparisonRow,
)
from gui.widgets.header_corner import HeaderCorner

_Index = QModelIndex | QPersistentModelIndex
_WIDTHS = {CHECK: 44, TRAINABLE: 104, SCORE: 126, INTERVAL: 176, TIME: 116, ENERGY: 104, SIZE: 112, MORE: 44}
_NARROW = {CHECK: 40, TRAINABLE: 84, SCORE: 118, INTERVAL: 120, TIME: 92, ENERGY: 84, SIZE: 92, MORE: 40}
_LEAST_NAME = 260
"""Names with their chips come before the energy, which hovering over the time tells, too."""

_BESIDE_HEAD = 16
"""What stands free beside the words of a head."""


class ComparisonTable(QTableView):
    """Compared runs, sortable; a click on the box takes a run out of the charts.

    Args:
        theme: Where colours and lengths come from.
        parent: Owner.
    """

    run_chosen = Signal(str)
    """The person wants to see one run; carries its id."""
    hovered = Signal(str)
    """Another run is under the pointer; carries its id, empty for none."""
    answers_wanted = Signal(str)
    """The person wants to see what a run (id) gets right and the best does not, and the other way round."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._narrow = False
        self.rows = ComparisonModel(self)
        self._delegate = ComparisonDelegate(theme, self)
        self.setModel(self.rows)
        self.setItemDelegate(self._delegate)
        self.setObjectName("comparison_table")
        self.setAccessibleName("Compared runs")
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        HeaderCorner(theme, self)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)  # its card says how high
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._sort_by)
        self._order: tuple[int, Qt.SortOrder] | None = None
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu_at)
        self.clicked.connect(self._click)
        self.doubleClicked.connect(self._double_click)
        self._measure()
        theme.changed.connect(self._measure)

    def set_rows(self, rows: Sequence[ComparisonRow], metric: str, short: str = "") -> None:
        """Shows these runs, best first; the order that the person chose stays.

        Args:
            rows: The runs.
            metric: Head of the score column.
            short: What stands there where that is too long; empty to cut it.
        """
        room = self._theme.px((_NARROW if self._narrow else _WIDTHS)[SCORE] - _BESIDE_HEAD)
        if short and QFontMetricsF(self._theme.font("caption")).horizontalAdvance(metric) > room:
            metric = at_the_start(short)
        current = self.currentIndex()
        run_id = self.rows.rows[current.row()].id if current.isValid() else ""
        self.rows.set_rows(rows, metric)
        if run_id and self.rows.row_of(run_id) >= 0:
            self.setCurrentIndex(self.rows.index(self.rows.row_of(run_id), current.column()))
        self._fit_columns()

    def set_narrow(self, narrow: bool) -> None:
        """Takes less room for the numbers."""
        self._narrow = narrow
        self._fit_columns()

    def light(self, run_id: str) -> None:
        """Marks the row of a run that is looked at elsewhere."""
        self._delegate.lit = run_id
        self.viewport().update()

    # Wishes

    def menu_for(self, row: ComparisonRow) -> QMenu:
        """Returns what can be done with a run."""
        menu = QMenu(self)
        menu.addAction("Show this run", partial(self.run_chosen.emit, row.id))
        menu.addAction("Fixed and broken answers", partial(self.answers_wanted.emit, row.id))
        menu.addSeparator()
        column = self.currentIndex().column()
        if column in SORTED_BY:
            head = self.rows.headerData(column, Qt.Orientation.Horizontal)
            menu.addAction(f"Sort by {SORTED_BY[column] or head}", partial(self._sort_by, column))
        menu.addAction("Rename", partial(self._rename, row.id))
        words = "Take out of the charts" if row.checked else "Show in the charts"
        menu.addAction(words, partial(self.rows.checked_changed.emit, row.id, not row.checked))
        return menu

    def _rename(self, run_id: str) -> None:
        number = self.rows.row_of(run_id)
        if number >= 0:
            self.edit(self.rows.index(number, NAME))

    def _sort_by(self, column: int) -> None:
        """Sorts by a column, the other way round at the second click, as it came at the third."""
        up, down = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
        first = up if column in (NAME, CHECK) else down
        second = down if first is up else up
        if self._order is None or self._order[0] != column:
            self._order = column, first
        else:
            self._order = (column, second) if self._order[1] is first else None
        self.horizontalHeader().setSortIndicatorShown(self._order is not None)
        if self._order is not None:
            self.horizontalHeader().setSortIndicator(*self._order)
        self.rows.sort(*(self._order or (-1, up)))

    def _click(self, index: QModelIndex) -> None:
        row = self.rows.rows[index.row()]
        if index.column() == MORE:
            self._open_menu(row, self.visualRect(index).bottomLeft())
        elif index.column() == CHECK:
            self.rows.checked_changed.emit(row.id, not row.checked)

    def _double_click(self, index: QModelIndex) -> None:
        if index.column() not in (CHECK, MORE):
            self.run_chosen.emit(self.rows.rows[index.row()].id)

    def _open_menu_at(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if index.isValid():
            self._open_menu(self.rows.rows[index.row()], place)

    def _open_menu(self, row: ComparisonRow, place: QPoint) -> None:
        menu = self.menu_for(row)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.viewport().mapToGlobal(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Space checks a run, Enter shows it; F2 renames, the menu key opens the menu, which sorts, too."""
        index = self.currentIndex()
        if index.isValid() and event.key() == Qt.Key.Key_Space:
            row = self.rows.rows[index.row()]
            self.rows.checked_changed.emit(row.id, not row.checked)
        elif index.isValid() and event.key() == Qt.Key.Key_Menu:
            self._open_menu(self.rows.rows[index.row()], self.visualRect(index).bottomLeft())
        elif index.isValid() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if index.column() == MORE:
                self._click(index)
            else:
                self.run_chosen.emit(self.rows.rows[index.row()].id)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Marks the row under the pointer."""
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(int(event.position().y())))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Marks no row any more."""
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        if row != self._delegate.hovered_row:
            self._delegate.hovered_row = row
            self.viewport().update()
            self.hovered.emit(self.rows.rows[row].id if 0 <= row < len(self.rows.rows) else "")

    # Look

    def _measure(self) -> None:
        px, header = self._theme.px, self.horizontalHeader()
        header.setFont(self._theme.font("caption"))
        header.setFixedHeight(px(32))
        header.setMinimumSectionSize(px(36))
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setDefaultSectionSize(self._theme.layout("row"))
        self._fit_columns()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Divides the width anew."""
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        widths = _NARROW if self._narrow else _WIDTHS
        beside_names = sum(map(self._theme.px, widths.values()))
        has_room = self.viewport().width() - beside_names >= self._theme.px(_LEAST_NAME)
        has_energy = any(row.joules for row in self.rows.rows)
        self.setColumnHidden(ENERGY, not (has_room and has_energy))
        for column, width in widths.items():
            self.horizontalHeader().resizeSection(column, self._theme.px(width))
