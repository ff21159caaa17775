"""A list of answers whose words are marked as they are looked at, and what else is found out about one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, SignalInstance

from engine.protocol.explanations import AnswerExplained
from engine.protocol.nearest_rows import NearestFound
from engine.protocol.problems import Problem
from engine.protocol.results import Prediction
from gui.look.theme import Theme
from gui.widgets.answer_detail import AnswerDetail
from gui.widgets.answers_model import AnswersModel
from gui.widgets.answers_table import AnswersTable
from gui.widgets.nearest_list import NearestList
from gui.widgets.other_runs import Said

_QUIET = 250
"""Milliseconds without scrolling after which answers in sight are explained."""


class Nearest(Protocol):
    """A search for training rows."""

    changed: SignalInstance
    found: NearestFound | None
    problem: Problem | None
    progress: str

    def clear(self) -> None:
        """Gives the search up."""


class Study(Protocol):
    """Who finds out about single answers."""

    explained: SignalInstance

    @property
    def nearest(self) -> Nearest:
        """The search for training rows."""

    def want(self, answers: Sequence[Prediction]) -> None:
        """Explains answers, the most urgent first."""

    def find_nearest(self, answer: Prediction) -> None:
        """Looks for training rows like an answer's text."""

    def others(self, answer: Prediction) -> Sequence[Said]:
        """Returns what other runs said to the same text."""


class StudiedAnswers(QObject):
    """Asks about the answers that can be seen, the chosen one first; nothing while none can be.

    Args:
        theme: Colours and fonts.
        model: The answers.
        table: Where they are listed.
        detail: Where the chosen one is whole.
        study: Who finds out.
    """

    def __init__(
        self, theme: Theme, model: AnswersModel, table: AnswersTable, detail: AnswerDetail, study: Study
    ) -> None:
        super().__init__(table)
        self._theme = theme
        self._model = model
        self._table = table
        self._detail = detail
        self._study = study
        self._list: NearestList | None = None
        self._quiet = QTimer(self, singleShot=True, interval=_QUIET)
        self._quiet.timeout.connect(self._look)
        self._table.verticalScrollBar().valueChanged.connect(self._quiet.start)
        self._table.selectionModel().currentRowChanged.connect(self._choose)
        model.modelReset.connect(self._quiet.start)
        detail.nearest_wanted.connect(self._open_nearest)
        study.explained.connect(self._take)
        study.nearest.changed.connect(self._show_nearest)

    def look_anew(self) -> None:
        """Looks again which answers can be seen."""
        self._quiet.start()

    def _look(self) -> None:
        if not self._table.isVisible():
            self._study.want(())
            return
        listed = self._model.listed
        seen = [listed[row] for row in self._table.rows_in_sight() if row < len(listed)]
        chosen = [self._detail.answer] if self._detail.answer is not None else []
        wanted = [*chosen, *(answer for answer in seen if answer not in chosen)]
        self._study.want([answer for answer in wanted if self._model.explained(answer) is None])

    def _choose(self) -> None:
        answer = self._detail.answer
        self._detail.show_others(self._study.others(answer) if answer is not None else ())
        found = self._model.explained(answer) if answer is not None else None
        if found is not None:
            self._detail.show_explained(found)
        self._quiet.start()

    def _take(self, answer: Prediction, found: AnswerExplained) -> None:
        self._model.set_explained(answer, found)
        if self._detail.answer is answer or self._detail.answer == answer:
            self._detail.show_explained(found)

    def _open_nearest(self, answer: Prediction) -> None:
        self._list = NearestList(self._theme, self._detail)
        self._list.destroyed.connect(self._forget_list)
        self._study.find_nearest(answer)
        self._show_nearest()
        self._list.open_below(self._detail.nearest)

    def _forget_list(self) -> None:
        self._list = None
        self._study.nearest.clear()

    def _show_nearest(self) -> None:
        if self._list is not None:
            nearest = self._study.nearest
            self._list.show_state(nearest.found, nearest.problem, nearest.progress)
