"""A run that fits the time that a person has: what is asked, what of it was cut, and how that is said."""

from __future__ import annotations

import msgspec

from engine.protocol.command_header import CommandHeader as _Command
from engine.protocol.config import RunConfig
from engine.protocol.event_header import EventHeader as _Event
from engine.protocol.problem_words import limit_words, time_words
from engine.protocol.wording import counted

_SHORT = 90
"""Seconds below which they are counted."""


class PlanRun(_Command, frozen=True, kw_only=True, tag="PlanRun"):
    """Choose rows, longest text and epochs so that a run ends in time. Answer: ``RunPlanned``.

    Attributes:
        run: What was chosen; its method and all other settings stay.
        minutes: How long it may take, with all that share that time.
        runs: How many like it share the time, one after the other: all folds of small data.
    """

    run: RunConfig
    minutes: float
    runs: int = 1


class PlanFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What of a run fits the time that a person has.

    Attributes:
        minutes: How long it may take.
        runs: How many like it are trained one after the other, each in so much time.
        rows: Rows to learn from.
        of_rows: How many there are to choose from.
        max_length: Longest text, in word pieces.
        of_length: What it was.
        cut_texts: How many texts of the rows to learn from lose their end by that.
        epochs: How often they are read.
        of_epochs: How often they were to be read.
        seconds: How long the run will take then.
        of_seconds: How long it would take uncut.
        fits: Whether that is in time; where not, this is the least.
        measured: Whether real steps were timed on this machine.
    """

    minutes: float
    rows: int
    of_rows: int
    max_length: int
    of_length: int
    epochs: int
    of_epochs: int
    seconds: float
    of_seconds: float
    cut_texts: int = 0
    runs: int = 1
    fits: bool = True
    measured: bool = True

    @property
    def is_cut(self) -> bool:
        """Returns whether anything is less than it was."""
        return (self.rows, self.max_length, self.epochs) != (self.of_rows, self.of_length, self.of_epochs)


class RunPlanned(_Event, frozen=True, kw_only=True, tag="RunPlanned"):
    """A run was cut to the time that a person has.

    Attributes:
        plan: What of it fits.
        run: The run that does so; its limit of time is set.
    """

    plan: PlanFacts
    run: RunConfig


def cuts(plan: PlanFacts) -> str:
    """Returns what was cut: ``"1,200 of 2,479 rows, 2 of 3 epochs"``; empty where nothing was."""
    told = []
    if plan.rows < plan.of_rows:
        told.append(f"{plan.rows:,} of {plan.of_rows:,} rows")
    if plan.epochs < plan.of_epochs:
        told.append(f"{plan.epochs:,} of {plan.of_epochs:,} epochs")
    if plan.max_length < plan.of_length:
        verb = "is" if plan.cut_texts == 1 else "are"
        cut = f" ({counted(plan.cut_texts, 'text')} {verb} cut)" if plan.cut_texts else ""
        told.append(f"texts of at most {plan.max_length:,} instead of {plan.of_length:,} word pieces{cut}")
    return ", ".join(told)


def in_words(plan: PlanFacts) -> str:
    """Returns what a plan is, in a sentence or two.

    Args:
        plan: From :class:`RunPlanned`.
    """
    return f"For each of {plan.runs} folds: {_of_a_run(plan)}" if plan.runs > 1 else _of_a_run(plan)


def _of_a_run(plan: PlanFacts) -> str:
    time, needed = limit_words(plan.minutes), _about(plan.seconds)
    if not plan.is_cut and plan.fits:
        return f"All of it fits into {time}: about {needed}."
    if not plan.fits:
        least = cuts(plan)
        it = f"Even with {least} it" if least else "It"
        return (
            f"{it} takes about {needed}. It will end after {time} with what is best by then; "
            "a method that trains less needs less time."
        )
    whole = _about(plan.of_seconds)
    return f"{cuts(plan)[0].upper()}{cuts(plan)[1:]}: about {needed} instead of {whole}."


def _about(seconds: float) -> str:
    """Returns e.g. ``"47 s"`` or ``"12 minutes"``."""
    return f"{max(1, round(seconds))} s" if seconds < _SHORT else time_words(seconds)
