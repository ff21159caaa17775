"""What other runs said to the same test rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.protocol.catalog import Catalog
from engine.protocol.results import Prediction
from gui.look.texts import probability_words
from gui.state import run_findings
from gui.state.run_history import RunHistory
from gui.state.run_status import RunStatus

MOST = 4
"""Runs beside the one that is looked at; the newest."""


@dataclass(frozen=True)
class OtherAnswer:
    """What a run said.

    Attributes:
        name: What the run is called.
        number: Of its colour and marker.
        said: The answer, with how sure it was where that is known.
        is_right: Whether it is wholly right.
    """

    name: str
    number: int
    said: str
    is_right: bool


class OtherAnswers:
    """Looks up what the other runs of a project said; each run's answers are read once."""

    def __init__(self, runs: RunHistory) -> None:
        """Reads nothing yet.

        Args:
            runs: The project's.
        """
        self._runs = runs
        self._read: dict[Path, dict[tuple[int, str, str, str], Prediction]] = {}

    def to(self, run: RunStatus, answer: Prediction, catalog: Catalog | None) -> tuple[OtherAnswer, ...]:
        """Returns what others said to the row of an answer, the newest run first.

        Args:
            run: Whose answer it is.
            answer: The answer.
            catalog: For the names of methods.
        """
        beside = [
            other
            for other in reversed(self._runs.finished)
            if other is not run and other.notes.checked and other.config.task == run.config.task
        ]
        found: list[OtherAnswer] = []
        names = self._runs.names(catalog)
        for other in beside:
            said = self._answers_of(other).get(_question(answer))
            if said is not None and len(found) < MOST:
                sure = f" {probability_words(said.probability)}" if said.probability else ""
                name, words = names[str(other.folder)], f"{said.said}{sure}"
                found.append(OtherAnswer(name, other.color_number, words, said.is_right))
        return tuple(found)

    def _answers_of(self, run: RunStatus) -> dict[tuple[int, str, str, str], Prediction]:
        if run.folder not in self._read:
            answers = run_findings.answers_of(run)
            self._read[run.folder] = {_question(answer): answer for answer in answers}
        return self._read[run.folder]


def _question(answer: Prediction) -> tuple[int, str, str, str]:
    """Returns what tells a row from others; its label may be another one in another run's data."""
    return answer.row, answer.text, answer.second, answer.truth
