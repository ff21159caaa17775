"""What the fields have in common in which a right answer is given: one kind of field for each form."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from engine.protocol.right_answers import GivenAnswer, RowAnswer
from gui.look.theme import Theme
from gui.widgets.labels import label
from gui.widgets.whole_lines import WholeLines

_MOST_READ = 400


class LinesField(WholeLines):
    """A text that is as high as serves it, and lower in a low window."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        """Takes what stands in it."""
        super().__init__(parent)
        self._least = self._most = 0
        self.setPlainText(text)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set_lines(self, least: int, most: int, around: int) -> None:
        """Says how high it may be.

        Args:
            least: Lines that are always seen.
            most: Lines that are seen where there is room.
            around: Pixels above and below them.
        """
        line = QFontMetricsF(self.font()).lineSpacing()
        self._least, self._most = (round(lines * line) + around for lines in (min(least, most), most))
        self.setMaximumHeight(self._most)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns a size at which all of its lines are seen."""
        return QSize(super().sizeHint().width(), self._most)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns a size at which the fewest lines are seen."""
        return QSize(super().minimumSizeHint().width(), self._least)


class MendField(QWidget):
    """Shows a right answer as it stands and takes another one.

    Signals:
        edited: The person gives something else now.
        finished: The person has pressed Enter where that can mean nothing else.

    Attributes:
        hint: What is to be known about giving one, a sentence.
    """

    edited = Signal()
    finished = Signal()
    hint = ""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts as the answer stands."""
        super().__init__(parent)
        self._theme = theme

    def given(self) -> GivenAnswer | None:
        """Returns the answer as it is given now; ``None`` while that is none."""
        raise NotImplementedError  # each field has an answer of its own

    def why_not(self) -> str:
        """Returns why nothing is given, where a person would not know."""
        return ""

    def show_read(self, column: QVBoxLayout, answer: RowAnswer) -> None:
        """Shows the beginning of the text that is answered.

        Args:
            column: Where.
            answer: Of the row.
        """
        read = answer.asked.text if answer.asked is not None else ""
        if read:
            short = read if len(read) <= _MOST_READ else f"{read[:_MOST_READ].rstrip()}…"
            column.addWidget(label(self._theme, short, "small", "text2", wrap=True))

    def start(self) -> None:
        """Takes the keyboard."""
        raise NotImplementedError
