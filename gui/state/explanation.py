"""Asks which words moved an answer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.protocol.events import Event, JobFailed, StageReached
from engine.protocol.explanations import OCCLUSION, AnswerExplained, ExplainAnswer
from engine.protocol.problems import Problem
from engine.protocol.run_versions import Version
from gui.engine_client.engines import Engines
from gui.state.one_question import OneQuestion, stage_words

_KEPT = 60
"""Explanations that are not asked for a second time."""

_Key = tuple[Path, tuple[tuple[str, str], ...], str, Version]


class Explanation(OneQuestion):
    """What moved an answer; only the last question counts, and none is asked twice.

    Args:
        engines: Who answers.

    Attributes:
        found: What moved the answer that was asked about last; ``None`` while that is measured.
        problem: Why it cannot be said.
        progress: What is being done, e.g. ``"Hiding one word at a time, 12 of 40"``; empty when nothing is.
    """

    changed = Signal()

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        super().__init__(engines, parent)
        self.found: AnswerExplained | None = None
        self.problem: Problem | None = None
        self.progress = ""
        self._known: dict[_Key, AnswerExplained] = {}
        self._key: _Key | None = None

    def ask(
        self,
        folder: Path,
        row: Mapping[str, str],
        method: str = OCCLUSION,
        version: Version = Version.TRAINED,
    ) -> None:
        """Asks what moved the answer of a run.

        Args:
            folder: The run's.
            row: Role → text.
            method: How it is measured.
            version: Which version of the model.
        """
        self._key = (folder, tuple(sorted(row.items())), method, version)
        self.problem, self.found = None, self._known.get(self._key)
        if self.found is not None:
            self.give_up()
            self.progress = ""
        else:
            self.progress = "Measuring which words moved it"
            asked = dict(row)
            self._put(
                lambda job_id: ExplainAnswer(
                    job_id=job_id, folder=str(folder), row=asked, method=method, version=version
                )
            )
        self.changed.emit()

    def clear(self) -> None:
        """Shows nothing."""
        self.give_up()
        self._key, self.found, self.problem, self.progress = None, None, None, ""
        self.changed.emit()

    def _take_answer(self, event: Event) -> None:
        if isinstance(event, StageReached):
            self.progress = stage_words(event)
        elif isinstance(event, AnswerExplained):
            self.found, self.progress = event, ""
            if self._key is not None:
                self._known[self._key] = event
                for old in list(self._known)[:-_KEPT]:
                    del self._known[old]
        elif isinstance(event, JobFailed):
            self.problem, self.progress = event.problem, ""
        else:
            return
        self.changed.emit()
