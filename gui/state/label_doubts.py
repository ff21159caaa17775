"""Has the engine look for labels that look wrong, in the background, as long as somebody wants to know."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from engine.protocol.commands import FindLabelDoubts
from engine.protocol.events import Event, JobFailed, JobStopped, StageReached
from engine.protocol.label_doubts import LabelDoubtsFound
from gui.engine_client.engines import Engines
from gui.state.one_question import OneQuestion
from gui.state.project import Project


class LabelDoubtsSearch(OneQuestion):
    """One search at a time; another one, or other rows, end it.

    Signals:
        progressed: Words, how much is done, of how much (0: not known).
        found: The :class:`LabelDoubtsFound`.
        ended: The :class:`Problem` that was in the way, or ``None`` where it was given up.
    """

    progressed = Signal(str, int, int)
    found = Signal(object)
    ended = Signal(object)

    def __init__(self, engines: Engines, project: Project, parent: QObject | None = None) -> None:
        """Takes whom it asks.

        Args:
            engines: The engine processes.
            project: Whose rows are looked through.
            parent: Owner.
        """
        super().__init__(engines, parent)
        self._project = project
        project.data_changed.connect(self.cancel)

    def start(self) -> None:
        """Looks through the rows, with the model and the settings that are chosen."""
        run = self._project.draft
        if run is None:
            return
        self.cancel()
        self.progressed.emit("Starting", 0, 0)
        self._put(
            lambda job_id: FindLabelDoubts(
                job_id=job_id,
                data=run.data,
                task=run.task,
                model=run.model,
                settings=run.settings,
                device=run.device,
            )
        )

    def cancel(self) -> None:
        """Gives the search up, if there is one."""
        if self.give_up():
            self.ended.emit(None)

    def _take_answer(self, event: Event) -> None:
        if isinstance(event, StageReached):
            self.progressed.emit(event.label, event.done, event.total)
        elif isinstance(event, LabelDoubtsFound):
            self.found.emit(event)
        elif isinstance(event, (JobFailed, JobStopped)):
            self.ended.emit(event.problem if isinstance(event, JobFailed) else None)
