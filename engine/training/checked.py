"""What is known of a run before it starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from engine import device as devices
from engine.contracts import BaseModel, HeadFacts, Method, Settings, Task
from engine.errors import EngineError
from engine.protocol.config import RunConfig
from engine.protocol.events import RunChecked
from engine.protocol.problems import Problem, Severity
from engine.protocol.stack import Estimate, Fit, StackFacts, Verdict
from engine.training.precision import choose
from engine.training.prepared_rows import PreparedRows
from engine.training.rows_chosen import RowsChosen
from engine.training.run_elsewhere import with_whole_paths
from engine.training.work import Work

Found = TypeVar("Found")

_TIMING = 2
"""How many times timing steps holds a model's numbers."""


class Drawn(NamedTuple):
    """A model as it would be trained, built without numbers.

    Attributes:
        stack: Its layers.
        verdict: What kind of learning that is.
        facts: Of its head.
        four_bit: Whether its pretrained weights would be read in 4 bits.
    """

    stack: StackFacts
    verdict: Verdict
    facts: HeadFacts
    four_bit: bool


@dataclass
class Checked:
    """What is known of a run before it starts; ``None`` where a problem is in the way.

    Attributes:
        run: With every setting and column filled in, as far as they are known.
        problems: All that stands in the way or deserves a look.
        base: The base model without its numbers.
        settings: Every setting.
        stack: The model as it would be trained.
        verdict: What kind of learning that is.
        device: Id of the device that would train, where it is here; empty for the best there is.
        work: How much it computes.
        chosen: Its rows and where they are read, by which what is kept of them is known.
        estimate: What it will need.
        is_timed: Whether steps were timed, and not beside other busy programs that rest now.
        light: Id and name of the method that needs the least, if it is another one.
    """

    run: RunConfig
    problems: list[Problem] = field(default_factory=list)
    task: Task | None = None
    method: Method | None = None
    base: BaseModel | None = None
    settings: Settings = field(default_factory=dict)
    rows: PreparedRows | None = None
    stack: StackFacts | None = None
    verdict: Verdict | None = None
    device: str = ""
    work: Work | None = None
    chosen: RowsChosen | None = None
    estimate: Estimate | None = None
    is_timed: bool = False
    light: tuple[str, str] | None = None

    @property
    def errors(self) -> list[Problem]:
        """Returns the problems that stand in the way."""
        return [problem for problem in self.problems if problem.severity is Severity.ERROR]

    @property
    def length_to_time(self) -> int | None:
        """Returns the usual length of a row if steps should be timed; ``None`` where it is no use or no risk.

        Timing holds the numbers twice (the model, gradients): a model that hardly fits is estimated from its
        counts rather than bring the computer to a halt.
        """
        if self.work is None or self.base is None or self.estimate is None or self.is_timed:
            return None
        held = _TIMING * 4 * self.base.facts.parameters
        fits = self.estimate.fit is Fit.FITS and held < self.estimate.memory_free
        return self.work.length if fits else None

    @property
    def precision(self) -> str:
        """Returns in which numbers the run computes."""
        width = self.base.facts.width if self.base is not None else 0
        return self.run.precision or choose(self.settings, devices.choose(self.device), width)

    def told(self) -> RunChecked:
        """Returns what is said about it."""
        return RunChecked(
            problems=tuple(self.problems),
            run=with_whole_paths(self.run) if self.settings else None,
            stack=self.stack,
            verdict=self.verdict,
            estimate=self.estimate,
        )

    def find(self, look: Callable[[], Found]) -> Found | None:
        """Returns what a function finds; its problem is kept, so that all can be told at once."""
        try:
            return look()
        except EngineError as error:
            self.problems.append(error.problem)
            return None
