"""Lists in cells: the words of a sentence, or their tags, as the text of one cell and back."""

from __future__ import annotations

import json
from collections.abc import Sequence

from engine.answer_cells import listed_in


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


def like_list(words: Sequence[str], like: str) -> str:
    """Returns words as a list written in the way of another cell: as Python writes it, else as JSON.

    Args:
        words: The words.
        like: The other cell.
    """
    is_python = listed_in(like) is not None and not is_json(like)
    return repr(list(words)) if is_python else list_cell(words)


def is_json(cell: str) -> bool:
    """Whether a cell holds JSON."""
    try:
        json.loads(cell)
    except (ValueError, RecursionError):
        return False
    return True
