"""Saved runs that this version cannot know: made by a newer one, with a task or a method of its own."""

from __future__ import annotations

from engine import registry
from engine.errors import EngineError
from engine.protocol import comparison_problems
from engine.protocol.config import RunConfig


def raise_if_newer(run: RunConfig) -> None:
    """Raises where a saved run has a task or a method that this version does not know.

    Args:
        run: What was chosen for it.

    Raises:
        EngineError: It says that the run is from a newer version.
    """
    known_ones = (("task", run.task, registry.all_tasks()), ("method", run.method, registry.all_methods()))
    for kind, name, known in known_ones:
        if name not in known:
            raise EngineError(comparison_problems.newer_run(what=f'the {kind} "{name}"', known=False))
