"""Round numbers for the axes of charts."""

from __future__ import annotations

import math
from dataclasses import dataclass

_MANY = 1e4
"""From here on numbers are written with a unit: all their digits have no room beside an axis."""
_UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


@dataclass(frozen=True)
class Scale:
    """A vertical axis: its ends and the values that are written beside it.

    Attributes:
        low: Lower end, in plain values.
        high: Upper end, in plain values.
        ticks: Values with a grid line and a number.
        logarithmic: Whether equal factors take equal room.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    logarithmic: bool = False

    def position(self, value: float) -> float:
        """Returns where a value stands on the axis: the value, or its decimal logarithm."""
        if not self.logarithmic:
            return value
        return math.log10(max(value, self.low * 1e-3))

    def texts(self) -> list[tuple[float, str]]:
        """Returns each tick's position and text; all have the same number of decimals if linear."""
        if self.logarithmic:
            return [(self.position(tick), _short(tick)) for tick in self.ticks]
        if self.ticks[-1] >= _MANY:
            return [(tick, _short(tick, self.ticks[-1])) for tick in self.ticks]
        step = self.ticks[1] - self.ticks[0] if len(self.ticks) > 1 else 1.0
        decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
        return [(tick, f"{tick:,.{decimals}f}") for tick in self.ticks]


def _short(tick: float, largest: float = 0.0) -> str:
    """Returns a number as it fits beside an axis: ``"0.05"``, ``"5,000"``, ``"20 k"``.

    Args:
        tick: The number.
        largest: The largest of the axis, which chooses the unit for all of them; 0 to choose for this one.
    """
    size = largest or tick
    limit, unit = next(((limit, unit) for limit, unit in _UNITS if size >= max(limit, _MANY)), (1.0, ""))
    return f"{tick / limit:,g} {unit}" if unit and tick else f"{tick:,g}"


def nice_step(span: float, intervals: int) -> float:
    """Returns 1, 2 or 5 times a power of ten, whichever comes nearest to ``intervals`` steps in ``span``."""
    raw = max(span, 1e-12) / max(1, intervals)
    power = 10.0 ** math.floor(math.log10(raw))
    return power * min((1.0, 2.0, 5.0, 10.0), key=lambda step: abs(math.log(step * power / raw)))


def linear_scale(low: float, high: float, intervals: int = 4) -> Scale:
    """Returns a scale with round ends that holds ``low`` to ``high``."""
    if not high > low:
        high = low + (abs(low) or 1.0) * 0.1
    step = nice_step(high - low, intervals)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    # Rounding takes away what 0.1 + 0.2 leaves behind; a tick is never finer than 1e-12 of its step.
    ticks = tuple(round(index * step, 12 - math.floor(math.log10(step))) for index in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], ticks)


def log_scale(low: float, high: float, most: int = 6) -> Scale:
    """Returns a logarithmic scale that holds ``low`` to ``high``, both above 0."""
    low = max(low, 1e-12)
    high = max(high, low * 1.0001)
    rounds = [
        factor * 10.0**power
        for power in range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
        for factor in (1.0, 2.0, 5.0)
    ]
    bottom = max(value for value in rounds if value <= low * (1 + 1e-9))
    top = min((value for value in rounds if value >= high * (1 - 1e-9)), default=rounds[-1])
    inside = [value for value in rounds if bottom * 0.999 <= value <= top * 1.001]
    if len(inside) > most:
        powers = [value for value in inside if abs(math.log10(value) - round(math.log10(value))) < 1e-6]
        inside = powers if len(powers) > 1 else inside[:: math.ceil(len(inside) / most)]
    return Scale(bottom, top, tuple(inside), logarithmic=True)
