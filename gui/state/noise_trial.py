"""Tries noise on a few of the person's own texts, before anything is trained."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from engine.protocol.commands import PreviewNoise
from engine.protocol.data_events import NoisePreviewed
from engine.protocol.events import Event, JobFailed
from engine.protocol.fields import SettingValue
from gui.engine_client.engines import Engines
from gui.state.one_question import OneQuestion
from gui.state.project import Project

DEBOUNCE = 60
"""Milliseconds of quiet before the engine is asked: a slider says something new with every pixel."""


class NoiseTrial(OneQuestion):
    """Asks for noisy texts; only the last question counts.

    Args:
        project: Whose texts.
        engines: Who answers.
        debounce: Milliseconds of quiet before asking; tests may take 0.
    """

    previewed = Signal(object)
    """The texts, a tuple of ``NoisyExample``; none where the rows cannot be read."""

    def __init__(
        self, project: Project, engines: Engines, parent: QObject | None = None, *, debounce: int = DEBOUNCE
    ) -> None:
        super().__init__(engines, parent)
        self._project = project
        self._settings: dict[str, SettingValue] = {}
        self._timer = QTimer(self, singleShot=True, interval=debounce)
        self._timer.timeout.connect(self._ask)

    def ask(self, settings: Mapping[str, SettingValue]) -> None:
        """Asks for texts with the noise that settings mean, once nothing else is wished.

        Args:
            settings: Those that differ from the recommended ones.
        """
        self._settings = dict(settings)
        self._timer.start()

    def _ask(self) -> None:
        data, task = self._project.data, self._project.task
        if data is None or not task:
            self.give_up()
            self.previewed.emit(())
            return
        self._put(lambda job_id: PreviewNoise(job_id=job_id, data=data, task=task, settings=self._settings))

    def _take_answer(self, event: Event) -> None:
        if isinstance(event, NoisePreviewed):
            self.previewed.emit(event.examples)
        elif isinstance(event, JobFailed):
            self.previewed.emit(())
