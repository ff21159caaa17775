"""One engine process: commands in, typed signals out, exactly one end for each job."""

from __future__ import annotations

import time
from typing import get_args

from PySide6.QtCore import QObject, QTimer, Signal

from engine.protocol.commands import (
    CancelJob,
    Command,
    ContinueTraining,
    KeepTraining,
    PauseTraining,
    ResumeTraining,
    Shutdown,
    StartTraining,
    StopTraining,
)
from engine.protocol.devices import DeviceFacts
from engine.protocol.engine_problems import (
    engine_cannot_start,
    engine_not_ready,
    other_protocol,
)
from engine.protocol.events import (
    PROTOCOL_VERSION,
    EndEvent,
    EngineReady,
    Event,
    JobFailed,
    JobStopped,
)
from engine.protocol.problems import Problem
from gui.engine_client.engine_command import EngineCommand, serve_command
from gui.engine_client.engine_thread import EngineThread, ProcessEnd
from gui.engine_client.event_signals import EventSignals
from gui.engine_client.run_so_far import RunSoFar

READY_WITHIN = 60.0
"""Seconds after which an engine that has not said that it is ready is a problem."""

_ABOUT_OTHER_JOBS = (PauseTraining, ContinueTraining, StopTraining, CancelJob, Shutdown)


class EngineClient(EventSignals):
    """One engine process, as the window sees it.

    Events of jobs that have ended, or that this client did not start, are dropped. When the process
    dies, every open job gets its end here: ``JobFailed`` with the problem ``engine_died``.

    Args:
        command: What to start; by default the engine that belongs to this window.
        ready_within: Seconds until an engine that says nothing is a problem.
    """

    engine_failed = Signal(object)
    """A :class:`Problem`: the process does not start, or does not get ready."""

    ended = Signal(object)
    """The process is gone; a :class:`ProcessEnd`. Comes once, after the ends of all jobs."""

    def __init__(
        self,
        command: EngineCommand | None = None,
        *,
        ready_within: float = READY_WITHIN,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._command = command or serve_command()
        self._ready_within = ready_within
        self._jobs: dict[str, RunSoFar] = {}
        self._devices: tuple[DeviceFacts, ...] = ()
        self._process_end: ProcessEnd | None = None
        self._stopping = False
        self._is_let_go = False
        self.pid = 0
        self.is_ready = False
        self._thread = EngineThread(self._command, self)
        self._thread.process_started.connect(self._remember_pid)
        self._thread.event_arrived.connect(self._take_event)
        self._thread.process_ended.connect(self._take_end)
        self._ready_timer = QTimer(self, singleShot=True, interval=round(ready_within * 1000))
        self._ready_timer.timeout.connect(self._say_not_ready)
        self._ladder = QTimer(self, singleShot=True)
        self._ladder.timeout.connect(self._climb)
        self._rungs: list[tuple[float, str]] = []

    @property
    def open_jobs(self) -> tuple[str, ...]:
        """Returns the ids of the jobs that have no end yet, oldest first."""
        return tuple(self._jobs)

    @property
    def is_alive(self) -> bool:
        """Whether commands can still reach the process."""
        return self._process_end is None and not self._stopping

    @property
    def last_lines(self) -> tuple[str, ...]:
        """Returns the last lines that the process wrote beside the pipe."""
        return self._thread.last_lines

    def start(self) -> None:
        """Starts the process. Commands may be sent at once; they wait until it reads them."""
        self._ready_timer.start()
        self._thread.start()

    def send(self, command: Command) -> None:
        """Sends a command.

        A job sent to a process that is gone ends at once with ``JobFailed``.
        """
        starts_job = not isinstance(command, _ABOUT_OTHER_JOBS)
        if starts_job:
            folder = command.folder if isinstance(command, (StartTraining, ResumeTraining)) else ""
            self._jobs[command.job_id] = RunSoFar(folder, self._devices)
        if self._process_end is not None:
            if starts_job:
                QTimer.singleShot(0, self, self._end_open_jobs)
            return
        self._thread.send(command)

    def stop(self, wait: float = 10.0) -> None:
        """Ends the process without waiting here: asks, then terminates, then kills.

        Args:
            wait: Seconds given to finish a step and save before it is terminated.
        """
        if self._process_end is not None or self._stopping:
            return
        self._stopping = True
        self._ask_to_end()
        self._rungs = [(wait, "terminate"), (2.0, "kill")]
        self._ladder.start(round(self._rungs[0][0] * 1000))

    def keep_training(self) -> None:
        """Lets the process finish its run without this window; nothing is heard of it here any more."""
        if self._process_end is None and not self._stopping:
            self._stopping = self._is_let_go = True
            self._jobs.clear()
            self._thread.send(KeepTraining(job_id=""))
            self._thread.let_go()

    def shut_down(self, wait: float = 10.0) -> None:
        """Ends the process and waits for it; for the end of the app. Climbs the same ladder."""
        if not self._stopping:
            self._stopping = True
            self._ask_to_end()
        self._ladder.stop()
        self._ready_timer.stop()
        # An engine that is still loading does not read its pipe and has nothing to save.
        if not self._wait_for_thread(wait if self.is_ready or self._is_let_go else 0.0):
            self._thread.terminate_process()
            if not self._wait_for_thread(2.0):
                self._thread.kill_process()
                self._thread.wait()

    def _wait_for_thread(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        return self._thread.wait(max(1, round((deadline - time.monotonic()) * 1000)))

    def _ask_to_end(self) -> None:
        self._thread.send(Shutdown(job_id=""))
        self._thread.close_pipe()

    def _climb(self) -> None:
        _, rung = self._rungs.pop(0)
        if rung == "terminate":
            self._thread.terminate_process()
        else:
            self._thread.kill_process()
        if self._rungs:
            self._ladder.start(round(self._rungs[0][0] * 1000))

    def _remember_pid(self, pid: int) -> None:
        self.pid = pid

    def _take_event(self, event: Event) -> None:
        if isinstance(event, EngineReady):
            self.is_ready, self._devices = True, event.devices
            self._ready_timer.stop()
            if event.protocol_version != PROTOCOL_VERSION:
                self.engine_failed.emit(other_protocol(event.protocol_version, PROTOCOL_VERSION))
                return
        elif event.job_id:
            if event.job_id not in self._jobs:
                return
            self._jobs[event.job_id].note(event)
            if isinstance(event, get_args(EndEvent)):
                del self._jobs[event.job_id]
        self.emit_event(event)

    def _take_end(self, end: ProcessEnd) -> None:
        self._thread.wait()  # run() is at its end; Qt aborts when a running thread is deleted
        self._process_end = end
        self._ready_timer.stop()
        self._ladder.stop()
        if end.start_error:
            self.engine_failed.emit(engine_cannot_start(self._command.arguments[0], end.start_error))
        self._end_open_jobs()
        self.ended.emit(end)

    def _end_open_jobs(self) -> None:
        """Makes up the end of each job that the process can no longer end itself."""
        jobs, self._jobs = self._jobs, {}
        for job_id, job in jobs.items():
            if self._stopping:
                self.emit_event(JobStopped(job_id=job_id, time=time.time(), reason="window_closed"))
            else:
                problem = self._death_of(job)
                self.emit_event(JobFailed(job_id=job_id, time=time.time(), problem=problem))

    def _death_of(self, job: RunSoFar) -> Problem:
        end = self._process_end
        if end is not None and end.start_error:
            return engine_cannot_start(self._command.arguments[0], end.start_error)
        return job.death(end.exit_code if end else None, self.last_lines)

    def _say_not_ready(self) -> None:
        self.engine_failed.emit(engine_not_ready(self._ready_within, self.last_lines))
