"""What the start buttons of Setup do: one run, or a run for each fold that is not trained yet."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from gui.look.texts import count
from gui.state.fold_set import FoldSet
from gui.state.project import Project
from gui.state.run_history import RunHistory


@dataclass(frozen=True)
class StartWords:
    """What the start buttons say.

    Attributes:
        main: On the dark one.
        tip: More about it.
        alone: On the one beside it, for one fold; empty where there are no folds.
        runs: How many runs the dark one starts where there are folds; 0 without.
    """

    main: str = "Start training"
    tip: str = "Start training (Ctrl Enter)"
    alone: str = ""
    runs: int = 0


class RunStart(QObject):
    """Starts what the draft asks for.

    Args:
        project: Whose draft.
        runs: All runs of the project; what is trained already is read from them.
    """

    changed = Signal()
    """Other runs are there, so that the buttons may say something else."""

    def __init__(self, project: Project, runs: RunHistory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._runs = runs
        for signal in (runs.run_added, runs.run_ended, runs.run_removed, runs.current_changed):
            signal.connect(self.changed)

    @property
    def must_wait(self) -> bool:
        """Returns whether the engine must say first how the choices are filled in, to find equal runs."""
        return self._count() > 0 and not self._project.is_checked

    def words(self) -> StartWords:
        """Returns what the buttons say now."""
        folds = self._count()
        if not folds:
            return StartWords()
        draft = self._project.draft
        alone = f"Only fold {draft.data.split.fold + 1}" if draft is not None else ""
        found = self._folds()
        missing = len(found.missing) if found is not None else folds
        if missing:
            main = f"Train all {folds} folds" if missing == folds else f"Train the {missing} missing folds"
            main = "Train the missing fold" if missing == 1 else main
            tip = f"{count('runs', missing)}, one after the other, each with another fold as its test"
            return StartWords(main, f"{tip} (Ctrl Enter)", alone, missing)
        if found is not None and found.is_complete:
            return StartWords("See all folds", f"All {folds} folds are trained with these choices", alone)
        return StartWords("See training", "The folds train one after the other", alone)

    def start(self, *, alone: bool = False) -> str:
        """Does what a button says.

        Args:
            alone: Whether one fold is wished, where there are folds.

        Returns:
            Id of the page where that is to be seen; empty while nothing can be started.
        """
        draft, found = self._project.draft, self._folds()
        if draft is None or self.must_wait:
            return ""
        if found is None or alone:
            self._runs.start(draft if found is None else found.config)
        elif found.missing:
            found.train_missing(self._runs)
        elif found.is_complete:
            self._runs.show(next(run for run in reversed(found.runs) if run is not None))
            return "results"
        return "train"

    def _count(self) -> int:
        """Returns how many folds the draft has."""
        draft = self._project.draft
        return draft.data.split.folds if draft is not None else 0

    def _folds(self) -> FoldSet | None:
        """Returns the folds of the draft; ``None`` without, and until it was checked."""
        checked = self._project.checked
        if checked is None or checked.run is None or self.must_wait:
            return None
        return FoldSet.of(checked.run, self._runs.runs) if self._count() else None
