"""How long each phase of a run really takes, beside what its estimate says of it.

The functions of the engine that a phase consists of are wrapped for as long as a run is watched. What one of
them calls of another phase counts there only.
"""

from __future__ import annotations

import functools
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from engine.training import finishing, loop
from engine.training.keeping import CheckpointKeeper
from engine.training.layer_watch import LayerWatch
from engine.training.ledger import BEGIN, READ_ONCE, SAVING, STEPS, TEST, VALIDATIONS
from engine.training.parts import Parts
from engine.training.setup import TrainingSetup
from engine.training.validating import Validator

Said = TypeVar("Said")

_PHASES: dict[str, tuple[tuple[Any, str], ...]] = {
    BEGIN: (
        (TrainingSetup, "build_model"),
        (LayerWatch, "__init__"),
        (Validator, "begin"),
        (loop, "StepTaker"),
        (loop, "training_started"),
    ),
    READ_ONCE: ((Parts, "read_once"),),
    STEPS: ((loop.TrainingLoop, "_step"), (Parts, "keep_prefix")),
    VALIDATIONS: ((Validator, "first_look"), (Validator, "look")),
    SAVING: (
        (CheckpointKeeper, "after_validation"),
        (CheckpointKeeper, "save"),
        (CheckpointKeeper, "restore_best"),
        (finishing, "_save"),
    ),
    TEST: ((finishing, "judge"),),
}


@contextmanager
def watched(clock: Callable[[], float] = time.perf_counter) -> Iterator[dict[str, float]]:
    """Yields phase → seconds, which grow while runs go on in this process.

    Args:
        clock: The time. What comes after the test has been judged does not count.
    """
    spent: dict[str, float] = defaultdict(float)
    inner: list[float] = []
    is_over = False

    def timed(phase: str, plain: Callable[..., Said]) -> Callable[..., Said]:
        @functools.wraps(plain)
        def wrapper(*given: Any, **named: Any) -> Said:
            nonlocal is_over
            started = clock()
            inner.append(0.0)
            try:
                return plain(*given, **named)
            finally:
                seconds = clock() - started
                own = phase
                if phase == TEST and given[1].settle is not None and not settled:
                    own = VALIDATIONS  # the rows by which something is chosen in the end come first
                    settled.append(True)
                spent[own] += 0.0 if is_over else seconds - inner[-1]
                is_over = is_over or own == TEST
                inner.pop()
                if inner:
                    inner[-1] += seconds

        return wrapper

    settled: list[bool] = []
    before = [(place, name, getattr(place, name)) for own in _PHASES.values() for place, name in own]
    for phase, own in _PHASES.items():
        for place, name in own:
            setattr(place, name, timed(phase, getattr(place, name)))
    try:
        yield spent
    finally:
        for place, name, plain in before:
            setattr(place, name, plain)
