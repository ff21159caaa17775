"""What stands in a field for texts, letter by letter."""

from __future__ import annotations

from PySide6.QtWidgets import QPlainTextEdit


def typed_text(field: QPlainTextEdit, before: str) -> str:
    """Returns the text of a field; what a person did not change of it is as it was.

    Qt's own answer has plain spaces in the place of those that do not break, as French has them before a
    question mark, and the line ends of one system.

    Args:
        field: Where the person types.
        before: The text that was put into it.
    """
    text = field.document().toRawText().replace("\u2029", "\n").replace("\u2028", "\n")
    return text.replace("\n", "\r\n") if "\r\n" in before else text
