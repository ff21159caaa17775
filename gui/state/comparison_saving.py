"""Has how runs compare written as a report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.protocol.events import Event, JobFailed, JobStopped
from engine.protocol.export_commands import SaveComparison
from engine.protocol.export_events import ComparisonSaved
from gui.engine_client.engines import Engines
from gui.state.one_question import OneQuestion


class ComparisonSaving(OneQuestion):
    """A report of a comparison, while it is written.

    Attributes:
        is_writing: Whether it is.

    Signals:
        saved: Path of the page.
        failed: The :class:`Problem` that was in the way.
    """

    saved = Signal(str)
    failed = Signal(object)

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        """Writes nothing yet."""
        super().__init__(engines, parent)
        self.is_writing = False

    def start(self, names: Mapping[str, str], to: Path) -> None:
        """Has a report written.

        Args:
            names: Folder of each run → what it is called.
            to: The folder to write into.
        """
        self.is_writing = True
        self._put(
            lambda job_id: SaveComparison(job_id=job_id, folders=tuple(names), to=str(to), names=dict(names))
        )

    def _take_answer(self, event: Event) -> None:
        if isinstance(event, ComparisonSaved):
            self.is_writing = False
            self.saved.emit(event.html)
        elif isinstance(event, (JobFailed, JobStopped)):
            self.is_writing = False
            self.failed.emit(event.problem if isinstance(event, JobFailed) else None)
