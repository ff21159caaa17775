"""Numbers as people write them in the cells of a table."""

from __future__ import annotations

import math
import re

_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")


def number_of(cell: str) -> float | None:
    """Returns the number in a cell, also with a decimal comma or a per cent sign; ``None`` for none."""
    text = cell.strip().removesuffix("%").strip()
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    elif text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
