"""A field for a text of one's own, with what the file says now in it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.protocol.right_answers import GivenAnswer, RowAnswer, WrittenText
from gui.look.theme import Theme
from gui.widgets.mend_field import LinesField, MendField
from gui.widgets.typed_text import typed_text

_FEWEST_LINES, _MOST_LINES = 2, 10
_LETTERS = 66
"""About so many stand in a line."""


class MendText(MendField):
    """The text that was read, above a field with the one that is right."""

    def __init__(
        self, theme: Theme, _form: WrittenText, answer: RowAnswer, parent: QWidget | None = None
    ) -> None:
        """Shows the text as it stands."""
        super().__init__(theme, parent)
        self._before = answer.answer.text
        self._text = LinesField(self._before, self)
        self._text.setObjectName("right_text")
        self._text.setAccessibleName("The right text")
        self._text.setFont(theme.font("lead"))
        lines = max(_FEWEST_LINES, min(_MOST_LINES, lines_of(self._before) + 1))
        self._text.set_lines(_FEWEST_LINES, lines, theme.px(26))
        self._text.textChanged.connect(self.edited)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(6))
        self.show_read(column, answer)
        column.addWidget(self._text, 1)

    def given(self) -> GivenAnswer | None:
        """Returns the text; ``None`` where it is blank."""
        text = typed_text(self._text, self._before)
        return GivenAnswer(text=text) if text.strip() else None

    def start(self) -> None:
        """Takes the keyboard, behind the text."""
        self._text.moveCursor(self._text.textCursor().MoveOperation.End)
        self._text.setFocus(Qt.FocusReason.PopupFocusReason)


def lines_of(text: str, letters: int = _LETTERS) -> int:
    """Returns about how many lines a text takes.

    Args:
        text: The text.
        letters: That stand in a line.
    """
    return sum(1 + len(line) // letters for line in text.split("\n"))
