"""Questions to the spare: those that wait for one, those asked, those that move to the next one."""

from __future__ import annotations

from PySide6.QtCore import QObject

from engine.protocol.commands import Command
from engine.protocol.events import EndEvent, JobSucceeded
from gui.engine_client.engine_client import EngineClient


class Questions:
    """Keeps each question until it has its end, so that none is lost when its process is needed elsewhere.

    Attributes:
        waiting: Job id → question that no process was asked yet, oldest first.
    """

    def __init__(self) -> None:
        self.waiting: dict[str, Command] = {}
        self._asked: dict[str, Command] = {}
        self._moved: dict[str, EngineClient] = {}

    def put(self, command: Command) -> None:
        """Puts a question in line."""
        self.waiting[command.job_id] = command

    def ask(self, client: EngineClient) -> None:
        """Asks a process all that wait."""
        for job_id, command in list(self.waiting.items()):
            del self.waiting[job_id]
            self._asked[job_id] = command
            client.send(command)

    def is_asked(self, job_id: str) -> bool:
        """Whether a question was asked and has no end yet."""
        return job_id in self._asked

    def move_from(self, client: EngineClient) -> tuple[str, ...]:
        """Marks what a process was asked: unless the answer comes after all, the next one is asked.

        Returns:
            The ids of those questions.
        """
        for job_id in client.open_jobs:
            self._moved[job_id] = client
        return client.open_jobs

    def give_up(self) -> tuple[str, ...]:
        """Forgets those that wait and returns their ids."""
        given_up = tuple(self.waiting)
        self.waiting.clear()
        return given_up

    def take_end(self, client: QObject, event: EndEvent) -> bool:
        """Takes note of an end.

        Returns:
            Whether it is the end of the question; ``False`` when the question waits again.
        """
        if self._moved.get(event.job_id) is client:
            del self._moved[event.job_id]
            if not isinstance(event, JobSucceeded):
                self.waiting[event.job_id] = self._asked.pop(event.job_id)
                return False
        self._asked.pop(event.job_id, None)
        return True
