"""Data: which rows, what the columns mean, what is wrong with them before training."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.protocol.data_events import RowsWritten
from engine.protocol.data_facts import TableFacts
from engine.protocol.problems import Action, Problem
from gui.look.texts import count
from gui.state.data_findings import data_errors, data_findings, is_chosen_reading_at_fault, words_without_rows
from gui.state.draft_repairs import repair_draft
from gui.state.label_doubts import LabelDoubtsSearch
from gui.state.page_context import OpenProject, PageContext, PageEntry
from gui.state.row_pages import RowPages
from gui.state.rows_saving import RowsSaving
from gui.views.answer_mending import AnswerMending
from gui.widgets.basics import Banner, Button, EmptyState, PageHeader
from gui.widgets.column_menu import column_menu
from gui.widgets.facts_column import FactsColumn
from gui.widgets.file_dialog import ask_for_file, ask_where_to_save
from gui.widgets.preview_card import PreviewCard, rows_words
from gui.widgets.reading_bar import ReadingBar
from gui.widgets.role_header import assign_role
from gui.widgets.task_cards import TaskCards, why_not_served

LABEL_ROLE = "label"
_PATIENCE = 300
"""Milliseconds before the page says that a file is being read."""


class DataPage(QWidget):
    """The page of the open project's data.

    Signals:
        go_requested: Id of the page that the person wants next.
        files_chosen: Paths of the files that the person wants to open as a new project.
    """

    go_requested = Signal(str)
    files_chosen = Signal(object)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        """Shows the open project."""
        super().__init__(parent)
        self._context = context
        self._theme = context.theme
        self._project = context.project
        self._shown: TableFacts | None = None
        self.setObjectName("data_page")
        self.setAccessibleName("Data")
        self._make_widgets()
        self._lay_out()
        self._connect()
        self._show_layout()
        self._show_table()
        self._show_rows()

    # Building

    def _make_widgets(self) -> None:
        theme = self._theme
        self._open_file = Button(theme, "Open another file", "secondary", "folder")
        self._open_file.setObjectName("open_file")
        self._open_file.setToolTip("Open a file as a new project (Ctrl O)")
        self._next = Button(theme, "Continue to setup", "primary")
        self._next.setObjectName("continue_to_setup")
        self._next.set_trailing("arrow")
        self._tasks = TaskCards(theme)
        self._header = PageHeader(theme, "Data", "", [self._tasks.box, self._open_file], self._next)
        self._banner = Banner(theme)
        self._banner.setObjectName("data_problem")
        self._reading_bar = ReadingBar(theme)
        self._preview = PreviewCard(theme)
        self._facts = FactsColumn(theme)
        self._saving = RowsSaving(self._context.engines, self)
        self._mending = AnswerMending(self._context, self)
        self._doubts = LabelDoubtsSearch(self._context.engines, self._project, self)
        self._pages = RowPages(self._context.engines, self._project, self)
        self._empty = EmptyState(theme, "", "", "Choose a file")
        self._empty.setObjectName("drop_zone")
        self._reading = QTimer(self, singleShot=True, interval=_PATIENCE)
        self._reading.timeout.connect(self._say_reading)

    def _lay_out(self) -> None:
        self._body = QWidget()
        self._row = QHBoxLayout(self._body)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._preview, 1)
        self._row.addWidget(self._facts)
        empty_room = QWidget()
        self._stack = QStackedWidget()  # it follows the header on the page, so Tab comes to it later, too
        self._stack.addWidget(self._body)
        self._stack.addWidget(empty_room)
        # The scroll bar of the right column stands in the page's margin: all else keeps out of it.
        self._top, self._empty_row = QVBoxLayout(), QVBoxLayout(empty_room)
        self._empty_row.addWidget(self._empty)
        for widget in (self._header, self._tasks, self._banner, self._reading_bar):
            self._top.addWidget(widget)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._top)
        self._column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        project = self._project
        project.data_changed.connect(self._show_table)
        project.reading_changed.connect(self._show_reading)
        self._reading_bar.stop_requested.connect(self._context.advisor.stop_reading)
        project.prepared_changed.connect(self._show_rows)
        project.checked_changed.connect(self._show_rows)
        project.draft_changed.connect(self._show_next)
        self._context.engines.catalog_changed.connect(self._show_table)
        self._context.layout.changed.connect(self._show_layout)
        self._theme.changed.connect(self._show_layout)
        self._open_file.clicked.connect(self.choose_file)
        self._empty.button_clicked.connect(self._leave_empty)
        self._next.clicked.connect(lambda: self.go_requested.emit("setup"))
        self._tasks.task_chosen.connect(project.set_task)
        self._context.row_wish.said.connect(self._preview.show_only)
        self._preview.role_chosen.connect(self._choose_role)
        self._preview.answer_wanted.connect(self._mending.ask)
        self._preview.reading_chosen.connect(project.set_reading)
        self._facts.split_chosen.connect(project.change_split)
        self._facts.action_chosen.connect(self._act)
        rows, doubts = self._preview.table.rows_model, self._facts.doubts
        for part in (self._facts, self._preview):
            part.repair_chosen.connect(project.add_repair)
        doubts.search_requested.connect(self._doubts.start)
        doubts.cancel_requested.connect(self._doubts.cancel)
        self._doubts.progressed.connect(doubts.show_progress)
        self._doubts.found.connect(doubts.show_found)
        self._doubts.ended.connect(doubts.show_end)
        self._facts.save_requested.connect(self.save_rows)
        rows.page_wanted.connect(self._pages.ask)
        self._pages.failed.connect(rows.lose_page)
        self._pages.arrived.connect(rows.take_page)
        self._saving.saved.connect(self._say_saved)
        self._saving.failed.connect(self._banner.show_problem)
        self._banner.action_chosen.connect(lambda action: self._act(action, self._banner.problem))

    def primary_button(self) -> QAbstractButton | None:
        """Returns what Ctrl + Enter presses."""
        return self._next

    # What is shown

    def _show_layout(self) -> None:
        layout, px = self._context.layout, self._theme.px
        side, top = (24, 20) if layout.is_wide else (16, 12)
        gutter, gap = self._facts.gutter, px(16 if layout.is_wide else 12)
        self._column.setContentsMargins(px(side), px(top), px(side) - gutter, px(top))
        self._top.setContentsMargins(0, 0, gutter, 0)
        self._empty_row.setContentsMargins(0, 0, gutter, 0)
        for part in (self._column, self._top, self._row):
            part.setSpacing(gap)
        width = 340 if layout.is_wide else 280 if layout.is_narrow else 292
        self._facts.set_layout(px(width), narrow=layout.is_narrow)
        self._preview.set_narrow(layout.is_narrow)
        self._tasks.show_tasks(compact=not layout.is_wide)

    def _show_table(self) -> None:
        """Shows the file and what its columns mean; rows come with :meth:`_show_rows`."""
        project, table = self._project, self._project.first_rows or self._project.table
        self._show_empty()
        if table is not None and project.data is not None:
            said = f"{table.name}, {rows_words(table)}. Tell Thaw what each column means."
            self._header.set_subtitle(f"The first rows of {table.name}" if project.first_rows else said)
            if table is not self._shown:  # else search and place in the table would be lost
                self._pages.forget()
                self._preview.set_table(table, project.data.reading)
            self._shown = table
        elif project.data is not None:
            self._header.set_subtitle(Path(project.data.path).name)
        self._show_tasks()
        self._show_roles()
        self._show_problems()

    def _show_empty(self) -> None:
        project = self._project
        self._reading.stop()
        is_read = (project.first_rows or project.table) is not None
        if project.data is None or not is_read:
            self._empty.set_texts(*words_without_rows(project))
        if project.data is not None and not is_read and not project.data_problems:
            self._reading.start()
        self._empty.setVisible(is_read or not self._reading.isActive())
        self._stack.setCurrentIndex(0 if is_read else 1)

    def _show_reading(self) -> None:
        """Shows how much of a large file was read."""
        project = self._project
        name = Path(project.data.path).name if project.data else ""
        self._reading_bar.show_percent(name, project.percent_read, has_rows=project.first_rows is not None)

    def _say_reading(self) -> None:
        data = self._project.data
        if data is not None:
            self._empty.set_texts(f"Reading {Path(data.path).name}", "The rows come in a moment.", "")
            self._empty.show()

    def _show_tasks(self) -> None:
        catalog, table = self._context.engines.catalog, self._project.table
        tasks = catalog.tasks if catalog is not None and table is not None else ()
        reasons = {task.id: why_not_served(task, len(table.columns)) for task in tasks} if table else {}
        served_not = {task: reason for task, reason in reasons.items() if reason}
        self._tasks.set_tasks(tasks, self._project.task, served_not)
        self._tasks.show_tasks(compact=not self._context.layout.is_wide)

    def _show_roles(self) -> None:
        project, task = self._project, self._project.task_entry
        if task is None or project.data is None or project.table is None or project.first_rows is not None:
            return
        classes = project.prepared.classes if project.prepared else ()
        label_role = LABEL_ROLE if any(role.id == LABEL_ROLE for role in task.roles) else ""
        # Marks and filter go by one label in a cell; the tags of words are counted, not filtered by.
        numbers = {entry.name: place for place, entry in enumerate(classes if label_role else (), start=1)}
        self._preview.set_unit(task.unit)
        self._preview.set_roles(task.roles, project.data.columns, label_role, numbers)

    def _show_rows(self) -> None:
        """Shows counts, split and findings."""
        project, task = self._project, self._project.task_entry
        self._show_roles()
        columns = [column.name for column in project.table.columns] if project.table else []
        self._facts.set_data(project.data, columns)
        self._facts.set_prepared(
            project.prepared,
            data_findings(self._project),
            task.unit if task else "texts",
            labels=task.labels if task else "labels",
            limit=self._longest_whole_text(),
            rows_in_reach=self._preview.table.rows_model.file_rows,
            in_the_way=bool(data_errors(project)),
        )
        self._show_problems()

    def _longest_whole_text(self) -> int | None:
        """Words that surely fit: each has at least one piece, and two pieces mark start and end."""
        pieces = (self._project.recommended | self._project.settings).get("max_length")
        return int(pieces) - 2 if isinstance(pieces, int) else None

    def _show_problems(self) -> None:
        problems = data_errors(self._project)
        if problems:
            self._banner.show_problem(problems[0])
        else:
            self._banner.clear()
        self._show_next()

    def _show_next(self) -> None:
        missing = self._missing()
        self._next.setEnabled(not missing)
        self._next.setToolTip(missing or "Choose what the model keeps and what it learns (Ctrl Enter)")

    def _missing(self) -> str:
        """Says what stands between here and Setup; empty when nothing does."""
        project = self._project
        if project.data is None:
            return "Choose a file first"
        problems = data_errors(self._project)
        if problems:
            return problems[0].title
        return "" if project.prepared is not None else "The rows are being counted"

    # What the person does

    def choose_file(self) -> None:
        """Lets the person choose a file, without waiting for it."""
        ask_for_file(self, "Open a file", self._context.engines.catalog, self.files_chosen.emit)

    def _leave_empty(self) -> None:
        """Reads a file that cannot be read as the person chose as it seems best, else asks for another."""
        self._project.forget_reading() if is_chosen_reading_at_fault(self._project) else self.choose_file()

    def save_rows(self) -> None:
        """Lets the person write the rows, as they are after their repairs, to a new file."""
        data = self._project.data
        if data is not None:
            name = f"{Path(data.path).stem} repaired"
            ask_where_to_save(self, name, lambda path: self._saving.save(data, path))

    def _say_saved(self, written: RowsWritten) -> None:
        title = f'{count("rows", written.rows)} written to "{Path(written.path).name}"'
        self._banner.show_message("ok", title, written.note)

    def _choose_role(self, column: str, role: str) -> None:
        if self._project.data is not None:
            self._project.set_columns(assign_role(self._project.data.columns, column, role))

    def _act(self, action: Action, about: Problem | None) -> None:
        """Does what the button of a problem says."""
        form = self._preview.format_button
        deeds: dict[str, Callable[[], object]] = {
            "choose_file": self.choose_file,
            "choose_encoding": lambda: self._open(form.make_encoding_menu(self), about),
            "choose_sheet": lambda: self._open(form.make_sheet_menu(self), about),
            "choose_header_row": lambda: self._open(form.make_header_menu(self), about),
            "choose_column": lambda: self._choose_column(action.arguments, about),
            "show_data": lambda: self._show_data(about),
            "set_reading": lambda: self._project.set_reading(
                {name: int(value) for name, value in action.arguments.items()}
            ),
            "restart_engine": self._context.restart_engine,
            "read_again": self._context.advisor.ask_again,
            "copy_details": lambda: QApplication.clipboard().setText(about.details if about else ""),
        }
        deeds.get(action.id, lambda: repair_draft(action, self._project, self._context.engines.catalog))()

    def _choose_column(self, arguments: dict[str, str], about: Problem | None) -> None:
        """Takes the suggested column for a role, or lets the person choose one."""
        role, column = arguments.get("role", LABEL_ROLE), arguments.get("column", "")
        if column:
            self._choose_role(column, role)
        else:
            self._open(self.make_column_menu(role), about)

    def _open(self, menu: QMenu, about: Problem | None) -> None:
        """Opens a menu below the button that asked for it: of a finding, else of the banner."""
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        button = self._facts.health.button_of(about) if about is not None else None
        left, below = (0, button) if button is not None else (self._theme.px(48), self._banner)
        menu.popup(below.mapToGlobal(QPoint(left, below.height())))

    def make_column_menu(self, role: str) -> QMenu:
        """Returns a menu of all columns; choosing one gives it the role."""
        columns = self._project.table.columns if self._project.table else ()
        return column_menu(self, columns, lambda name: self._choose_role(name, role))

    def _show_data(self, about: Problem | None) -> None:
        if about is not None and about.rows:
            self._preview.show_only(about.rows, about.title)


def _is_complete(opened: OpenProject) -> bool:
    return opened.project.prepared is not None and not data_errors(opened.project)


PAGE = PageEntry(id="data", title="Data", icon="data", order=1, build=DataPage, complete=_is_complete)
