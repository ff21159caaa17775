"""Cuts a chosen run to the time that a person has, with the same figures as its estimate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

import msgspec

from engine.contracts import Settings
from engine.errors import EngineError
from engine.protocol.config import RunConfig
from engine.protocol.planning import RunPlanned
from engine.protocol.stack import StackFacts
from engine.training.checking import Checker
from engine.training.counting import count
from engine.training.estimate import Estimator
from engine.training.kept_work import NOTHING_KEPT
from engine.training.planning import Bounds, Choice, plan
from engine.training.prepared_rows import PreparedRows
from engine.training.workbench import Workbench
from engine.training_fields import (
    BATCH_SIZE,
    EPOCHS,
    GRADIENT_ACCUMULATION_STEPS,
    MAX_LENGTH,
    TIME_LIMIT,
)


class RunPlanner:
    """Plans runs with what the workbench keeps."""

    def __init__(self, bench: Workbench, checker: Checker, estimator: Estimator) -> None:
        """Takes what it asks.

        Args:
            bench: Reads and keeps.
            checker: Finds out whether a run can be trained.
            estimator: Knows how fast this machine is.
        """
        self._bench = bench
        self._checker = checker
        self._estimator = estimator

    def plan(
        self, run: RunConfig, minutes: float, heed: Callable[[], object] = lambda: None, runs: int = 1
    ) -> RunPlanned:
        """Returns a run that ends in time: the method stays, rows, longest text and epochs are cut.

        A limit of rows that was set before stays the most that there may be.

        Args:
            run: What was chosen.
            minutes: How long it may take, with all that share that time.
            heed: Called now and then. May raise to end it.
            runs: How many like it share the time, one after the other.

        Raises:
            EngineError: When something stands in the way of training at all.
        """
        every = msgspec.structs.replace(run.data, row_limit=None)
        limit = run.data.row_limit
        checked = self._checker.check(msgspec.structs.replace(run, data=every))
        if checked.errors:
            raise EngineError(checked.errors[0])
        if checked.length_to_time is not None and checked.task is not None:
            heed()
            timed = self._bench.base(run.model, checked.task.network)
            self._estimator.on(checked.device, checked.precision).calibrate(
                timed, checked.length_to_time, lambda: False
            )
            checked = self._checker.check(checked.run)
        heed()
        task, base, stack, estimate = checked.task, checked.base, checked.stack, checked.estimate
        if task is None or base is None or stack is None or estimate is None or checked.rows is None:
            raise ValueError("A run without problems has a task, a model, rows and an estimate.")
        counted = count(self._bench, checked.run, task, base, checked.settings)
        lengths, rows = counted.lengths["train"], checked.rows
        rows_there = len(rows.whole().train)
        read_before = checked.work.kept if checked.work else NOTHING_KEPT
        finds_some = checked.chosen is not None and checked.chosen.finds_single_rows("train")
        a_row = len(lengths) / max(1, rows_there)  # a long text may have become several windows
        estimator = self._estimator.on(checked.device, checked.precision)
        timed_length = counted.work(stack, checked.settings).length

        @cache
        def drawn(epochs: int) -> StackFacts:
            if not any(layer.thaws_at for layer in stack.layers):
                return stack
            return self._checker.draw(
                checked.run, base, {**checked.settings, EPOCHS.name: epochs}, rows
            ).stack

        @cache
        def seconds(choice: Choice) -> float:
            settings = {**checked.settings, EPOCHS.name: choice.epochs, MAX_LENGTH.name: choice.max_length}
            some = _evenly(lengths, round(choice.rows * a_row))
            work = counted.work(drawn(choice.epochs), settings, {**counted.lengths, "train": some})
            if choice.max_length == whole.max_length:
                # Fewer rows go into a file of their own.
                fewer: dict[str, float] = {} if choice.rows == rows_there else {"train": 0.0}
                known = {**read_before.known, **({} if finds_some else fewer)}
                work = work.with_known(known, {**read_before.own, **fewer})
            # Shorter texts were perhaps never timed: a guess beside what was would make more of less.
            work = replace(work, length=timed_length)
            said = estimator.estimate(run.model, drawn(choice.epochs), work, settings)
            return said.seconds if said.seconds is not None else said.seconds_high or 0.0

        whole = Choice(
            rows=min(rows_there, limit or rows_there),
            max_length=int(checked.settings[MAX_LENGTH.name]),
            epochs=int(checked.settings[EPOCHS.name]),
        )
        bounds = Bounds(
            lengths=lengths,
            fewest_rows=min(whole.rows, _fewest(rows, checked.settings)),
            cuts_texts=not task.makes_windows,
        )
        minutes = round(minutes / runs, 2) or minutes / runs
        made = plan(whole, bounds, minutes, seconds)
        made = msgspec.structs.replace(made, measured=estimate.measured, runs=runs)
        own = {EPOCHS.name: made.epochs, MAX_LENGTH.name: made.max_length, TIME_LIMIT.name: float(minutes)}
        cut = msgspec.structs.replace(
            run,
            data=msgspec.structs.replace(run.data, row_limit=made.rows if made.rows < rows_there else None),
            settings={**run.settings, **own},
        )
        return RunPlanned(plan=made, run=cut)


def _fewest(rows: PreparedRows, settings: Settings) -> int:
    """Returns down to how many rows a run may be cut: those of one step, and one of each kind.

    Less than a step saves next to nothing, and teaches nothing.
    """
    a_step = int(settings[BATCH_SIZE.name]) * int(settings[GRADIENT_ACCUMULATION_STEPS.name])
    return max(a_step, len(rows.classes), len(set(rows.matched.stratify)))


def _evenly(lengths: Sequence[int], rows: int) -> Sequence[int]:
    """Returns the lengths of some of the rows, from everywhere among them."""
    if rows >= len(lengths):
        return lengths
    return [lengths[place * len(lengths) // rows] for place in range(max(1, rows))]
