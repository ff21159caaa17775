"""What is found out about single answers of a run: the words that moved them, training rows like them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from engine.protocol.events import Event, JobFailed, JobStopped, JobSucceeded
from engine.protocol.explanations import AnswerExplained, ExplainAnswer
from engine.protocol.results import Prediction
from gui.engine_client.engines import Engines
from gui.state.nearest_search import NearestSearch
from gui.state.one_question import OneQuestion
from gui.state.other_answers import OtherAnswer, OtherAnswers
from gui.state.run_history import RunHistory
from gui.state.run_status import RunStatus
from gui.state.trial import Trial
from gui.state.trial_texts import Row, row_of

_IN_VAIN = 3
"""After so many answers that cannot be explained no other one is tried: the run is of such a kind."""


class AnswerStudy(OneQuestion):
    """Explains answers one after the other, those first that are looked at.

    Args:
        engines: Who measures.
        trial: Where a text is tried with other words.
        runs: The project's, whose answers stand beside each other.

    Attributes:
        nearest: Training rows that are like an answer's text.
    """

    explained = Signal(object, object)
    """A :class:`Prediction` of the run, and what moved it."""

    def __init__(
        self, engines: Engines, trial: Trial, runs: RunHistory, parent: QObject | None = None
    ) -> None:
        super().__init__(engines, parent)
        self._others = OtherAnswers(runs)
        self._trial = trial
        self.nearest = NearestSearch(engines, self)
        self._run: RunStatus | None = None
        self._wanted: list[Prediction] = []
        self._asked: Prediction | None = None
        self._known: dict[tuple[str, str, str], AnswerExplained] = {}
        self._failed: set[tuple[str, str, str]] = set()

    def show_run(self, run: RunStatus | None) -> None:
        """Studies the answers of another run."""
        if run is not self._run:
            self._run = run
            self._failed.clear()
            self.want(())
            self.nearest.clear()

    def row_of(self, answer: Prediction) -> Row:
        """Returns an answer's texts, each in its field."""
        return row_of(answer, self._run, self._engines.catalog) if self._run is not None else {}

    def want(self, answers: Sequence[Prediction]) -> None:
        """Explains answers; what was wanted before and is not begun is not wanted any more.

        Args:
            answers: The most urgent first; those that are known are told again.
        """
        self._wanted = []
        for answer in answers:
            key = self._key(answer)
            if key in self._known:
                self.explained.emit(answer, self._known[key])
            elif key not in self._failed:
                self._wanted.append(answer)
        if not self._wanted:
            self.give_up()
            self._asked = None
        elif self._asked is None:
            self._ask_next()

    def find_nearest(self, answer: Prediction) -> None:
        """Looks for training rows that the run reads most like an answer's text."""
        if self._run is not None:
            self.nearest.ask(self._run.folder, self.row_of(answer))

    def others(self, answer: Prediction) -> tuple[OtherAnswer, ...]:
        """Returns what other runs said to the same text."""
        return self._others.to(self._run, answer, self._engines.catalog) if self._run is not None else ()

    def try_it(self, answer: Prediction) -> None:
        """Begins a trial of the run with an answer's text, so that a word of it can be changed."""
        if self._run is not None:
            self._trial.begin([self._run], self.row_of(answer))

    def _key(self, answer: Prediction) -> tuple[str, str, str]:
        return (self._run.run_id if self._run is not None else "", answer.text, answer.second)

    def _ask_next(self) -> None:
        run = self._run
        if run is None or not self._wanted or len(self._failed) >= _IN_VAIN:
            self._asked = None
            return
        self._asked = self._wanted.pop(0)
        row = self.row_of(self._asked)
        self._put(lambda job_id: ExplainAnswer(job_id=job_id, folder=str(run.folder), row=row))

    def _take_answer(self, event: Event) -> None:
        answer = self._asked
        if answer is None:
            return
        if isinstance(event, AnswerExplained):
            if event.prediction.text == answer.text:
                self._known[self._key(answer)] = event
                self.explained.emit(answer, event)
            else:
                self._failed.add(self._key(answer))
        elif isinstance(event, JobFailed):
            self._failed.add(self._key(answer))
        if isinstance(event, (JobSucceeded, JobFailed, JobStopped)):
            self._ask_next()
