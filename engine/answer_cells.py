"""Answers out of the cells of a column: several labels, or a number."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Sequence

_SEPARATORS = (";", "|", ",", "/")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")


def label_sets(cells: Sequence[str]) -> list[tuple[str, ...]]:
    """Returns the labels in each cell: a JSON list, or names between separators.

    The separator is the one of ``; | , /`` that stands in most cells. ``[]`` says that no label holds.

    Args:
        cells: As they stand in the file.
    """
    plain = [cell for cell in cells if _json_list(cell) is None]
    counts = Counter(sign for cell in plain for sign in _SEPARATORS if sign in cell)
    separator = max(_SEPARATORS, key=lambda sign: (counts[sign], -_SEPARATORS.index(sign)))
    sets = []
    for cell in cells:
        listed = _json_list(cell)
        parts = cell.split(separator) if listed is None else listed
        sets.append(tuple(dict.fromkeys(part.strip() for part in parts if part.strip())))
    return sets


def written(labels: Sequence[str]) -> str:
    """Returns labels as a person reads them; "no label" for none."""
    return "; ".join(sorted(labels)) or "no label"


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


def _json_list(cell: str) -> list[str] | None:
    if not cell.lstrip().startswith("["):
        return None
    try:
        value = json.loads(cell)
    except ValueError:
        return None
    return [str(part) for part in value] if isinstance(value, list) else None
