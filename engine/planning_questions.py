"""The question what of a run fits the time that a person has."""

from __future__ import annotations

from engine.jobs import Job
from engine.protocol.planning import PlanRun
from engine.training.checking import Checker
from engine.training.estimate import Estimator
from engine.training.run_planning import RunPlanner
from engine.training.workbench import Workbench


class PlanningQuestions:
    """Answers it with what the workbench keeps and this machine's figures."""

    def __init__(self, bench: Workbench, checker: Checker, estimator: Estimator) -> None:
        """Takes what it asks.

        Args:
            bench: Reads and keeps.
            checker: Finds out whether a run can be trained.
            estimator: Knows how fast this machine is.
        """
        self._planner = RunPlanner(bench, checker, estimator)

    def plan_run(self, job: Job, command: PlanRun) -> None:
        """Cuts a run to the time that a person has; times real steps first, as for a check."""
        heed = job.control.raise_if_stopped
        job.send(self._planner.plan(command.run, command.minutes, heed, command.runs))
