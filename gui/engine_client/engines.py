"""All engine processes of the window: one warm spare, and one for each run that trains."""

from __future__ import annotations

import time
import uuid
from collections import deque
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from engine.protocol.catalog import Catalog
from engine.protocol.commands import (
    CancelJob,
    Command,
    ContinueTraining,
    PauseTraining,
    ResumeTraining,
    StartTraining,
    StopTraining,
)
from engine.protocol.config import RunConfig
from engine.protocol.devices import DeviceFacts
from engine.protocol.engine_problems import engine_keeps_ending
from engine.protocol.events import EngineReady, Event, JobFailed, JobStopped, JobSucceeded
from engine.protocol.problems import Problem
from gui.engine_client.engine_client import EngineClient
from gui.engine_client.engine_thread import ProcessEnd
from gui.engine_client.event_signals import EventSignals
from gui.engine_client.followed_run import FollowedRun
from gui.engine_client.questions import Questions
from gui.engine_client.training_run import Client, TrainingRun

RESTARTS = 3
"""So many times a spare that dies is started again before a person has to say so."""


class Engines(EventSignals):
    """Gives each job to the right process and passes on what all of them say.

    A run takes the warm spare at once. The next spare starts warming only when the first loss points
    of that run are out, so that nothing competes with them. Questions (:meth:`ask`) go to the spare
    and wait for it where there is none yet. One run trains at a time; others wait in line.

    Args:
        open_client: Makes a client for a new process; tests put a recorded engine here.
    """

    catalog_changed = Signal(object)
    """The first :class:`Catalog`, or a different one."""

    devices_changed = Signal(object)
    """A tuple of :class:`DeviceFacts`."""

    problem_raised = Signal(object)
    """A :class:`Problem` of the engine as a whole, not of one job."""

    waiting_changed = Signal(int)
    """How many runs wait in line."""

    warm_changed = Signal(bool)
    """Whether a spare is loaded and waits."""

    def __init__(
        self, open_client: Callable[[], EngineClient] = EngineClient, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.catalog: Catalog | None = None
        self.devices: tuple[DeviceFacts, ...] = ()
        self._open_client = open_client
        self._spare: EngineClient | None = None
        self._runs: dict[str, TrainingRun] = {}
        self._line: deque[StartTraining | ResumeTraining] = deque()
        self._questions = Questions()
        self._leaving: list[Client] = []
        self._deaths = 0
        self._closing = False

    # --- what the window may wish ---------------------------------------------------------------

    def start(self) -> None:
        """Starts warming the first spare."""
        self._warm_spare()

    @staticmethod
    def new_job_id() -> str:
        """Returns an id that no other job has."""
        return uuid.uuid4().hex[:12]

    def ask(self, command: Command) -> str:
        """Sends a question to the spare, now or as soon as there is one.

        Returns:
            The command's job id.
        """
        self._questions.put(command)
        if self._spare is None and not self._spare_comes_later():
            self._deaths = 0
            self._warm_spare()
        self._ask_spare()
        return command.job_id

    def cancel(self, job_id: str) -> None:
        """Gives a question up."""
        if self._questions.waiting.pop(job_id, None) is not None:
            self._end_here(job_id, "cancelled")
        elif self._questions.is_asked(job_id) and self._spare is not None:
            self._spare.send(CancelJob(job_id=job_id))

    def train(self, run: RunConfig, folder: str) -> str:
        """Trains a run in a process of its own, after those that wait already.

        Args:
            run: What to train.
            folder: The run's folder, new or empty.

        Returns:
            The id of the job.
        """
        return self._stand_in_line(StartTraining(job_id=self.new_job_id(), run=run, folder=folder))

    def resume(self, folder: str, *, smaller_batches: bool = False) -> str:
        """Goes on with a run from its last checkpoint; returns the id of the job.

        Args:
            folder: The run's folder.
            smaller_batches: Whether to read its steps in half the batches from there.
        """
        command = ResumeTraining(job_id=self.new_job_id(), folder=folder, smaller_batches=smaller_batches)
        return self._stand_in_line(command)

    def pause(self, job_id: str) -> None:
        """Pauses a run within a step."""
        self._tell_run(job_id, PauseTraining(job_id=job_id))

    def continue_(self, job_id: str) -> None:
        """Goes on after a pause."""
        self._tell_run(job_id, ContinueTraining(job_id=job_id))

    def stop_run(self, job_id: str) -> None:
        """Stops a run within a step and keeps its best; one that waits in line never starts."""
        waiting = next((command for command in self._line if command.job_id == job_id), None)
        if waiting is not None:
            self._line.remove(waiting)
            self.waiting_changed.emit(len(self._line))
            self._end_here(job_id, "stop_requested")
            return
        self._tell_run(job_id, StopTraining(job_id=job_id))

    def follow(self, folder: Path, told: int) -> str:
        """Follows a run that trains in a process which another window left behind; returns the job's id.

        Args:
            folder: The run's folder.
            told: How many bytes of its events are known already.
        """
        job_id = self.new_job_id()
        client = FollowedRun(job_id, folder, told)
        self._runs[job_id] = TrainingRun(client, has_started=True, has_points=True)
        self._connect(client)
        client.start()
        return job_id

    def keep_training(self, job_id: str) -> None:
        """Lets a run go on when the window closes; for the end of the window."""
        if job_id in self._runs:
            self._runs[job_id].client.keep_training()

    def restart(self) -> None:
        """Starts another spare, after one was given up or does not answer; its questions move on."""
        self._deaths = 0
        stuck = self._spare
        if stuck is not None and not stuck.is_ready:
            self._spare = None
            self._leaving.append(stuck)
            self._questions.move_from(stuck)
            stuck.stop(wait=0.5)
        if not self._spare_comes_later():
            self._warm_spare()

    def shut_down(self, wait: float = 10.0) -> None:
        """Ends all processes and waits for them: ask, wait, terminate, kill.

        Args:
            wait: Seconds that one that trains gets to finish its step and save.
        """
        if self._closing:
            return
        self._closing = True
        self._line.clear()
        clients = [run.client for run in self._runs.values()] + self._leaving
        for client in [*clients, *([self._spare] if self._spare else [])]:
            client.stop(wait)
        for client in clients:
            client.shut_down(wait)
        if self._spare is not None:
            self._spare.shut_down(min(wait, 3.0))

    @property
    def is_warm(self) -> bool:
        """Whether a spare is loaded and waits."""
        return self._spare is not None and self._spare.is_ready

    @property
    def training(self) -> tuple[str, ...]:
        """Returns the ids of the jobs that train now."""
        return tuple(self._runs)

    @property
    def waiting(self) -> tuple[str, ...]:
        """Returns the ids of the runs that wait in line, next first."""
        return tuple(command.job_id for command in self._line)

    # --- the spare ------------------------------------------------------------------------------

    def _spare_comes_later(self) -> bool:
        """Whether a run has no loss point yet, so that a spare must not start now."""
        return any(not run.has_points for run in self._runs.values())

    def _warm_spare(self) -> None:
        if self._spare is not None or self._closing:
            return
        self._spare = self._open_client()
        self._connect(self._spare)
        self._spare.start()
        self._ask_spare()

    def _connect(self, client: Client) -> None:
        client.setParent(self)
        client.event_arrived.connect(lambda event: self._take_event(client, event))
        client.engine_failed.connect(lambda problem: self._take_failure(client, problem))
        client.ended.connect(lambda end: self._take_end(client, end))

    def _ask_spare(self) -> None:
        if self._spare is not None:
            self._questions.ask(self._spare)

    # --- runs -----------------------------------------------------------------------------------

    def _stand_in_line(self, command: StartTraining | ResumeTraining) -> str:
        self._line.append(command)
        self._start_next()
        if self._line:
            self.waiting_changed.emit(len(self._line))
        return command.job_id

    def _start_next(self) -> None:
        if self._runs or not self._line or self._closing:
            return
        if self._spare is None:
            self._deaths = 0
            self._warm_spare()
        assert self._spare is not None  # noqa: S101 - just made
        client, self._spare = self._spare, None
        self.warm_changed.emit(False)
        # The run must not wait behind questions: they move to the next spare.
        for job_id in self._questions.move_from(client):
            client.send(CancelJob(job_id=job_id))
        command = self._line.popleft()
        self._runs[command.job_id] = TrainingRun(client)
        client.send(command)
        self.waiting_changed.emit(len(self._line))

    def _tell_run(self, job_id: str, command: Command) -> None:
        run = self._runs.get(job_id)
        if run is not None:
            run.client.send(command)

    def _run_ended(self, run: TrainingRun, event: Event) -> None:
        refused = isinstance(event, JobFailed) and not run.has_started
        if refused and isinstance(run.client, EngineClient) and run.client.is_alive and self._spare is None:
            self._spare = run.client  # nothing was loaded for it; it is still warm
        else:
            self._leaving.append(run.client)
            run.client.stop()
            self._warm_spare()
        self._ask_spare()
        self._start_next()

    # --- what the processes say -----------------------------------------------------------------

    def _take_event(self, client: Client, event: Event) -> None:
        if isinstance(event, EngineReady):
            self._take_ready(client, event)
        elif isinstance(event, (JobSucceeded, JobStopped, JobFailed)):
            self._take_job_end(client, event)
            return
        elif event.job_id in self._runs and self._runs[event.job_id].note(event):
            QTimer.singleShot(0, self, self._warm_spare)
        self.emit_event(event)

    def _take_ready(self, client: Client, event: EngineReady) -> None:
        if event.catalog != self.catalog:
            self.catalog = event.catalog
            self.catalog_changed.emit(event.catalog)
        self.devices = event.devices
        self.devices_changed.emit(event.devices)
        if client is self._spare:
            self.warm_changed.emit(True)

    def _take_job_end(self, client: Client, event: JobSucceeded | JobStopped | JobFailed) -> None:
        job_id = event.job_id
        if not self._questions.take_end(client, event) and not self._closing:
            self._ask_spare()
            return
        if isinstance(event, JobSucceeded):
            self._deaths = 0
        run = self._runs.pop(job_id, None)
        self.emit_event(event)
        if run is not None:
            self._run_ended(run, event)

    def _take_failure(self, client: Client, problem: Problem) -> None:
        if client is self._spare and problem.code == "engine_cannot_start":
            self._deaths = RESTARTS + 1  # trying again changes nothing
        self.problem_raised.emit(problem)

    def _take_end(self, client: Client, end: ProcessEnd) -> None:
        if client in self._leaving:
            self._leaving.remove(client)
        client.deleteLater()
        if client is not self._spare:
            return
        self._spare = None
        self.warm_changed.emit(False)
        self._deaths += 1
        if self._closing or end.start_error:
            self._give_up_questions(None)
        elif self._deaths <= RESTARTS:
            self._warm_spare()
        else:
            problem = engine_keeps_ending(self._deaths, end.exit_code, end.last_lines)
            self.problem_raised.emit(problem)
            self._give_up_questions(problem)

    def _give_up_questions(self, problem: Problem | None) -> None:
        for job_id in self._questions.give_up():
            if problem is None:
                self._end_here(job_id, "cancelled")
            else:
                self.emit_event(JobFailed(job_id=job_id, time=time.time(), problem=problem))

    def _end_here(self, job_id: str, reason: str) -> None:
        """Ends a job that no process has seen, once the caller is done."""
        event = JobStopped(job_id=job_id, time=time.time(), reason=reason)
        QTimer.singleShot(0, self, lambda: self.emit_event(event))
