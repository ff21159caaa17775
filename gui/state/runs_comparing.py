"""Has the engine compare the finished runs of a project, and what two of them answer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from engine.protocol.comparison import AnswersCompared, CompareAnswers, CompareRuns, RunsCompared
from engine.protocol.events import Event, JobFailed, JobStopped, StageReached
from engine.protocol.problems import Problem
from gui.engine_client.engines import Engines
from gui.state.one_question import OneQuestion


class RunsComparing(OneQuestion):
    """How runs compare. The answer is kept until other runs, or another measure, are to be compared.

    Args:
        engines: Who answers.

    Attributes:
        compared: What was found; ``None`` until that is known.
        progress: What the engine is doing for it; empty while it does nothing.
        problem: Why it cannot be told; ``None`` where it can.
    """

    changed = Signal()

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        super().__init__(engines, parent)
        self.compared: RunsCompared | None = None
        self.progress = ""
        self.problem: Problem | None = None
        self._folders: tuple[str, ...] = ()
        self._metric = self._with_run = ""
        self._asked: tuple[tuple[str, ...], str, str] | None = None

    def choose_metric(self, metric: str) -> None:
        """Compares by another measure.

        Args:
            metric: Its id.
        """
        self._metric = metric
        self.ask(self._folders)
        self.changed.emit()

    def choose_group(self, folder: str) -> None:
        """Compares the runs that were judged on the same rows as one; by the first measure of their task.

        Args:
            folder: Of that run.
        """
        self._with_run, self._metric = folder, ""
        self.ask(self._folders)
        self.changed.emit()

    def ask(self, folders: Sequence[str]) -> None:
        """Asks, where that was not asked before.

        Args:
            folders: Of the runs.
        """
        self._folders = tuple(folders)
        if self._with_run not in self._folders:  # it is gone, or nothing was chosen: the largest group
            self._metric = "" if self._with_run else self._metric
            self._with_run = ""
        wanted = self._folders, self._metric, self._with_run
        if wanted == self._asked:
            return
        self._asked, self.progress, self.problem = wanted, "Waiting for the engine", None
        if self.compared is not None and not {run.folder for run in self.compared.runs} <= set(folders):
            self.compared = None  # of a run that is gone
        folders, metric, with_run = wanted
        self._put(
            lambda job_id: CompareRuns(job_id=job_id, folders=folders, metric=metric, with_run=with_run)
        )

    def _take_answer(self, event: Event) -> None:
        if isinstance(event, StageReached):
            self.progress = event.label
        elif isinstance(event, RunsCompared):
            self.compared, self.progress = event, ""
        elif isinstance(event, (JobFailed, JobStopped)):
            self.progress, self._asked = "", None
            self.problem = event.problem if isinstance(event, JobFailed) else None
        else:
            return
        self.changed.emit()


class AnswersComparing(OneQuestion):
    """What of one run's mistakes another mends, and what it gets wrong anew.

    Args:
        engines: Who answers.

    Attributes:
        compared: What was found; ``None`` until that is known.
        problem: Why it cannot be told; ``None`` where it can.
    """

    changed = Signal()

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        super().__init__(engines, parent)
        self.compared: AnswersCompared | None = None
        self.problem: Problem | None = None
        self._asked = ("", "")

    def ask(self, first: str, second: str) -> None:
        """Asks, where that was not asked before.

        Args:
            first: Folder of the run that the other is compared with.
            second: Folder of the other.
        """
        if (first, second) == self._asked:
            return
        self._asked, self.problem = (first, second), None
        self._put(lambda job_id: CompareAnswers(job_id=job_id, first=first, second=second))

    def _take_answer(self, event: Event) -> None:
        if isinstance(event, AnswersCompared):
            self.compared = event
        elif isinstance(event, (JobFailed, JobStopped)):
            self.compared, self._asked = None, ("", "")
            self.problem = event.problem if isinstance(event, JobFailed) else None
        else:
            return
        self.changed.emit()
