"""What is said about how sure a model was: whether 90 % sure means right nine times in ten."""

from __future__ import annotations

from collections.abc import Callable

from engine.protocol.results import Calibration, CalibrationBin
from gui.look.texts import percent
from gui.state.run_findings import Finding

_NOTHING = (
    "There is nothing to draw here. Certainty is held against how often an answer is right, and the answers "
    "of this run are not simply right or wrong, or have no probability of their own."
)

_APART = 0.05
"""Between the share that is right and the mean certainty: from here on nobody would call the two alike."""


def finding(found: Calibration | None, unit: str) -> Finding:
    """Says whether a model is as often right as it is sure.

    A gap counts only where it is larger than one that comes by chance.

    Args:
        found: What was measured; ``None`` where nothing was.
        unit: What the rows are called, plural.
    """
    if found is None:
        return Finding("", "info", _NOTHING)
    counted = found.counted or unit
    means = (
        f"On average it is {percent(found.confidence)} sure, and right for {percent(found.accuracy)} of "
        f"{found.rows:,} {counted}."
    )
    by_chance = found.error <= found.error_by_chance
    if by_chance and abs(found.confidence - found.accuracy) >= _APART:
        few = f"{found.rows:,} {counted} are few"
        told = f"It may be by chance that it is not as often right as it is sure: {few}."
        return Finding("", "info", f"{told} {means}")
    if by_chance:
        return Finding("ok", "check", f"It is about as often right as it is sure. {means}")
    if found.confidence > found.accuracy:
        told = "It is surer than it should be: take its percentages with care, its ranking less so."
        return Finding("warn", "alert", f"{told} {means}")
    return Finding("", "info", f"It is right more often than it is sure. {means}")


def words_of(
    found: Calibration | None, unit: str
) -> tuple[Callable[[CalibrationBin], str], str, list[list[str]]]:
    """Returns what says a bin, what was measured, and the bins as a table.

    Args:
        found: What was measured; ``None`` where nothing was.
        unit: What the rows are called, plural.
    """
    if found is None:
        return str, "", []
    counted = found.counted or unit
    return (lambda one: about(one, counted)), conditions(found), table(found)


def conditions(found: Calibration) -> str:
    """Returns what the numbers are, for the line beside the title."""
    return (
        f"expected calibration error {percent(found.error)}; chance alone gives up to "
        f"{percent(found.error_by_chance)}"
    )


def about(one: CalibrationBin, counted: str) -> str:
    """Returns what one bin says, in a sentence.

    Args:
        one: The bin.
        counted: What its answers are, plural.
    """
    return (
        f"{percent(one.low)} to {percent(one.high)} sure: {percent(one.accuracy)} of {one.rows:,} {counted} "
        f"are right. By chance between {percent(one.expected_low)} and {percent(one.expected_high)} would be."
    )


def table(found: Calibration) -> list[list[str]]:
    """Returns the bins as lines of cells, a line of names first."""
    names = ["from", "to", "answers", "mean probability", "share right", "by chance, from", "by chance, to"]
    return [names] + [
        [f"{one.low:g}", f"{one.high:g}", str(one.rows)]
        + [f"{value:.4f}" for value in (one.confidence, one.accuracy, one.expected_low, one.expected_high)]
        for one in found.bins
    ]
