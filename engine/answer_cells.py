"""Answers out of the cells of a column: several labels, or a list."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from collections.abc import Sequence

from engine.protocol.wording import printable

_SEPARATORS = (";", "|", ",", "/")
_LITERAL = r"'(?:[^'\\\n]|\\.)*+'|\"(?:[^\"\\\n]|\\.)*+\"|-?\d+"
_PYTHON_LIST = re.compile(rf"\[\s*(?:(?:{_LITERAL})\s*(?:,\s*(?:{_LITERAL})\s*)*+)?,?\s*\]")
"""How Python writes a list of texts or whole numbers, as tables exported from it hold them."""


def label_sets(cells: Sequence[str]) -> list[tuple[str, ...]]:
    """Returns the labels in each cell: a list as JSON or Python writes it, or names between separators.

    The separator is the one of ``; | , /`` that stands in most cells. ``[]`` says that no label holds.

    Args:
        cells: As they stand in the file.
    """
    separator = separator_of(cells)
    sets = []
    for cell in cells:
        listed = listed_in(cell)
        parts = cell.split(separator) if listed is None else listed
        sets.append(tuple(dict.fromkeys(part.strip() for part in parts if part.strip())))
    return sets


def separator_of(cells: Sequence[str]) -> str:
    """Returns the sign of ``; | , /`` that stands in most cells which are no lists.

    Args:
        cells: As they stand in the file.
    """
    plain = [cell for cell in cells if listed_in(cell) is None]
    counts = Counter(sign for cell in plain for sign in _SEPARATORS if sign in cell)
    return max(_SEPARATORS, key=lambda sign: (counts[sign], -_SEPARATORS.index(sign)))


def enumerated(labels: Sequence[str]) -> str:
    """Returns labels as a person reads them: "price, service". Wherever a set is shown it is made here."""
    return ", ".join(labels)


def written(labels: Sequence[str]) -> str:
    """Returns an answer of several labels in the order of their names; "no label" for none."""
    return enumerated(sorted(labels)) or "no label"


def listed_in(cell: str) -> list[str] | None:
    """Returns what a cell lists, if it holds a list as JSON or Python writes it; else ``None``."""
    text = cell.strip()
    if not (text.startswith("[") and text.endswith("]")):
        return None
    try:
        values = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        if not _PYTHON_LIST.fullmatch(text):
            return None
        try:
            values = ast.literal_eval(text)
        except (ValueError, SyntaxError):  # a text with half an escape in it
            return None
    if any(isinstance(value, list | dict) for value in values):
        return None
    return [printable(value if isinstance(value, str) else _as_text(value)) for value in values]


def _as_text(value: object) -> str:
    return "" if value is None else str(value)
