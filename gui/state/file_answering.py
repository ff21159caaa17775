"""Lets a run answer a whole file, and tells how far it is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.protocol.events import Event, JobFailed, JobStopped, StageReached, WarningRaised
from engine.protocol.file_answers import AnswerFile, AnswersWritten
from engine.protocol.problems import Problem
from gui.engine_client.engines import Engines
from gui.state.one_question import OneQuestion


class FileAnswering(OneQuestion):
    """One file at a time.

    Args:
        engines: Who answers.

    Attributes:
        stage: What is being done; ``None`` when nothing is.
        written: Where the answers are, once they are.
        problem: Why there are none.
        notice: What was odd about rows of the file.
        name: Of the run that answers.
    """

    changed = Signal()

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        super().__init__(engines, parent)
        self.stage: StageReached | None = None
        self.written: AnswersWritten | None = None
        self.problem: Problem | None = None
        self.notice: Problem | None = None
        self.name = ""

    def ask(self, folder: Path, path: str, name: str) -> None:
        """Answers a file.

        Args:
            folder: The run's.
            path: The file.
            name: What the run is called.
        """
        self.written, self.problem, self.notice, self.name = None, None, None, name
        self.stage = StageReached(stage="reading", label="Waiting for the engine")
        self._put(lambda job_id: AnswerFile(job_id=job_id, folder=str(folder), path=path))
        self.changed.emit()

    def stop(self) -> None:
        """Gives it up; nothing is written."""
        if self.give_up():
            self.stage = None
            self.changed.emit()

    def put_away(self) -> None:
        """Forgets the last file."""
        self.written, self.problem, self.notice = None, None, None
        self.changed.emit()

    def _take_answer(self, event: Event) -> None:
        if isinstance(event, StageReached):
            self.stage = event
        elif isinstance(event, AnswersWritten):
            self.written, self.stage = event, None
        elif isinstance(event, JobFailed):
            self.problem, self.stage = event.problem, None
        elif isinstance(event, JobStopped):
            self.stage = None
        elif isinstance(event, WarningRaised):
            self.notice = event.problem
        else:
            return
        self.changed.emit()
