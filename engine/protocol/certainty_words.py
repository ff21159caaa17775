"""What is said of how sure a model was, beside how often it was right."""

from __future__ import annotations

from engine.protocol.results import Calibration
from engine.protocol.wording import percent


def in_full(found: Calibration) -> str:
    """Returns both means, and whether the gap between them is more than chance makes."""
    counted = f" of {found.counted}" if found.counted else ""
    right = f"right for {percent(found.accuracy)}{counted}"
    return (
        f"On average it was {percent(found.confidence)} sure and {right} (expected calibration error "
        f"{percent(found.error)}; chance alone gives up to {percent(found.error_by_chance)})."
    )
