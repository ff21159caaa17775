"""What the engine found out about a project: nothing here is chosen, nothing is saved."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from engine.protocol.data_facts import PreparedFacts, TableFacts
from engine.protocol.events import RunChecked
from engine.protocol.problems import Problem
from engine.protocol.stack import MethodPreview, ModelFacts


class ProjectFacts(QObject):
    """The facts of a project, each ``None`` or empty until the engine has answered.

    Attributes:
        table: The file as it was read.
        data_problems: What was odd about reading it, or why it could not be read.
        first_rows: The first rows of a large file, while the others are read.
        percent_read: How much of it was read, 0 to 100; ``None`` while nothing is read that takes long.
        prepared: Its rows as the task will use them.
        rows_problem: Why they could not be counted.
        model: What the base model is.
        model_problem: Why it could not be read.
        previews: What each method would do to the model, in the order of the catalog.
        checked: The last check of a draft; it may be about an earlier one.
    """

    data_changed = Signal()
    prepared_changed = Signal()
    checked_changed = Signal()
    previews_changed = Signal()
    model_changed = Signal()
    reading_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table: TableFacts | None = None
        self.data_problems: tuple[Problem, ...] = ()
        self.first_rows: TableFacts | None = None
        self.percent_read: int | None = None
        self.prepared: PreparedFacts | None = None
        self.rows_problem: Problem | None = None
        self.model: ModelFacts | None = None
        self.model_problem: Problem | None = None
        self.previews: tuple[MethodPreview, ...] = ()
        self.checked: RunChecked | None = None

    def take_first_rows(self, table: TableFacts) -> None:
        """Takes over how a large file begins."""
        self.first_rows = table
        self.data_changed.emit()

    def take_percent_read(self, percent: int | None) -> None:
        """Takes over how much of a large file was read; ``None`` when that has ended."""
        self.percent_read = percent
        self.reading_changed.emit()

    def take_prepared(self, prepared: PreparedFacts | None, problem: Problem | None = None) -> None:
        """Takes over the counts of the rows, or why they could not be counted."""
        self.prepared, self.rows_problem = prepared, problem
        self.prepared_changed.emit()

    def take_model(self, model: ModelFacts | None, problem: Problem | None = None) -> None:
        """Takes over what the base model is, or why it could not be read."""
        self.model, self.model_problem = model, problem
        self.model_changed.emit()

    def take_previews(self, previews: tuple[MethodPreview, ...]) -> None:
        """Takes over what each method would do."""
        self.previews = previews
        self.previews_changed.emit()
