"""What is said while steps run: every loss value, at most ten messages a second, and the time left."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from engine.protocol.events import StepPoint, StepsEnded

Clock = Callable[[], float]
"""Seconds from any start, never backwards."""

INTERVAL = 0.1
"""Seconds between two messages about steps, at least."""

_WINDOW = 8.0
"""Seconds of steps that the speed is taken from: long enough for batches of all lengths."""

_STEPS_TO_TRUST = 5
"""The first steps are slower than the rest; until there are this many the estimate speaks."""


@dataclass(frozen=True)
class _Measured:
    """How long a step took, for how much work."""

    seconds: float
    work: float
    rows: int


class TimeLeft:
    """Works out how long a run will still take, from its own real steps and validations."""

    def __init__(
        self,
        *,
        total_work: float,
        evaluations: int,
        test_share: float,
        plan: float | None,
        evaluation_share: float = 1.0,
    ) -> None:
        """Starts with nothing measured.

        Args:
            total_work: Of all steps together, in any unit that time is proportional to (word pieces).
            evaluations: Validations that are to come in all.
            test_share: Size of the final test and of what follows it, in validations.
            plan: Seconds for the whole run by the estimate before it; ``None`` when not known.
            evaluation_share: What a later validation computes of what the first one does, 0 to 1.
        """
        self._total_work = total_work
        self._done_work = 0.0
        self._evaluations = evaluations
        self._test_share = test_share
        self._plan = plan
        self._evaluation_share = evaluation_share
        self._steps: deque[_Measured] = deque()
        self._window = 0.0
        self._evaluation_seconds = 0.0
        self._count = 0
        self._spent = 0.0

    def skip(self, *, work: float, evaluations: int) -> None:
        """Leaves out what a resumed run has done before."""
        self._done_work += work
        self._evaluations -= evaluations
        self._plan = None

    def step_ended(self, *, seconds: float, work: float, rows: int) -> None:
        """Adds a step that took so long."""
        self._steps.append(_Measured(seconds, work, rows))
        self._window += seconds
        while self._window > _WINDOW and len(self._steps) > _STEPS_TO_TRUST:
            self._window -= self._steps.popleft().seconds
        self._done_work += work
        self._count += 1
        self._spent += seconds

    def evaluation_expected(self, seconds: float) -> None:
        """Says how long a validation may take, before there was one."""
        self._evaluation_seconds = seconds

    def evaluation_ended(self, seconds: float, *, planned: bool = True) -> None:
        """Adds a validation, with the checkpoint that followed it.

        Args:
            seconds: How long it took.
            planned: Whether it was among those to come; not so for the one before the first step, which
                reads all layers.
        """
        self._evaluation_seconds = seconds / (self._evaluation_share if planned else 1.0)
        self._spent += seconds
        if planned:
            self._evaluations -= 1

    @property
    def to_finish(self) -> float:
        """Returns how long it takes to judge validation rows once more and then the test rows, in seconds."""
        return (self._evaluation_share + self._test_share) * self._evaluation_seconds

    @property
    def rows_per_second(self) -> float:
        """Returns how many rows are trained on in a second."""
        return sum(step.rows for step in self._steps) / self._window if self._window > 0 else 0.0

    @property
    def seconds(self) -> float:
        """Returns how long it will still take, in seconds."""
        if self._plan is not None and self._count < _STEPS_TO_TRUST and self._plan > self._spent:
            return self._plan - self._spent
        work = sum(step.work for step in self._steps)
        per_work = self._window / work if work > 0 else 0.0
        steps = max(0.0, self._total_work - self._done_work) * per_work
        judged = max(0, self._evaluations) * self._evaluation_share + self._test_share
        return steps + judged * self._evaluation_seconds


class StepReporter:
    """Collects steps and sends them together."""

    def __init__(
        self,
        send: Callable[[StepsEnded], None],
        time_left: TimeLeft,
        memory: Callable[[], int],
        clock: Clock = time.perf_counter,
    ) -> None:
        """Starts with nothing collected.

        Args:
            send: Takes the messages.
            time_left: Says how long the run will still take.
            memory: Says how many bytes are used.
            clock: The time.
        """
        self._send = send
        self._time_left = time_left
        self._memory = memory
        self._clock = clock
        self._points: list[StepPoint] = []
        self._sent_at: float | None = None

    def step_ended(self, point: StepPoint) -> None:
        """Keeps a step, and sends what was kept when the last message is old enough."""
        self._points.append(point)
        self.send_if_due()

    def send_if_due(self) -> None:
        """Sends what was kept, unless the last message was less than a tenth of a second ago."""
        if self._points and (self._sent_at is None or self._clock() - self._sent_at >= INTERVAL):
            self._send_now()

    def send_rest(self, sleep: Callable[[float], None] = time.sleep) -> None:
        """Sends what is left, after a moment's wait if need be: no step is lost at the end.

        Args:
            sleep: Waits for so many seconds.
        """
        if self._points:
            if self._sent_at is not None:
                sleep(max(0.0, self._sent_at + INTERVAL - self._clock()))
            self._send_now()

    def _send_now(self) -> None:
        points, self._points = tuple(self._points), []
        self._sent_at = self._clock()
        self._send(
            StepsEnded(
                points=points,
                rows_per_second=round(self._time_left.rows_per_second, 2),
                seconds_left=round(self._time_left.seconds, 2),
                memory=self._memory(),
            )
        )


class Throttle:
    """Lets something costly happen now and then: no more often than allowed, and never for long.

    The time that it takes is held below a fiftieth of all time.
    """

    def __init__(self, interval: float, clock: Clock = time.perf_counter) -> None:
        """Starts due.

        Args:
            interval: Seconds between two times, at least.
            clock: The time.
        """
        self._interval = interval
        self._clock = clock
        self._next = 0.0

    @property
    def is_due(self) -> bool:
        """Returns whether it may happen now."""
        return self._clock() >= self._next

    def happened(self, seconds: float) -> None:
        """Says that it has happened and took so long."""
        self._next = self._clock() + self.pause(self._interval, seconds)

    @staticmethod
    def pause(interval: float, seconds: float) -> float:
        """Returns how long it must not happen again.

        Args:
            interval: Seconds between two times, at least.
            seconds: How long it took.
        """
        return max(interval, 49 * seconds)
