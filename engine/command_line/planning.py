"""Cuts a run to the time that a person has, and tells what was cut."""

from __future__ import annotations

from rich.markup import escape

from engine import device as devices
from engine.command_line.terminal import console, print_json
from engine.protocol.config import RunConfig
from engine.protocol.planning import PlanFacts, RunPlanned, cuts, in_words
from engine.training.checking import Checker
from engine.training.estimate import Estimator
from engine.training.run_planning import RunPlanner
from engine.training.workbench import Workbench


def planned(run: RunConfig, minutes: float, runs: int = 1) -> RunPlanned:
    """Returns a run that ends in time; real steps are timed first where that was not done before.

    Args:
        run: What was chosen.
        minutes: How long it may take, with all that share that time.
        runs: How many like it share that time, one after the other.

    Raises:
        EngineError: When something stands in the way of training at all.
    """
    bench, estimator = Workbench(), Estimator(devices.choose())
    return RunPlanner(bench, Checker(bench, estimator), estimator).plan(run, minutes, runs=runs)


def show_plan(made: RunPlanned, *, as_json: bool) -> None:
    """Tells what fits, and which options say so.

    Args:
        made: From :func:`planned`.
        as_json: Whether to print one object in the place of words.
    """
    if as_json:
        print_json({"plan": made.plan, "cut": cuts(made.plan), "run": made.run})
        return
    shown = console()
    shown.print(escape(in_words(made.plan)), overflow="ignore")
    shown.print(escape(f"On the command line: {_options(made.plan)}"), overflow="ignore")


def tell_plan(made: RunPlanned, *, as_json: bool) -> None:
    """Tells before a run what of it fits.

    Args:
        made: From :func:`planned`.
        as_json: Whether a program reads what comes after; then it is told beside that.
    """
    console(stderr=as_json).print(escape(in_words(made.plan)), overflow="ignore")


def _options(plan: PlanFacts) -> str:
    rows = [f"--rows {plan.rows}"] if plan.rows < plan.of_rows else []
    settings = {
        "epochs": plan.epochs,
        "max_length": plan.max_length,
        "time_limit_minutes": f"{plan.minutes:g}",
    }
    return " ".join([*rows, *(f"--set {name}={value}" for name, value in settings.items())])
