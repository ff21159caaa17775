"""The one exception that carries a problem."""

from __future__ import annotations

from engine.protocol.problems import Problem


class EngineError(Exception):
    """Something went wrong that a person can be told about.

    Attributes:
        problem: What to tell.
    """

    def __init__(self, problem: Problem) -> None:
        """Keeps the problem."""
        super().__init__(f"{problem.title} {problem.reason}")
        self.problem = problem
