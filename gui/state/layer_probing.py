"""Asks what each layer of the chosen model knows of the task, and keeps that while it holds."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from engine.protocol.commands import ProbeLayers
from engine.protocol.config import RunConfig
from engine.protocol.events import Event, JobFailed, JobStopped, JobSucceeded, StageReached
from engine.protocol.layer_probes import LayersProbed
from gui.engine_client.engines import Engines
from gui.state.one_question import OneQuestion, stage_words
from gui.state.project import Project


class LayerProbing(OneQuestion):
    """What the layers of the draft's model know; other rows, another task or model make it forget that.

    Args:
        project: Whose draft.
        engines: Who answers.

    Attributes:
        probed: The answer; ``None`` where there is none.
        words: What is to be said: what is being done, what was found, or why it was not.
    """

    changed = Signal(object, str, bool)
    """What is known (``None`` for nothing), what is said, and whether an answer is waited for."""

    def __init__(self, project: Project, engines: Engines, parent: QObject | None = None) -> None:
        super().__init__(engines, parent)
        self._project = project
        self._about: object = None
        self.probed: LayersProbed | None = None
        self.words = ""
        project.draft_changed.connect(self._look)

    @property
    def is_asked(self) -> bool:
        """Whether an answer is waited for."""
        return bool(self._job_id)

    def toggle(self) -> None:
        """Asks; gives up what is asked, or puts away what was found."""
        draft = self._project.draft
        if self.is_asked or self.probed is not None or self.words or draft is None:
            self.forget()
            return
        self._about = self._matters(draft)
        self.words = "Asking each layer what it knows of this task"
        self._put(lambda job_id: ProbeLayers(job_id=job_id, run=draft))
        self._tell()

    def forget(self) -> None:
        """Gives up what is asked and forgets what was found."""
        self.give_up()
        if self.probed is not None or self.words:
            self.probed, self.words = None, ""
            self._tell()

    def _tell(self) -> None:
        self.changed.emit(self.probed, self.words, self.is_asked)

    def _look(self) -> None:
        draft = self._project.draft
        if self._about is not None and (draft is None or self._matters(draft) != self._about):
            self._about = None
            self.forget()

    def _matters(self, draft: RunConfig) -> object:
        """Returns what of a draft changes the answer; what is frozen in it, or how it learns, does not."""
        of_task = self._project.task_settings
        return draft.data, draft.task, of_task, draft.model, draft.settings.get("max_length"), draft.seed

    def _take_answer(self, event: Event) -> None:
        match event:
            case StageReached():
                self.words = stage_words(event)
            case LayersProbed():
                self.probed, self.words = event, event.finding
            case JobFailed():
                problem = event.problem
                self.words = f"{problem.title}. {problem.reason} {problem.fix}".strip()
            case JobStopped():
                self.words = ""
            case JobSucceeded():
                pass  # nothing more is waited for
            case _:
                return
        self._tell()
