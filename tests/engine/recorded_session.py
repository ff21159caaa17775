"""A real session whose events a test can wait for and read."""

from __future__ import annotations

import queue
import time
from pathlib import Path
from typing import TypeVar

from engine.protocol.commands import Command, StartTraining
from engine.protocol.config import DataConfig, RunConfig, SplitConfig
from engine.protocol.events import Event, JobFailed, JobStopped, JobSucceeded, StepPoint, StepsEnded
from engine.protocol.fields import SettingValue
from engine.server import dispatch
from engine.session import Session

Wanted = TypeVar("Wanted", bound=Event)
ENDS = (JobSucceeded, JobStopped, JobFailed)
PATIENCE = 120.0


class RecordedSession:
    """Sends commands to a session and keeps what it says.

    Attributes:
        session: The session.
        events: Everything it has said and a test has waited past, oldest first.
    """

    def __init__(self, session: Session, arrived: queue.SimpleQueue[Event]) -> None:
        self.session = session
        self.events: list[Event] = []
        self._arrived = arrived

    def send(self, command: Command) -> None:
        """Sends a command and does not wait."""
        dispatch(self.session, command)

    def next(self) -> Event:
        """Waits for the next event."""
        event = self._arrived.get(timeout=PATIENCE)
        self.events.append(event)
        return event

    def wait_for(self, kind: type[Wanted]) -> Wanted:
        """Waits for an event of a kind; a job that ends without it fails the test."""
        while True:
            event = self.next()
            if isinstance(event, kind):
                return event
            assert not isinstance(event, ENDS), f"The job ended: {event}"

    def wait_for_end(self, job_id: str) -> Event:
        """Waits for the end event of a job."""
        while True:
            event = self.next()
            if isinstance(event, ENDS) and event.job_id == job_id:
                return event

    def do(self, command: Command) -> list[Event]:
        """Sends a command and waits for its end.

        Returns:
            The events of its job, the end event last.
        """
        self.send(command)
        self.wait_for_end(command.job_id)
        return [event for event in self.events if event.job_id == command.job_id]

    def rest(self, seconds: float = 0.3) -> list[Event]:
        """Returns what still arrives within a moment."""
        late: list[Event] = []
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            try:
                late.append(self._arrived.get(timeout=left))
            except queue.Empty:
                break
        return late


def open_session(**choices: object) -> RecordedSession:
    """Opens a session; close it with ``.session.close()``.

    Args:
        **choices: What :class:`Session` takes.
    """
    arrived: queue.SimpleQueue[Event] = queue.SimpleQueue()
    return RecordedSession(Session(arrived.put, **choices), arrived)  # type: ignore[arg-type]  # as given


def moods_run(
    data: Path, model: Path, method: str = "full_fine_tuning", **settings: SettingValue
) -> RunConfig:
    """Returns a short run on the moods table with a small model.

    Args:
        data: A table of ``write_moods``.
        model: A folder of ``make_small_bert``.
        method: Id of the method.
        **settings: What differs from 2 epochs in batches of 8.
    """
    few: dict[str, SettingValue] = {"epochs": 2, "batch_size": 8, "max_length": 32}
    if method != "feature_based":
        few |= {"learning_rate": 1e-3, "head_learning_rate": 1e-2}
    return RunConfig(
        data=DataConfig(path=str(data), split=SplitConfig(validation=0.2, test=0.2)),
        task="text_classification",
        method=method,
        model=str(model),
        settings=few | settings,
    )


def start(run: RunConfig, folder: Path, job_id: str = "train") -> StartTraining:
    """Returns the command that trains a run."""
    return StartTraining(job_id=job_id, run=run, folder=str(folder))


def points(events: list[Event]) -> list[StepPoint]:
    """Returns every step, in the order in which it was told."""
    return [point for event in events if isinstance(event, StepsEnded) for point in event.points]
