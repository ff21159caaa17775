"""Other labels for rows that a run was judged by: where that can be, what was given, how it is taken back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.protocol.catalog import RoleKind
from engine.protocol.commands import ReadRows
from engine.protocol.data_events import RowsRead
from engine.protocol.data_facts import RowQuery
from engine.protocol.events import Event
from engine.protocol.repairs import CHANGE_CELLS, Repair, new_cells
from engine.protocol.results import Prediction
from gui.engine_client.engines import Engines
from gui.state.one_question import OneQuestion
from gui.state.project import Project
from gui.state.run_status import RunStatus


class Relabelling(OneQuestion):
    """The labels of one run's rows, in the data of the project as it is now.

    A row can be given another label where it is still what the run was judged by: of the same file, with the
    same text and the same label. The engine is asked for that, about the chosen answers only.

    Signals:
        changed: What can be done or what was done is something else now.
    """

    changed = Signal()

    def __init__(self, engines: Engines, project: Project, parent: QObject | None = None) -> None:
        """Takes whom it asks.

        Args:
            engines: The engine processes.
            project: Whose rows get labels.
            parent: Owner.
        """
        super().__init__(engines, parent)
        self._project = project
        self._run: RunStatus | None = None
        self._chosen: dict[int, Prediction] = {}
        self._as_judged: dict[int, bool] = {}
        self._column = ""
        project.data_changed.connect(self._look_anew)
        project.prepared_changed.connect(self._take_prepared)

    def show_run(self, run: RunStatus | None) -> None:
        """Takes another run; none of its answers is chosen yet."""
        self._run = run
        self._chosen = {}
        self._look_anew()

    def choose(self, answers: Iterable[Prediction]) -> None:
        """Looks whether the labels of some answers can be changed."""
        self._chosen = {answer.row: answer for answer in answers if answer.row}
        self._look()

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that a row can be given."""
        if self._project.prepared is not None:
            return tuple(entry.name for entry in self._project.prepared.classes)
        result = self._run.result if self._run is not None else None
        return result.classes if result is not None else ()

    @property
    def open_rows(self) -> frozenset[int]:
        """The rows of chosen answers that can be given another label."""
        return frozenset(row for row in self._chosen if self._as_judged.get(row)) - set(self.new_labels)

    @property
    def can_be_shown(self) -> bool:
        """Whether rows stand in the project's file, and *Data* alone can change them.

        Where each row has one label another one is given at once. Tags, scores, passages and written texts
        are cells of many forms, which are changed, or whose rows are removed, where the whole row is seen.
        """
        return self._is_of_project() and not self._column and self._project.table is not None

    @property
    def new_labels(self) -> dict[int, str]:
        """Row of the file → the label that it was given since the run."""
        column, run = self._column, self._run
        if not column or run is None:
            return {}
        then = _by_hand(run.config.data.repairs, column)
        now = _by_hand(self._project.repairs, column)
        return {row: label for row, label in now.items() if then.get(row) != label}

    def give(self, labels: Mapping[int, str]) -> None:
        """Gives rows other labels, in one step that can be undone.

        Args:
            labels: Row of the file → label; rows whose label cannot be changed are left out.
        """
        wanted = {row: label for row, label in labels.items() if row in self.open_rows}
        if wanted:
            self._project.add_repair(new_cells(self._column, wanted))

    def take_back(self, rows: Iterable[int]) -> None:
        """Gives rows the labels again that the run was judged by, in one step that can be undone."""
        if self._column and self._run is not None:
            then = _by_hand(self._run.config.data.repairs, self._column)
            wanted = [row for row in rows if row in self.new_labels]
            self._project.take_cells_back(self._column, wanted, then)

    def _label_column(self) -> str:
        """Returns the column with the labels; empty where those of the run cannot be changed."""
        run = self._run
        # Only where each row has one label is there a matrix of them.
        if run is None or run.result is None or not run.result.confusion or not self._is_of_project():
            return ""
        (column, *_) = (*self._columns(RoleKind.LABEL), "")
        return column

    def _is_of_project(self) -> bool:
        """Whether the run was judged on the project's file, and the project does its task."""
        run, project = self._run, self._project
        if run is None or project.data is None or run.config.task != project.task:
            return False
        return _is_same(run.config.data.path, project.data.path)

    def _columns(self, kind: RoleKind) -> list[str]:
        """Returns the columns of one kind, in the order of the task's roles."""
        entry, data = self._project.task_entry, self._project.data
        roles = entry.roles if entry is not None and data is not None else ()
        columns = data.columns if data is not None else {}
        return [columns[role.id] for role in roles if role.kind is kind and columns.get(role.id)]

    def _take_prepared(self) -> None:
        """Takes the labels that there are now; what the columns mean may only be known now, too."""
        if self._column:
            self.changed.emit()
        else:
            self._look_anew()

    def _look_anew(self) -> None:
        """Forgets what is known of rows: they may be other ones now."""
        self._as_judged, self._column = {}, self._label_column()
        self._look()

    def _look(self) -> None:
        """Asks how the chosen rows stand in the data, where that is not known."""
        self.give_up()
        is_read = self._project.table is not None  # else the question would read a large file unseen
        data = self._project.data if self._column and is_read else None
        rows = sorted(self._chosen.keys() - self._as_judged.keys() - self.new_labels.keys())
        if rows and data is not None:
            self._put(
                lambda job_id: ReadRows(
                    job_id=job_id,
                    path=data.path,
                    reading=data.reading,
                    repairs=data.repairs,
                    query=RowQuery(rows=tuple(rows)),
                    most=len(rows),
                )
            )
        self.changed.emit()

    def _take_answer(self, event: Event) -> None:
        table = self._project.table
        if not isinstance(event, RowsRead) or table is None:
            return
        places = {facts.name: place for place, facts in enumerate(table.columns)}
        texts, column = self._columns(RoleKind.TEXT), self._column
        if all(name in places for name in (*texts, column)):
            found = dict(zip(event.numbers, event.rows, strict=True))
            for number in event.query.rows:
                row, answer = found.get(number), self._chosen[number]
                self._as_judged[number] = (
                    row is not None
                    and row[places[column]] == answer.truth
                    and _has_texts(answer, [row[places[name]] for name in texts])
                )
        self.changed.emit()


def _has_texts(answer: Prediction, texts: Sequence[str]) -> bool:
    """Whether an answer was given to these texts; the second may be left blank."""
    return [answer.text, answer.second] == [*texts, ""][:2]


def _by_hand(repairs: Sequence[Repair], column: str) -> dict[int, str]:
    """Returns row → what a person wrote into a column; the last thing where it was several times."""
    steps = (step for step in repairs if step.kind == CHANGE_CELLS and step.columns == (column,))
    return {int(row): label for step in steps for row, label in step.values.items()}


def _is_same(one: str, other: str) -> bool:
    """Whether a run's file is the project's; where that was moved, the run knows the old place."""
    moved = not Path(one).exists() and re.split(r"[/\\]", one)[-1] == Path(other).name
    return moved or Path(one).resolve() == Path(other).resolve()
