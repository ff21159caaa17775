"""Lists in cells: the words of a sentence, or their tags, as the text of one cell and back."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence

from engine.protocol.wording import printable

_LITERAL = r"'(?:[^'\\\n]|\\.)*+'|\"(?:[^\"\\\n]|\\.)*+\"|-?\d+"
_PYTHON_LIST = re.compile(rf"\[\s*(?:(?:{_LITERAL})\s*(?:,\s*(?:{_LITERAL})\s*)*+)?,?\s*\]")
"""How Python writes a list of texts or whole numbers, as tables exported from it hold them."""


def list_cell(words: Sequence[str]) -> str:
    """Returns words as the text of a cell, a JSON list; :func:`words_of` gives them back letter by letter."""
    return json.dumps(list(words), ensure_ascii=False)


def words_of(cell: str) -> list[str]:
    """Returns the words that a cell holds.

    Args:
        cell: A JSON list, a list as Python writes it, or words with spaces between them.
    """
    listed = listed_in(cell)
    return cell.split() if listed is None else listed


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
