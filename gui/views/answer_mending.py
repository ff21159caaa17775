"""Other right answers for rows, given in a popover: the engine writes them, the project has one step more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtWidgets import QWidget

from engine.protocol.config import DataConfig
from engine.protocol.events import Event, JobFailed
from engine.protocol.fields import SettingValue
from engine.protocol.right_answers import (
    AnswersMended,
    GivenAnswer,
    MendAnswers,
    ReadRightAnswers,
    RightAnswersRead,
)
from gui.state.one_question import OneQuestion
from gui.state.page_context import PageContext
from gui.widgets.answer_editor import AnswerEditor, has_editor


class AnswerMending(OneQuestion):
    """Opens the editor that an answer needs and does what is given there."""

    def __init__(self, context: PageContext, owner: QWidget) -> None:
        """Takes over whom it opens.

        Args:
            context: Whose project it is, and who answers.
            owner: Over whose window editors open.
        """
        super().__init__(context.engines, owner)
        self._theme, self._project, self._owner = context.theme, context.project, owner
        self._task = ""
        self._settings: dict[str, SettingValue] = {}
        self._column = ""
        self._otherwise: Callable[[], object] = lambda: None
        self._editor: AnswerEditor | None = None
        self._opened = 0
        self._is_read = False

    def ask(self, row: int, column: str, otherwise: Callable[[], object]) -> None:
        """Opens the editor for a row, as soon as its answer is read.

        Args:
            row: Its number in the file.
            column: The answer's column.
            otherwise: Called where answers do not stand in that column, or have no editor.
        """
        project, data = self._project, self._project.data
        self._task, self._settings = project.task, dict(project.settings)
        self._column, self._otherwise, self._is_read = column, otherwise, True
        if data is None or not project.task or project.table is None:  # it would read a large file unseen
            otherwise()
            return
        self._put(
            lambda job_id: ReadRightAnswers(
                job_id=job_id, data=data, task=self._task, settings=self._settings, rows=(row,)
            )
        )

    def open(
        self, found: RightAnswersRead, row: int, task: str, settings: Mapping[str, SettingValue]
    ) -> None:
        """Opens the editor for a row whose answer is read.

        Args:
            found: The answer, perhaps among others.
            row: Its number in the file.
            task: Of whose answers it is.
            settings: Of the task.
        """
        self._task, self._settings = task, dict(settings)
        answer = next((one for one in found.answers if one.row == row), None)
        if answer is None or found.form is None or not has_editor(found.form):
            return
        editor = AnswerEditor(self._theme, found.form, answer, found.column, self._owner)
        editor.answer_given.connect(self._mend)
        self._opened += 1
        editor.destroyed.connect(partial(self._forget, self._opened))
        self._editor = editor
        editor.open_over(self._owner)

    def _forget(self, number: int) -> None:
        if number == self._opened:
            self._editor = None

    def _mend(self, row: int, given: GivenAnswer) -> None:
        self._is_read = False
        data: DataConfig | None = self._project.data
        if data is not None:
            self._put(
                lambda job_id: MendAnswers(
                    job_id=job_id,
                    data=data,
                    task=self._task,
                    settings=self._settings,
                    answers={row: given},
                )
            )

    def _take_answer(self, event: Event) -> None:
        editor = self._editor
        if isinstance(event, RightAnswersRead):
            if event.answers and event.column == self._column and has_editor(event.form):
                self.open(event, event.answers[0].row, self._task, self._settings)
            else:
                self._otherwise()
        elif isinstance(event, AnswersMended):
            if editor is not None:
                editor.close()
            self._project.add_repair(event.step)
        elif isinstance(event, JobFailed) and editor is not None:
            editor.show_problem(event.problem)
        elif isinstance(event, JobFailed) and self._is_read:
            self._otherwise()
