"""One handler for each command, and the jobs that they become.

The thread that reads commands never waits here. Questions are answered on one thread, one after the
other; what takes long (training, timing, judging) runs on another, so that a question is answered
while steps are timed. Each job ends in exactly one end event: this module is the one place that
catches everything.
"""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine import device as devices
from engine import registry
from engine.data_questions import DataQuestions
from engine.disk import free_space
from engine.errors import EngineError
from engine.export_questions import ExportQuestions
from engine.garbage import give_memory_back
from engine.jobs import Job, Lane, Outlet, Worker
from engine.models.load import load_base
from engine.planning_questions import PlanningQuestions
from engine.priority import go_first_when_memory_runs_out, lower_priority
from engine.protocol import run_problems
from engine.protocol.commands import (
    CancelJob,
    CheckRun,
    Command,
    ContinueTraining,
    PauseTraining,
    PreviewMethods,
    ResumeTraining,
    StartTraining,
    StopTraining,
)
from engine.protocol.events import (
    EndEvent,
    Event,
    JobAccepted,
    JobFailed,
    JobStopped,
    JobSucceeded,
    MethodsPreviewed,
    WarningRaised,
)
from engine.protocol.memory_problems import no_memory
from engine.run_folder import RunFolder
from engine.run_questions import RunQuestions
from engine.training.checked import Checked
from engine.training.checking import Checker
from engine.training.checkpoint import FreeSpace
from engine.training.control import CANCELLED, STOP_REQUESTED, WINDOW_CLOSED, JobCancelledError
from engine.training.estimate import Estimator
from engine.training.finishing import finish
from engine.training.loop import TrainingLoop
from engine.training.memory import is_out_of_memory
from engine.training.run_elsewhere import on_what_is_here, with_whole_paths
from engine.training.setting_up import as_used, set_up
from engine.training.setup import TrainingSetup
from engine.training.states_room import states_in_use
from engine.training.workbench import Workbench
from engine.wishes import WishFile

Handler = Callable[[Job, Any], None]
"""Carries a command out; raises what the job's end event will say."""

_WARM_UP_TO = 500_000_000
"""Bytes of a model that is loaded before anyone asks: a larger one would take another run's memory."""

_ROWS_READ_UNASKED = 20_000
"""Rows that are cut into word pieces before anyone asks: those of a large file would take 200 MB."""


class Session:
    """What one engine process does for its window or its command line.

    Attributes:
        data: Answers what is asked about a person's rows.
        runs: Answers what is asked about finished runs.
        exports: Writes finished runs to be taken away.
        planning: Cuts runs to the time that there is.
    """

    def __init__(
        self,
        send: Callable[[Event], None],
        *,
        in_background: bool = False,
        free: FreeSpace = free_space,
        calibration_file: Path | None = None,
    ) -> None:
        """Starts with nothing read and nothing to do.

        Args:
            send: Takes events, from one thread at a time.
            in_background: Whether training gives way to a window that a person works with.
            free: Says how many bytes are free where a folder is.
            calibration_file: Where it is kept how fast this machine is.
        """
        self._outlet = Outlet(send)
        self._in_background = in_background
        self._free = free
        self._bench = Workbench()
        self.data = DataQuestions(self._bench)
        self.exports = ExportQuestions(self._bench)
        self._estimator = Estimator(devices.choose(), calibration_file)
        self._checker = Checker(self._bench, self._estimator, free)
        self.planning = PlanningQuestions(self._bench, self._checker, self._estimator)
        self.runs = RunQuestions(self._bench, self._checker)
        self._workers = {lane: Worker(lane.name.lower()) for lane in Lane}
        self._jobs: dict[str, Job] = {}
        self._training: Job | None = None
        self._training_waits = threading.Event()
        # Held while random numbers may be drawn: no question may disturb those of a run.
        self._random_numbers = threading.Lock()

    # What the reading thread calls: none of it waits

    def say(self, event: Event) -> None:
        """Sends an event of the engine as a whole."""
        self._outlet.send(event)

    def get_ready(self) -> None:
        """Reads the model that most will choose, so that the first question is answered at once."""
        models = [entry.id for entry in registry.catalog().models if entry.available]

        def read(_job: Job, _command: object) -> None:
            for model in models[:1]:
                load_base(model, on_meta=True)

        self._do_unasked(read)

    def start(self, command: Command, handler: Handler, lane: Lane) -> None:
        """Makes a command a job.

        Args:
            command: The command.
            handler: Carries it out.
            lane: Where.
        """
        if command.job_id in self._jobs:
            problem = run_problems.job_id_in_use(job_id=command.job_id)
            self._outlet.send(WarningRaised(job_id=command.job_id, problem=problem))
            return
        job = Job(command.job_id, command, self._outlet)
        self._jobs[job.id] = job
        if isinstance(command, StartTraining | ResumeTraining):
            self._training_waits.set()
        self._workers[lane].do(lambda: self._run(job, lane, handler))

    def refuse(self, job_id: str, line: str, details: str) -> None:
        """Ends a job that never began because its command was not understood.

        Args:
            job_id: Its id, where that could be read.
            line: What was said.
            details: Why it is no command.
        """
        problem = run_problems.not_understood(line=line, details=details)
        if job_id in self._jobs:
            self._outlet.send(WarningRaised(job_id=job_id, problem=problem))
        else:
            self._outlet.send(JobFailed(job_id=job_id, problem=problem))

    def pause_training(self, command: PauseTraining) -> None:
        """Lets a run wait after its step."""
        self._tell(command, lambda job: job.control.pause())

    def continue_training(self, command: ContinueTraining) -> None:
        """Lets a run go on."""
        self._tell(command, lambda job: job.control.go_on())

    def stop_training(self, command: StopTraining) -> None:
        """Ends a run after its step; its best model is kept and judged."""
        self._tell(command, lambda job: job.control.stop(STOP_REQUESTED))

    def cancel_job(self, command: CancelJob) -> None:
        """Gives a job up."""
        self._tell(command, lambda job: job.control.stop(CANCELLED))

    def give_up(self) -> None:
        """Asks everything to end because nobody listens any more; a run saves a checkpoint first."""
        for job in list(self._jobs.values()):
            job.control.stop(WINDOW_CLOSED)

    def finish_training(self) -> None:
        """Lets a run come to its end without a window, and waits for it; all else is given up."""
        for job in list(self._jobs.values()):
            trains = isinstance(job.command, StartTraining | ResumeTraining)
            job.control.go_on() if trains else job.control.stop(WINDOW_CLOSED)
        self._workers[Lane.LONG].close()

    def close(self) -> None:
        """Gives everything up and waits until it has ended."""
        self.give_up()
        self._workers[Lane.LONG].close()
        for worker in self._workers.values():
            worker.close(wait=2.0)

    def _tell(self, command: Command, tell: Callable[[Job], None]) -> None:
        """Tells a job something; one that has ended in the meantime does not mind."""
        job = self._jobs.get(command.job_id)
        if job is not None:
            tell(job)

    # Questions

    def preview_methods(self, job: Job, command: PreviewMethods) -> None:
        """Says what every method would do to a model."""
        job.send(MethodsPreviewed(previews=self._checker.preview(command.run)))

    def check_run(self, job: Job, command: CheckRun) -> None:
        """Finds all problems of a run, and estimates it."""
        checked = self._checker.check(command.run, command.folder)
        job.send(checked.told())
        if checked.base is not None and checked.base.facts.size <= _WARM_UP_TO and not checked.errors:
            self._warm_up(checked)

    def time_and_check_run(self, job: Job, command: CheckRun) -> None:
        """Times real steps first, if that was not done before on this machine."""
        checked = self._checker.check(command.run, command.folder)
        if self._time_steps(job, checked):
            checked = self._checker.check(command.run, command.folder)
        job.send(checked.told())

    def start_training(self, job: Job, command: StartTraining) -> None:
        """Trains a new run."""
        checked = self._checker.check(with_whole_paths(command.run), command.folder)
        if checked.errors:
            raise EngineError(checked.errors[0])
        job.control.raise_if_stopped()
        checked.run = as_used(checked)
        job.folder = RunFolder.create(Path(command.folder).absolute(), checked.run)
        self._train(job, set_up(checked, self._bench, job.tell_stage), resume=False)

    def resume_training(self, job: Job, command: ResumeTraining) -> None:
        """Goes on with a run that did not come to its end."""
        job.folder = RunFolder.reopen(Path(command.folder).absolute())
        checked = self._checker.check(on_what_is_here(job.folder.run))
        setup = set_up(checked, self._bench, job.tell_stage)
        self._train(job, setup, resume=True, smaller_batches=command.smaller_batches)

    def _train(self, job: Job, setup: TrainingSetup, *, resume: bool, smaller_batches: bool = False) -> None:
        folder = job.folder
        if folder is None:
            raise ValueError("A run needs a folder.")
        loop = TrainingLoop(setup, folder, job.send, job.control, self._free)
        with self._random_numbers:  # a question that began before there was a folder comes to its end
            job.saved_epoch = lambda: loop.saved_epoch
        with loop.meter:
            reason = loop.run(resume=resume, smaller_batches=smaller_batches)
            if reason in {CANCELLED, WINDOW_CLOSED}:
                raise JobCancelledError(reason)
            result = finish(loop, folder, job.send, job.control)
        # Where rows were read before, or said to be, the time tells little of how fast the machine is.
        if loop.is_complete and not loop.parts.found and not setup.known:
            estimator = self._estimator.on(setup.run.device, setup.run.precision)
            memory = (setup.planned_memory, result.peak_memory)
            estimator.correct(setup.run.model, setup.usual_length, setup.plan, result.seconds, memory)
        job.is_judged = True  # the best is the saved model now
        if reason:
            raise JobCancelledError(reason)

    def _run(self, job: Job, lane: Lane, handler: Handler) -> None:
        """Carries a command out and ends its job, whatever happens."""
        started = time.perf_counter()
        end: EndEvent
        try:
            job.control.raise_if_stopped()
            job.send(JobAccepted())
            if isinstance(job.command, StartTraining | ResumeTraining):
                self._carry_out_training(job, Path(job.command.folder).absolute(), handler)
            elif lane is Lane.QUESTIONS:
                self._answer(job, handler)
            else:
                handler(job, job.command)
            end = JobSucceeded(seconds=time.perf_counter() - started)
        except JobCancelledError as stop:
            end = JobStopped(reason=stop.reason)
        except EngineError as error:
            end = JobFailed(problem=error.problem)
        except Exception as error:  # noqa: BLE001 - the one place: whatever happens, the job gets its end event
            details = traceback.format_exc()
            if self._in_background:  # the window keeps these lines; in a terminal a person would read them
                sys.stderr.write(details)
            name_it = no_memory if is_out_of_memory(error) else run_problems.unexpected
            problem = name_it(doing=job.name, details=details, saved_epoch=job.saved_epoch())
            end = JobFailed(problem=problem)
        self._jobs.pop(job.id, None)
        try:
            job.send_end(end)
        except Exception:  # noqa: BLE001 - other jobs wait for this thread
            traceback.print_exc()

    def _answer(self, job: Job, handler: Handler) -> None:
        """Answers a question that may draw random numbers; not while a run draws them."""
        with self._random_numbers:
            if self._training is not None and self._training.folder is not None:
                raise EngineError(run_problems.engine_busy(run=self._training.folder.run_id))
            handler(job, job.command)

    def _carry_out_training(self, job: Job, folder: Path, handler: Handler) -> None:
        self._training = job
        try:
            if self._in_background:
                go_first_when_memory_runs_out()
                lower_priority()
            with WishFile(folder, job.take_wish), states_in_use():
                handler(job, job.command)
        finally:
            self._training = None
            if not self._workers[Lane.LONG].is_waited_for:
                self._training_waits.clear()

    def _time_steps(self, job: Job, checked: Checked) -> bool:
        """Times real steps where that was not done before; returns whether it was tried."""
        length = checked.length_to_time
        if length is None or checked.task is None:
            return False
        base = self._bench.base(checked.run.model, checked.task.network)
        estimator, control = self._estimator.on(checked.device, checked.precision), job.control
        estimator.calibrate(base, length, lambda: bool(control.stop_reason) or self._training_waits.is_set())
        job.control.raise_if_stopped()
        return True

    def _warm_up(self, checked: Checked) -> None:
        """Times steps and reads what a run would start from, while nobody waits for anything.

        In this order, so that rows as word pieces and what learning keeps need not be in memory together.
        """

        def read(job: Job, _command: object) -> None:
            give_memory_back()
            self._time_steps(job, checked)
            rows = checked.rows.facts.usable if checked.rows else 0
            if rows <= _ROWS_READ_UNASKED and not self._training_waits.is_set():
                set_up(checked, self._bench, job.tell_stage)
            give_memory_back()

        self._do_unasked(read)

    def _do_unasked(self, handler: Handler) -> None:
        """Does something that nobody asked for and nobody hears of."""
        self._workers[Lane.LONG].do(lambda: self._run(Job("", None, self._outlet), Lane.LONG, handler))
