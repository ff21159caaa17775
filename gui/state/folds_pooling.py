"""Has the engine judge the runs of all folds together, once for each set of runs."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from engine.protocol.commands import PoolFolds
from engine.protocol.events import Event, JobFailed, JobStopped, StageReached
from engine.protocol.fold_runs import recipe_of
from engine.protocol.pooled_folds import FoldsPooled, PooledFolds
from engine.protocol.problems import Problem
from engine.protocol.wording import counted
from gui.engine_client.engines import Engines
from gui.state.fold_set import FoldSet
from gui.state.one_question import OneQuestion


class FoldsPooling(OneQuestion):
    """What the folds that are looked at reach together. The answers are kept while the project is open.

    Args:
        engines: Who answers.

    Attributes:
        folds: The set that is looked at; ``None`` where a run is no fold.
        progress: What the engine is doing for it; empty while it does nothing.
        problem: Why it cannot be judged; ``None`` where it can.
    """

    changed = Signal()

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        super().__init__(engines, parent)
        self.folds: FoldSet | None = None
        self.progress = ""
        self.problem: Problem | None = None
        self._known: dict[tuple[str, ...], PooledFolds] = {}
        self._asked: tuple[str, ...] = ()
        self._is_complete = False  # when it was looked at last: runs end meanwhile

    @property
    def pooled(self) -> PooledFolds | None:
        """Returns what all folds reach together; ``None`` until that is known."""
        return self._known.get(self._folders())

    def look_at(self, folds: FoldSet | None) -> bool:
        """Looks at another set; what was asked about the last one is given up.

        Returns:
            Whether there is news: several folds of other choices, or the last missing fold.
        """
        before, was_complete = self.folds, self._is_complete
        self.folds, self._is_complete = folds, folds is not None and folds.is_complete
        if self._asked and self._folders() != self._asked:
            self.give_up()
            self._asked, self.progress, self.problem = (), "", None
        if folds is None:
            return False
        if before is None or recipe_of(before.config) != recipe_of(folds.config):
            return len(folds.trained) > 1
        return self._is_complete and not was_complete

    def standing(self) -> tuple[Problem | None, str]:
        """Returns why there is no score over all rows, and what is being done for it."""
        if self.folds is None or self.pooled is not None:
            return None, ""
        if not self.folds.is_complete and self.folds.active:
            left = len(self.folds.runs) - len(self.folds.trained)
            return None, f"{counted(left, 'fold')} still to train; then all rows are judged together."
        return self.folds.problem() or self.problem, self.progress or "Every fold is trained."

    def ask(self) -> None:
        """Asks, where all folds are there and nobody has asked before."""
        folders = self._folders()
        if folders and folders != self._asked and folders not in self._known:
            self._asked, self.progress, self.problem = folders, "Waiting for the engine", None
            self._put(lambda job_id: PoolFolds(job_id=job_id, folders=folders))

    def _folders(self) -> tuple[str, ...]:
        """Returns the folders of the runs in the order of the folds; none while a fold is missing."""
        if self.folds is None or not self.folds.is_complete:
            return ()
        return tuple(str(run.folder) for run in self.folds.runs if run is not None)

    def _take_answer(self, event: Event) -> None:
        if isinstance(event, StageReached):
            self.progress = event.label
        elif isinstance(event, FoldsPooled):
            self._known[self._asked] = event.folds
        elif isinstance(event, (JobFailed, JobStopped)):
            self.progress = ""
            self.problem = event.problem if isinstance(event, JobFailed) else None
            if isinstance(event, JobStopped):
                self._asked = ()
        else:
            return
        self.changed.emit()
