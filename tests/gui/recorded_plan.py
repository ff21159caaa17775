"""The answer to *I have so many minutes*, as an engine gave it for 2,479 rows."""

from __future__ import annotations

import msgspec

from engine.protocol.planning import PlanFacts, PlanRun, RunPlanned

ROWS, ENOUGH = 2479, 20
"""Rows to learn from, and minutes into which all of it fits."""


def planned(command: PlanRun) -> RunPlanned:
    """Returns a plan: with little time half of the rows and two epochs."""
    minutes, run = command.minutes / command.runs, command.run
    cut = minutes < ENOUGH
    plan = PlanFacts(
        minutes=minutes,
        runs=command.runs,
        rows=1200 if cut else ROWS,
        of_rows=ROWS,
        max_length=128,
        of_length=128,
        epochs=2 if cut else 5,
        of_epochs=5,
        seconds=54.0 * minutes if cut else 1140.0,
        of_seconds=1140.0,
    )
    data = msgspec.structs.replace(run.data, row_limit=1200 if cut else None)
    own = {"epochs": plan.epochs, "max_length": 128, "time_limit_minutes": minutes}
    chosen = msgspec.structs.replace(run, data=data, settings={**run.settings, **own})
    return RunPlanned(job_id=command.job_id, plan=plan, run=chosen)
