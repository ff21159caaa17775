"""The drawer with all runs of a project: names, notes, numbers, and what to do with them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gui.look.theme import Theme
from gui.widgets.buttons import Button, icon_button
from gui.widgets.empty_state import EmptyState
from gui.widgets.header_corner import HeaderCorner
from gui.widgets.labels import ThemedLabel
from gui.widgets.run_delegate import RunDelegate, state_words
from gui.widgets.run_rows import MORE, NAME, NOTE, SCORE, SIZE, STATE, TIME, TRAINABLE, RunRow, RunTableModel

UNDO_SECONDS = 10
_WIDTHS = {TRAINABLE: 96, SCORE: 132, TIME: 104, SIZE: 104, STATE: 190, MORE: 44}
_NOTES = 160
"""Room, at 100 %, that the notes keep before longer words for a run's state get more."""


class RunsDrawer(QFrame):
    """320 high, over the page.

    Args:
        theme: Where colours and lengths come from.
        parent: The window it lies over.
    """

    run_chosen = Signal(str)
    """The person wants to see a run; carries its id."""

    renamed = Signal(str, str)
    note_changed = Signal(str, str)
    duplicate_requested = Signal(str)
    """The person wants to set a run up again with the same choices."""

    resume_requested = Signal(str)
    delete_requested = Signal(str)
    """The person deleted a run and let the time for *Undo* pass."""

    deleting_changed = Signal()
    """A run was taken out of the list that can still be brought back, or was."""

    close_requested = Signal()
    setup_requested = Signal()
    """The person pressed *Go to setup* in the empty drawer."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: tuple[RunRow, ...] = ()
        self._deleting = ""
        self._undo_timer = QTimer(self, singleShot=True, interval=UNDO_SECONDS * 1000)
        self._undo_timer.timeout.connect(self.finish_delete)
        self.model = RunTableModel(self)
        self.model.renamed.connect(self.renamed)
        self.model.note_changed.connect(self.note_changed)
        self.table = QTableView()
        self._delegate = RunDelegate(theme, self.table)
        self._title = ThemedLabel(theme, "Runs", "bodyStrong")
        self._count = ThemedLabel(theme, "", "caption", "text3")
        self._undo_words = ThemedLabel(theme, "", "small", "text2")
        self._undo = Button(theme, "Undo", "secondary", "undo", size="small")
        self._close = icon_button(theme, "x", "Close (Esc)", size="small")
        self._close.setObjectName("close_runs")
        self._empty = EmptyState(
            theme, "No runs yet", "Train once and the run stays here.", "Go to setup", framed=False
        )
        self._build()
        self._measure()
        theme.changed.connect(self._measure)
        self.hide()

    def _build(self) -> None:
        self._head = QHBoxLayout()
        for widget in (self._title, self._count):
            self._head.addWidget(widget)
        self._head.addStretch(1)
        for button in (self._undo_words, self._undo, self._close):
            self._head.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addWidget(self.table, 1)
        self._column.addWidget(self._empty, 1)
        self._dress_table()
        self._undo.setObjectName("undo_delete")
        self._close.clicked.connect(self.close_requested)
        self._undo.clicked.connect(self.undo_delete)
        self._empty.button_clicked.connect(self.setup_requested)
        self.setAccessibleName("Runs")
        self._show_undo()

    def _dress_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setItemDelegate(self._delegate)
        table.setObjectName("runs_table")
        table.setAccessibleName("Runs")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        edit = QAbstractItemView.EditTrigger
        table.setEditTriggers(edit.DoubleClicked | edit.EditKeyPressed)
        table.setShowGrid(False)
        table.setMouseTracking(True)
        HeaderCorner(self._theme, table)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.verticalHeader().hide()
        table.horizontalHeader().setHighlightSections(False)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._open_menu_at)
        table.clicked.connect(self._click)
        table.viewport().installEventFilter(self)
        table.installEventFilter(self)

    # What it shows

    def set_rows(self, rows: Sequence[RunRow], metric: str = "Score") -> None:
        """Shows these runs, newest first.

        Args:
            rows: The runs.
            metric: What the score is, e.g. ``"F1 score"``.
        """
        self._rows = tuple(rows)
        self.model.set_metric(metric)
        self._refill()

    def _refill(self) -> None:
        shown = [row for row in self._rows if row.id != self._deleting]
        self.model.set_rows(shown)
        self._fit_columns()
        self._count.setText(str(len(shown)) if shown else "")
        self.table.setVisible(bool(shown))
        self._empty.setVisible(not shown)

    # Wishes

    def menu_for(self, row: RunRow) -> QMenu:
        """Returns what can be done with a run."""
        menu = QMenu(self)
        menu.addAction(
            "Show training" if row.is_active else "Show results", partial(self.run_chosen.emit, row.id)
        )
        if row.state in ("stopped", "failed", "interrupted"):
            menu.addAction("Resume from the last checkpoint", partial(self.resume_requested.emit, row.id))
        menu.addSeparator()
        menu.addAction("Rename", partial(self._edit, row.id, NAME))
        menu.addAction("Change note" if row.note else "Add a note", partial(self._edit, row.id, NOTE))
        menu.addAction("Duplicate setup", partial(self.duplicate_requested.emit, row.id))
        menu.addSeparator()
        delete = menu.addAction("Delete", partial(self.delete, row.id))
        delete.setEnabled(not row.is_active)
        return menu

    def delete(self, run_id: str) -> None:
        """Takes a run out of the list; for ten seconds it can be brought back."""
        self.finish_delete()
        row = next((row for row in self._rows if row.id == run_id), None)
        if row is None or row.is_active:
            return
        self._deleting = run_id
        self._undo_words.setText(f'"{row.name}" will be deleted.')
        self._undo_timer.start()
        self._show_undo()
        self._refill()
        self.deleting_changed.emit()

    @property
    def deleting(self) -> str:
        """Returns the id of a run that was deleted and can still be brought back; empty for none."""
        return self._deleting

    def undo_delete(self) -> None:
        """Brings the run back."""
        self._undo_timer.stop()
        self._deleting = ""
        self._show_undo()
        self._refill()
        self.deleting_changed.emit()

    def finish_delete(self) -> None:
        """Deletes for good what waits to be deleted."""
        self._undo_timer.stop()
        gone, self._deleting = self._deleting, ""
        self._show_undo()
        if gone:
            self._rows = tuple(row for row in self._rows if row.id != gone)
            self.delete_requested.emit(gone)

    def _show_undo(self) -> None:
        self._undo.setVisible(bool(self._deleting))
        self._undo_words.setVisible(bool(self._deleting))

    def _edit(self, run_id: str, column: int) -> None:
        number = self.model.row_of(run_id)
        if number >= 0:
            self.table.setColumnHidden(column, False)
            self.table.edit(self.model.index(number, column))

    def _click(self, index: QModelIndex) -> None:
        if index.column() == MORE:
            below = self.table.visualRect(index).bottomLeft()
            self._open_menu(self.model.rows[index.row()], below)
        elif index.column() not in (NAME, NOTE):
            self.run_chosen.emit(self.model.rows[index.row()].id)

    def _open_menu_at(self, place: QPoint) -> None:
        index = self.table.indexAt(place)
        if index.isValid():
            self._open_menu(self.model.rows[index.row()], place)

    def _open_menu(self, row: RunRow, place: QPoint) -> None:
        menu = self.menu_for(row)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.table.viewport().mapToGlobal(place))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Marks the row under the pointer; Enter shows a run, Delete deletes it."""
        if watched is self.table.viewport():
            if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
                self._hover(self.table.rowAt(int(event.position().y())))
            elif event.type() == QEvent.Type.Leave:
                self._hover(-1)
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _key(self, key: Qt.Key) -> bool:
        index = self.table.currentIndex()
        if key == Qt.Key.Key_Escape:
            self.close_requested.emit()
        elif index.isValid() and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.run_chosen.emit(self.model.rows[index.row()].id)
        elif index.isValid() and key == Qt.Key.Key_Delete:
            self.delete(self.model.rows[index.row()].id)
        else:
            return False
        return True

    def _hover(self, row: int) -> None:
        if row != self._delegate.hovered_row:
            self._delegate.hovered_row = row
            self.table.viewport().update()

    # Look

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(16), px(8), px(16), px(8))
        self._column.setSpacing(px(6))
        self._head.setSpacing(px(8))
        header = self.table.horizontalHeader()
        header.setFont(self._theme.font("caption"))
        header.setFixedHeight(px(28))
        self.table.verticalHeader().setDefaultSectionSize(self._theme.layout("row"))
        header.setMinimumSectionSize(px(40))
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._fit_columns()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Divides the width anew."""
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Leaves columns out that say nothing; what is left over goes to names, then to notes."""
        px, header, rows = self._theme.px, self.table.horizontalHeader(), self.model.rows
        roomy = self.width() >= px(960)
        self.table.setColumnHidden(STATE, all(row.state == "finished" for row in rows))
        self.table.setColumnHidden(NOTE, not roomy and not any(row.note for row in rows))
        noted = not self.table.isColumnHidden(NOTE)
        widths = {column: px(width) for column, width in _WIDTHS.items()}
        taken = sum(width for column, width in widths.items() if not self.table.isColumnHidden(column))
        left = self.width() - 2 * px(16) - px(12) - taken
        metrics = QFontMetricsF(self._theme.font("body", 600))
        names = max((metrics.horizontalAdvance(row.name) for row in rows), default=0.0) + px(52)
        spare = int(left - names - px(_NOTES if noted else 0))
        wider = max(0, min(spare, self._state_width() - widths[STATE]))
        widths[STATE] += wider
        for column, width in widths.items():
            header.resizeSection(column, width)
        name = max(px(120), min(names, (left - wider) * (0.6 if noted else 1.0)))
        header.resizeSection(NAME, int(name))
        header.setSectionResizeMode(NOTE, QHeaderView.ResizeMode.Stretch)
        stretched = QHeaderView.ResizeMode.Fixed if noted else QHeaderView.ResizeMode.Stretch
        header.setSectionResizeMode(NAME, stretched)

    def _state_width(self) -> int:
        """Returns the room that the longest words for where a run stands need, with their icon."""
        metrics, px = QFontMetricsF(self._theme.font("small")), self._theme.px
        words = max((metrics.horizontalAdvance(state_words(row)) for row in self.model.rows), default=0.0)
        return int(words) + px(2 * 10 + 19 + 4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the ground and the line above."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("surface"))
        painter.fillRect(0, 0, self.width(), self._theme.px(1), self._theme.color("borderStrong"))
