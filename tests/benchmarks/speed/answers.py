"""What one side of a comparison answers, and what follows from both."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import msgspec


class Side(msgspec.Struct, kw_only=True):
    """One run of one side, in a process of its own.

    Attributes:
        seconds: From the moment when rows and model are ready to the end of the last validation.
        steps: Optimizer steps; 0 where a solver takes none.
        rows: Training rows that were read, all epochs together.
        curve: Seconds and macro-F1 on the validation rows, validation by validation.
        score: Macro-F1 on the test rows, by the best state.
        low: Lower end of its 95 % interval, where it was worked out.
        high: Upper end.
        peak: Most memory that the process had, in megabytes.
        whole: Seconds from the start of the process to its end, imports and judging the test included.
        precision: Of the numbers that were multiplied.
        versions: Package → version.
    """

    seconds: float
    steps: int
    rows: int
    curve: list[tuple[float, float]]
    score: float
    low: float | None = None
    high: float | None = None
    peak: float = 0.0
    whole: float = 0.0
    precision: str = "float32"
    versions: dict[str, str] = {}

    @property
    def rows_per_second(self) -> float:
        """Returns how many training rows went through it in a second, validations included."""
        return self.rows / self.seconds

    def until(self, score: float) -> float | None:
        """Returns after how many seconds a validation reached a score; ``None`` where none did."""
        return next((seconds for seconds, reached in self.curve if reached >= score - 1e-9), None)


class Compared(msgspec.Struct, kw_only=True):
    """A row of the table, as it stands in the JSON.

    Attributes:
        id: Of the row.
        work: Id of the method.
        against: What it was compared with, in words.
        sample: The file.
        ratio: The other side's seconds by Thaw's, medians; ``None`` where it could not be measured.
        at_least: What was promised.
        met: Whether that holds.
        thaw: Thaw's run of median time.
        other: The other side's.
        all_seconds: Of every run: Thaw's and the other side's.
        same_score: The validation score that both reach.
        seconds_to_same_score: Thaw's and the other side's until they reach it.
        same_steps: Whether both took as many steps, where both take any.
        scores_agree: Whether the other side's test score lies within the interval of Thaw's.
        note: What has to be said beside it.
    """

    id: str
    work: str
    against: str
    sample: str
    ratio: float | None = None
    at_least: float | None = None
    met: bool | None = None
    thaw: Side | None = None
    other: Side | None = None
    all_seconds: tuple[list[float], list[float]] = ([], [])
    same_score: float | None = None
    seconds_to_same_score: tuple[float | None, float | None] = (None, None)
    same_steps: bool | None = None
    scores_agree: bool | None = None
    note: str = ""


def middle(sides: Sequence[Side]) -> Side:
    """Returns the run whose time is the median, the faster of two in the middle."""
    return sorted(sides, key=lambda side: side.seconds)[(len(sides) - 1) // 2]


def compared(blank: Compared, thaw: Sequence[Side], other: Sequence[Side]) -> Compared:
    """Returns a row with what follows from its runs.

    Args:
        blank: Says what was compared.
        thaw: Thaw's runs; at least one.
        other: The other side's.
    """
    ours, theirs = middle(thaw), middle(other)
    ratio = median(side.seconds for side in other) / median(side.seconds for side in thaw)
    same = min(max((score for _, score in side.curve), default=0.0) for side in (ours, theirs))
    agree = None
    if ours.low is not None and ours.high is not None:
        agree = ours.low <= theirs.score <= ours.high
    return msgspec.structs.replace(
        blank,
        ratio=ratio,
        met=None if blank.at_least is None else ratio >= blank.at_least,
        thaw=ours,
        other=theirs,
        all_seconds=([side.seconds for side in thaw], [side.seconds for side in other]),
        same_score=same,
        seconds_to_same_score=(ours.until(same), theirs.until(same)),
        same_steps=ours.steps == theirs.steps if theirs.steps else None,
        scores_agree=agree,
    )
