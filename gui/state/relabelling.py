"""Other right answers for rows that a run was judged by: where that can be, what was given, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from engine.protocol.events import Event
from engine.protocol.repairs import CHANGE_CELLS, Repair, new_cells
from engine.protocol.results import Prediction
from engine.protocol.right_answers import (
    OneLabel,
    ReadRightAnswers,
    RightAnswersRead,
    RowAnswer,
    Score,
    WrittenText,
)
from gui.engine_client.engines import Engines
from gui.state.one_question import OneQuestion
from gui.state.project import Project
from gui.state.run_status import RunStatus

_NOT_READ = "…"
"""What is said of an answer that is not read yet."""


class Relabelling(OneQuestion):
    """The right answers of one run's rows, in the data of the project as it is now.

    A row can be given another one where it is still what the run was judged by: of the same file, with the
    same text and the same right answer. The engine is asked for that, about the chosen answers only.

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
        self._found = RightAnswersRead()
        self._stands: dict[int, RowAnswer | None] = {}
        self._about: tuple[object, ...] = ()
        self._asked: list[int] = []
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
    def found(self) -> RightAnswersRead:
        """How the answers stand that can be mended: those of chosen rows that are as they were judged."""
        mended = self.new_labels
        answers = tuple(
            stands
            for row, answer in self._chosen.items()
            if row not in mended
            and (stands := self._stands.get(row)) is not None
            and _is_as_judged(answer, stands.asked)
        )
        return msgspec.structs.replace(self._found, answers=answers)

    @property
    def can_be_shown(self) -> bool:
        """Whether the chosen rows stand in the project's file, and can be changed on *Data* alone.

        Of answers in columns of their own one row at a time is mended here; single labels are, too, of
        several. A text that is learned from for itself is changed where the whole row is seen.
        """
        known = bool(self._chosen) and self._chosen.keys() <= self._stands.keys()
        if not known or not self._is_of_project() or self._project.table is None:
            return False
        form, mended = self._found.form, self.new_labels
        one = len(self._chosen) == 1 and bool(self.found.answers)
        return form is None or not (isinstance(form, OneLabel) or one or mended.keys() & self._chosen.keys())

    @property
    def new_labels(self) -> dict[int, str]:
        """Row of the file → the right answer that it was given since the run, in words."""
        column, run = self._found.column, self._run
        if not column or run is None:
            return {}
        then = _by_hand(run.config.data.repairs, column)
        now = _by_hand(self._project.repairs, column)
        return {row: self._words(row, cell) for row, cell in now.items() if then.get(row) != cell}

    def _words(self, row: int, cell: str) -> str:
        """Returns what a cell says now, as answers are read."""
        if isinstance(self._found.form, OneLabel | Score | WrittenText):
            return cell
        if row not in self._stands:
            return _NOT_READ
        stands = self._stands[row]
        return stands.asked.truth if stands is not None and stands.asked is not None else cell

    def give(self, labels: Mapping[int, str]) -> None:
        """Gives rows other labels, in one step that can be undone.

        Args:
            labels: Row of the file → label; rows whose label cannot be changed are left out.
        """
        open_rows = {answer.row for answer in self.found.answers}
        wanted = {row: label for row, label in labels.items() if row in open_rows}
        if wanted:
            self._project.add_repair(new_cells(self._found.column, wanted))

    def take_back(self, rows: Iterable[int]) -> None:
        """Gives rows the labels again that the run was judged by, in one step that can be undone."""
        column = self._found.column
        if column and self._run is not None:
            then = _by_hand(self._run.config.data.repairs, column)
            wanted = [row for row in rows if row in self.new_labels]
            self._project.take_cells_back(column, wanted, then)

    def _is_of_project(self) -> bool:
        """Whether the run was judged on the project's file, and the project does its task."""
        run, project = self._run, self._project
        if run is None or project.data is None or run.config.task != project.task:
            return False
        return _is_same(run.config.data.path, project.data.path)

    def _take_prepared(self) -> None:
        """Looks whether the columns mean something else now."""
        if self._about != self._asked_about():
            self._look_anew()

    def _asked_about(self) -> tuple[object, ...]:
        """Returns what a question is about; empty where the run's rows are not those of the project."""
        run, data = self._run, self._project.data
        if run is None or data is None or run.result is None or not self._is_of_project():
            return ()
        return str(run.folder), data.path, tuple(sorted(data.columns.items()))

    def _look_anew(self) -> None:
        """Forgets what is known of rows, as they may be other ones now; of columns where these are others."""
        about, self._stands = self._asked_about(), {}
        if about != self._about:
            self._about, self._found = about, RightAnswersRead()
        self._look()

    def _look(self) -> None:
        """Asks how the chosen rows stand in the data, and what was given, where that is not known."""
        self.give_up()
        is_read = self._project.table is not None  # else the question would read a large file unseen
        data, run = self._project.data if self._about and is_read else None, self._run
        rows = sorted((self._chosen.keys() | self.new_labels.keys()) - self._stands.keys())
        if rows and data is not None and run is not None:
            self._put(
                lambda job_id: ReadRightAnswers(
                    job_id=job_id,
                    data=data,
                    task=run.config.task,
                    settings=dict(run.config.settings),
                    rows=tuple(rows),
                )
            )
            self._asked = rows
        self.changed.emit()

    def _take_answer(self, event: Event) -> None:
        if not isinstance(event, RightAnswersRead) or self._project.table is None:
            return
        self._found = msgspec.structs.replace(event, answers=())
        answers = {answer.row: answer for answer in event.answers}
        self._stands |= {row: answers.get(row) for row in self._asked}
        if self.new_labels.keys() <= self._stands.keys():
            self.changed.emit()
        else:
            self._look()  # which rows were mended is known only now, with their column


def _is_as_judged(answer: Prediction, now: Prediction | None) -> bool:
    """Whether a row asks what an answer was given to, and is right as that was judged."""
    facts = ("text", "second", "truth", "true_spans")
    return now is not None and all(getattr(answer, name) == getattr(now, name) for name in facts)


def _by_hand(repairs: Sequence[Repair], column: str) -> dict[int, str]:
    """Returns row → what a person wrote into a column; the last thing where it was several times."""
    steps = (step for step in repairs if step.kind == CHANGE_CELLS and step.columns == (column,))
    return {int(row): label for step in steps for row, label in step.values.items()}


def _is_same(one: str, other: str) -> bool:
    """Whether a run's file is the project's; where that was moved, the run knows the old place."""
    moved = not Path(one).exists() and re.split(r"[/\\]", one)[-1] == Path(other).name
    return moved or Path(one).resolve() == Path(other).resolve()
