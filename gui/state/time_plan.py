"""Cuts the open project's run to the time that a person has, in one step that can be undone."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from engine.protocol.config import RunConfig
from engine.protocol.events import Event, JobFailed, JobStopped
from engine.protocol.planning import PlanRun, RunPlanned, in_words
from gui.engine_client.engines import Engines
from gui.state.one_question import OneQuestion
from gui.state.project import Project

_CHANGED = "Something else was chosen meanwhile; ask again."


class TimePlan(OneQuestion):
    """Asks what fits and applies it; what was cut is said as long as it stands.

    Args:
        project: Whose run.
        engines: Who answers.

    Attributes:
        words: What was cut, or why nothing could be; empty where nothing was asked.
        waits: Whether an answer is waited for.
    """

    changed = Signal()

    def __init__(self, project: Project, engines: Engines, parent: QObject | None = None) -> None:
        super().__init__(engines, parent)
        self._project = project
        self._asked: RunConfig | None = None
        self._before: RunConfig | None = None
        self._planned: RunConfig | None = None
        self._step, self._minutes = -1, 0
        self.words = ""
        self.waits = False
        project.draft_changed.connect(self._forget)

    @property
    def can_undo(self) -> bool:
        """Whether something was cut, and nothing else was done since."""
        return self._step >= 0 and self._project.undo_stack.index() == self._step

    def ask(self, minutes: int) -> None:
        """Asks what fits, of the run as it was before it was cut the last time.

        Args:
            minutes: How long training may take; of all folds together where the data are divided into some.
        """
        draft = self._project.draft
        if draft is None:
            return
        if self.can_undo and draft == self._planned and self._before is not None:
            self._project.undo_stack.undo()
            draft = self._before
        self._asked, self._minutes, self.words, self.waits = draft, minutes, "", True
        runs = max(1, draft.data.split.folds)  # with choices that are cut none of them is trained yet
        self._put(lambda job_id: PlanRun(job_id=job_id, run=draft, minutes=float(minutes), runs=runs))
        self.changed.emit()

    def undo(self) -> None:
        """Takes back what was cut."""
        if self.can_undo:
            self._project.undo_stack.undo()

    def _take_answer(self, event: Event) -> None:
        if isinstance(event, RunPlanned):
            self._take_plan(event)
        elif isinstance(event, JobFailed):
            self._say(event.problem.title)
        elif isinstance(event, JobStopped):
            self._say("")

    def _take_plan(self, event: RunPlanned) -> None:
        if self._project.draft != self._asked:
            self._say(_CHANGED)
            return
        self._before, self._asked = self._asked, None
        own = {name: event.run.settings[name] for name in ("epochs", "max_length", "time_limit_minutes")}
        self._project.set_rows_and_settings(event.run.data.row_limit, own, f"Fit into {self._minutes} min")
        self._planned, self._step = self._project.draft, self._project.undo_stack.index()
        self._say(in_words(event.plan))

    def _say(self, words: str) -> None:
        self.words, self.waits = words, False
        self.changed.emit()

    def _forget(self) -> None:
        """Takes the sentence away when it is no longer true."""
        if self.words and self._project.draft != self._planned:
            self._step, self.words = -1, ""
            self.changed.emit()
