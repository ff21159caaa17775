"""Wording: how counts, names and row numbers are written inside the sentences of problems."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

ROWS_KEPT = 100
"""How many row numbers a problem carries at most."""

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
"""What usually stands between the columns of a table, and how it is called."""

_SURROGATES = re.compile("[\ud800-\udfff]")


def counted(number: int, noun: str, nouns: str = "") -> str:
    """Returns a number with its noun: ``"1 row"``, ``"3,099 rows"``.

    Args:
        number: How many.
        noun: One of them.
        nouns: Several of them, where that is not ``noun`` with an s.
    """
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"


def listed(words: Sequence[str], limit: int = 6) -> str:
    """Returns words as a list in a sentence: ``"a, b and c"``, ``"a, b and 7 more"``."""
    shown = list(words[:limit])
    if len(words) > limit:
        shown.append(f"{len(words) - limit:,} more")
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def quoted(names: Sequence[str], limit: int = 6) -> str:
    """Returns names in quotation marks as a list in a sentence: ``'"ham" and "spam"'``."""
    return listed([f'"{shortened(name)}"' for name in names[:limit]] + list(names[limit:]), limit)


def in_quotes(name: str) -> str:
    """Returns a name in quotation marks; those that stand in it become single ones."""
    inner = name.replace('"', "'")
    return f'"{inner}"'


def shortened(text: str, limit: int = 40) -> str:
    """Returns a text on one line that a sentence can hold, cut with an ellipsis."""
    line = printable(" ".join(text.split()) if len(text) > limit or "\n" in text else text)
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def printable(text: str) -> str:
    """Returns a text that can be written as UTF-8: half characters become a replacement character."""
    return _SURROGATES.sub("\ufffd", text)


def file_name(path: str) -> str:
    """Returns the name of a file without its folders, as a sentence can hold it."""
    return printable(PurePath(path).name or path)


_PACKED = {".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz"}


def holder(path: str) -> str:
    """Returns what several files lie in, by its name: ``"folder"``, or ``"file"`` where they are packed."""
    return "file" if PurePath(path).suffix.lower() in _PACKED else "folder"


def rows_named(rows: Sequence[int], limit: int = 5) -> str:
    """Returns row numbers at the start of a sentence: ``"Row 7"``, ``"Rows 3, 7 and 12 more"``."""
    return f"{'Row' if len(rows) == 1 else 'Rows'} {listed([f'{row:,}' for row in rows], limit)}"


def percent(share: float) -> str:
    """Returns a share between 0 and 1 in per cent: ``"73.6 %"``, ``"88 %"``, ``"0.4 %"``."""
    value = 100 * share
    text = f"{value:.1f}"
    return f"{text.removesuffix('.0')} %"
