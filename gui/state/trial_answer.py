"""One model of a trial: what it says, and whether that is about the text that stands there now."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from engine.protocol.commands import Predict
from engine.protocol.events import Event, JobFailed, JobSucceeded, PredictionMade
from engine.protocol.problems import Problem
from engine.protocol.results import Prediction
from engine.protocol.run_versions import Version
from gui.engine_client.engines import Engines
from gui.state.one_question import OneQuestion
from gui.state.run_status import RunStatus


class TrialAnswer(OneQuestion):
    """Asks a run, or what it is compared with, and keeps the last answer until the next one is there.

    Args:
        run: The run.
        version: Which version of its model.
        engines: Who answers.

    Attributes:
        run: The run.
        version: Which version of its model is asked.
        answer: What was said last; ``None`` before the first answer and for a blank text.
        problem: Why there is no answer.
        is_waiting: Whether a newer answer is to come.
    """

    changed = Signal()
    answered = Signal()
    """The answer to what was asked last is there, or why there is none."""

    def __init__(
        self, run: RunStatus, version: Version, engines: Engines, parent: QObject | None = None
    ) -> None:
        super().__init__(engines, parent)
        self.run = run
        self.version = version
        self.answer: Prediction | None = None
        self.problem: Problem | None = None
        self.is_waiting = False

    @property
    def key(self) -> tuple[str, str]:
        """Returns what tells it from the other models of a trial."""
        return self.run.run_id, self.version.value

    @property
    def has_inserts(self) -> bool:
        """Whether the method put small parts in, which can be switched off."""
        stack = self.run.started.stack if self.run.started is not None else None
        return stack is not None and any(layer.inserts for layer in stack.layers)

    def expect(self) -> None:
        """Keeps the old answer, as an old one: the text has changed."""
        self.give_up()
        if not self.is_waiting:
            self.is_waiting = True
            self.changed.emit()

    def ask(self, row: Mapping[str, str]) -> None:
        """Asks for an answer.

        Args:
            row: Role → text.
        """
        self.is_waiting = True
        folder, asked = str(self.run.folder), (dict(row),)
        self._put(lambda job_id: Predict(job_id=job_id, folder=folder, rows=asked, version=self.version))
        self.changed.emit()

    def fail(self, problem: Problem) -> None:
        """Says why there is no answer: what comes before it went wrong."""
        self.give_up()
        self.answer, self.problem, self.is_waiting = None, problem, False
        self.changed.emit()
        self.answered.emit()

    def clear(self) -> None:
        """Says nothing: there is no text."""
        self.give_up()
        self.answer, self.problem, self.is_waiting = None, None, False
        self.changed.emit()

    def _take_answer(self, event: Event) -> None:
        if isinstance(event, PredictionMade) and event.predictions:
            self.answer, self.problem = event.predictions[0], None
        elif isinstance(event, JobFailed):
            self.answer, self.problem = None, event.problem
        if isinstance(event, (JobSucceeded, JobFailed)):
            self.is_waiting = False
            self.changed.emit()
            self.answered.emit()
