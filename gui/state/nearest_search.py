"""Asks which training rows a run reads most like a text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.protocol.events import Event, JobFailed, JobStopped, StageReached
from engine.protocol.nearest_rows import FindNearest, NearestFound
from engine.protocol.problems import Problem
from gui.engine_client.engines import Engines
from gui.state.one_question import OneQuestion, stage_words


class NearestSearch(OneQuestion):
    """The training rows nearest to a text; only the last question counts.

    Args:
        engines: Who answers.

    Attributes:
        found: The rows; ``None`` until they are found.
        problem: Why they cannot be found.
        progress: What is being done; empty when nothing is.
    """

    changed = Signal()

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        super().__init__(engines, parent)
        self.found: NearestFound | None = None
        self.problem: Problem | None = None
        self.progress = ""

    def ask(self, folder: Path, row: Mapping[str, str]) -> None:
        """Asks for the rows that are nearest to a text.

        Args:
            folder: The run's.
            row: Role → text.
        """
        self.found, self.problem, self.progress = None, None, "Looking for rows like it"
        asked = dict(row)
        self._put(lambda job_id: FindNearest(job_id=job_id, folder=str(folder), row=asked))
        self.changed.emit()

    def clear(self) -> None:
        """Shows nothing."""
        self.give_up()
        self.found, self.problem, self.progress = None, None, ""
        self.changed.emit()

    def _take_answer(self, event: Event) -> None:
        if isinstance(event, StageReached):
            self.progress = stage_words(event)
        elif isinstance(event, NearestFound):
            self.found, self.progress = event, ""
        elif isinstance(event, JobFailed):
            self.problem, self.progress = event.problem, ""
        elif isinstance(event, JobStopped):
            self.progress = ""
        else:
            return
        self.changed.emit()
