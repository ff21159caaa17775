"""Asks where a run's model places the test rows, and keeps the answer while the run is looked at."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.protocol.embedding_maps import EmbeddingsMapped, MapEmbeddings
from engine.protocol.events import Event, JobFailed, JobStopped, StageReached
from gui.engine_client.engines import Engines
from gui.look.texts import percent
from gui.state.one_question import OneQuestion, stage_words


class EmbeddingMap(OneQuestion):
    """The map of one run at a time.

    Args:
        engines: Who answers.

    Attributes:
        found: The map; ``None`` until it is there.
        words: What is being done, or what the map says, or why there is none.
    """

    changed = Signal()

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        super().__init__(engines, parent)
        self._folder: Path | None = None
        self.found: EmbeddingsMapped | None = None
        self.words = ""

    def ask(self, folder: Path) -> None:
        """Asks for the map of a run, unless it is there or on its way."""
        if folder == self._folder:
            return
        self._folder, self.found, self.words = folder, None, "Reading the test rows"
        self._put(lambda job_id: MapEmbeddings(job_id=job_id, folder=str(folder)))
        self.changed.emit()

    def forget(self) -> None:
        """Gives up what is asked and forgets what was found."""
        self.give_up()
        self._folder, self.found, self.words = None, None, ""
        self.changed.emit()

    def _take_answer(self, event: Event) -> None:
        match event:
            case StageReached():
                self.words = stage_words(event)
            case EmbeddingsMapped():
                self.found, self.words = event, finding(event)
            case JobFailed():
                self._folder = None  # who looks again asks again
                self.words = f"{event.problem.title}. {event.problem.reason} {event.problem.fix}".strip()
            case JobStopped():
                self._folder, self.words = None, ""
            case _:
                return
        self.changed.emit()


def finding(found: EmbeddingsMapped) -> str:
    """Returns what training did to the places of the rows, in a sentence or two."""
    kept, near, rows = found.kept_neighbours, found.neighbours, len(found.points)
    by_chance = percent(near / max(1, rows - 1))
    if kept >= 1:
        same = "nearest neighbour" if near == 1 else f"{near} nearest neighbours"
        told = f"Every row has the same {same} as before training."
    elif near == 1:
        told = (
            f"After training {percent(kept)} of {rows:,} rows still have the nearest neighbour that they had "
            f"before; by chance {by_chance} would."
        )
    else:
        told = (
            f"Of the {near} nearest neighbours of a row, {percent(kept)} are still among its {near} nearest "
            f"after training; by chance {by_chance} would be."
        )
    few = len(found.points) < found.rows
    return told + (f" {len(found.points):,} of {found.rows:,} rows are drawn." if few else "")


def how_drawn(found: EmbeddingsMapped) -> str:
    """Returns how much of what tells the rows apart can be seen."""
    return (
        f"two principal components: they hold {percent(found.shown_before)} of the differences before, "
        f"{percent(found.shown_after)} after"
    )
