"""What of a run fits the time that a person has: a pure function of how long a choice takes.

What is cut first is what costs least: an epoch beyond the second (Devlin 2019 trains 2 to 4), then the ends
of the few longest texts, then rows, and only then the last epoch but one and texts that more of the rows
need. A cut that saves next to nothing is not made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from engine.protocol.planning import PlanFacts

Seconds = Callable[["Choice"], float]
"""How long a choice takes."""

_MARGIN = 0.9
"""Share of the time that is planned with: reading the rows comes before, and no estimate is exact."""

_WORTH = 0.05
"""Share of the time that a cut must save at least."""

_FEW_EPOCHS = 2
_USUAL_SHARE = 0.95
"""Share of the texts that stay whole when the longest are cut first."""

_FEWEST_ROWS = 100
_SHORTEST = 16
_LENGTH_STEP = 8


@dataclass(frozen=True)
class Choice:
    """What may be cut of a run.

    Attributes:
        rows: Rows to learn from.
        max_length: Longest text in word pieces.
        epochs: How often they are read.
    """

    rows: int
    max_length: int
    epochs: int


@dataclass(frozen=True)
class Bounds:
    """How far it may be cut.

    Attributes:
        lengths: Word pieces of the texts to learn from, before they are cut.
        fewest_rows: One for each class at least.
        cuts_texts: Whether texts may be cut; where a long one becomes several windows that saves nothing.
        usual_epochs: Down to so many an epoch less costs little.
    """

    lengths: Sequence[int]
    fewest_rows: int = 1
    cuts_texts: bool = True
    usual_epochs: int = _FEW_EPOCHS


def plan(whole: Choice, bounds: Bounds, minutes: float, seconds: Seconds) -> PlanFacts:
    """Cuts a run until it fits, as little as it can.

    Args:
        whole: What was chosen.
        bounds: How far it may be cut.
        minutes: How long it may take.
        seconds: How long a choice takes; more of anything never takes less.

    Returns:
        What fits; the least there is, where nothing does.
    """
    budget = 60 * minutes * _MARGIN
    chosen, of_seconds = whole, seconds(whole)
    for name, least in _steps(whole, bounds):
        if seconds(chosen) <= budget:
            break
        lowest = replace(chosen, **{name: min(getattr(chosen, name), least)})
        if seconds(chosen) - seconds(lowest) < _WORTH * seconds(chosen):
            continue
        chosen = _most(chosen, lowest, name, lambda one: seconds(one) <= budget)
    return PlanFacts(
        minutes=minutes,
        rows=chosen.rows,
        of_rows=whole.rows,
        max_length=chosen.max_length,
        of_length=whole.max_length,
        cut_texts=_cut_texts(chosen, whole, bounds.lengths),
        epochs=chosen.epochs,
        of_epochs=whole.epochs,
        seconds=seconds(chosen),
        of_seconds=of_seconds,
        fits=seconds(chosen) <= 60 * minutes,
    )


def _steps(whole: Choice, bounds: Bounds) -> list[tuple[str, int]]:
    """Returns what is cut one after the other, each down to how much."""
    by_length = sorted(bounds.lengths) or [whole.max_length]
    usual = by_length[min(len(by_length) - 1, int(_USUAL_SHARE * len(by_length)))]
    few = max(_FEWEST_ROWS, bounds.fewest_rows)
    steps = [
        ("epochs", max(bounds.usual_epochs, -(-whole.epochs // 2))),
        ("max_length", max(_SHORTEST, -(-usual // _LENGTH_STEP) * _LENGTH_STEP)),
        ("rows", max(few, whole.rows // 4)),
        ("epochs", bounds.usual_epochs),
        ("max_length", max(_SHORTEST, -(-usual // 2 // _LENGTH_STEP) * _LENGTH_STEP)),
        ("rows", few),
        ("epochs", 1),
        ("max_length", _SHORTEST),
        ("rows", bounds.fewest_rows),
    ]
    return [step for step in steps if bounds.cuts_texts or step[0] != "max_length"]


def _most(highest: Choice, lowest: Choice, name: str, fits: Callable[[Choice], bool]) -> Choice:
    """Returns the choice with the most of something that fits; the lowest where none does."""
    low, high = getattr(lowest, name), getattr(highest, name)
    while low < high:
        middle = (low + high + 1) // 2
        if fits(replace(lowest, **{name: middle})):
            low = middle
        else:
            high = middle - 1
    return replace(lowest, **{name: max(getattr(lowest, name), _rounded(low, name))})


def _rounded(value: int, name: str) -> int:
    """Returns a number that is easy to read, and no larger."""
    if name == "max_length":
        return value // _LENGTH_STEP * _LENGTH_STEP
    step = 10 ** max(0, len(str(value)) - 2)
    return value // step * step if name == "rows" else value


def _cut_texts(chosen: Choice, whole: Choice, lengths: Sequence[int]) -> int:
    """Returns how many texts of the rows that are left lose their end and did not before."""
    if not lengths:
        return 0
    cut = sum(length > chosen.max_length for length in lengths) - sum(
        length > whole.max_length for length in lengths
    )
    return round(max(0, cut) * chosen.rows / len(lengths))
