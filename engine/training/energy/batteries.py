"""What the sources that read a laptop's battery have in common."""

from __future__ import annotations

from collections.abc import Callable

from engine.training.energy.contract import NotReadableError
from engine.training.energy.gauges import Clock, PowerGauge

_RENEWED = 60.0
"""Seconds after which every battery has told anew what it gives; many do so every few seconds."""


def battery_gauge(watts: Callable[[], float], clock: Clock) -> PowerGauge:
    """Returns a gauge that adds up what a battery gives.

    Args:
        watts: Returns that; raises :class:`NotReadableError`.
        clock: The time, in seconds.
    """
    return PowerGauge(watts, "its battery", shortest=_RENEWED, clock=clock)


def plugged_in() -> NotReadableError:
    """Returns why nothing is known while the charger gives power, too."""
    return NotReadableError(
        "the charger was plugged in, and a laptop tells what it draws only while its battery alone gives it"
    )


def silent() -> NotReadableError:
    """Returns why nothing is known of a battery that does not tell its power."""
    return NotReadableError("this laptop's battery does not tell what it gives")
