"""What stands in a field for texts, letter by letter."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from PySide6.QtWidgets import QPlainTextEdit

_LINE = re.compile(r"([^\r\n\u2028\u2029]*)(\r\n|[\r\n\u2028\u2029]|$)")
_ENDS = ("\u2029", "\u2028", "\r\n", "\r")
"""What Qt has at the end of a line, and what a field makes of other ends."""


def typed_text(field: QPlainTextEdit, before: str) -> str:
    """Returns the text of a field; what a person did not change of it is as it was.

    Qt's own answer has plain spaces in the place of those that do not break, as French has them before a
    question mark, and the line ends of one system. A new line ends as the first line did.

    Args:
        field: Where the person types.
        before: The text that was put into it.
    """
    text = field.document().toRawText()
    for end in _ENDS:
        text = text.replace(end, "\n")
    words, ends = zip(*_LINE.findall(before), strict=True)
    lines, usual = text.split("\n"), ends[0] or "\n"
    found = [usual] * len(lines)
    for was, now, size in SequenceMatcher(None, words, lines, autojunk=False).get_matching_blocks():
        for place in range(size):
            found[now + place] = ends[was + place] or usual
    found[-1] = ""
    return "".join(line + end for line, end in zip(lines, found, strict=True))
