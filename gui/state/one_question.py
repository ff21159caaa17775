"""A question to the engine of which only the last one counts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from engine.protocol.commands import Command
from engine.protocol.events import Event, JobFailed, JobStopped, JobSucceeded, StageReached
from gui.engine_client.engines import Engines


class OneQuestion(QObject):
    """Asks; a question that was asked before is given up, and its answers are dropped.

    Args:
        engines: Who answers.
    """

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engines = engines
        self._job_id = ""
        engines.event_arrived.connect(self._take_event)

    def give_up(self) -> bool:
        """Waits for no answer any more; returns whether one was waited for."""
        job_id, self._job_id = self._job_id, ""
        if job_id:
            self._engines.cancel(job_id)
        return bool(job_id)

    def _put(self, make: Callable[[str], Command]) -> None:
        """Asks.

        Args:
            make: Makes the command for a job id.
        """
        self.give_up()
        self._job_id = self._engines.new_job_id()
        self._engines.ask(make(self._job_id))

    def _take_answer(self, event: Event) -> None:
        """Takes an event of the question, its end too."""
        raise NotImplementedError  # each question has answers of its own

    def _take_event(self, event: Event) -> None:
        if not self._job_id or event.job_id != self._job_id:
            return
        if isinstance(event, (JobSucceeded, JobFailed, JobStopped)):
            self._job_id = ""
        self._take_answer(event)


def stage_words(stage: StageReached) -> str:
    """Returns what is being done to a question, and how far that is where it can be counted."""
    return f"{stage.label}, {stage.done:,} of {stage.total:,}" if stage.total else stage.label
