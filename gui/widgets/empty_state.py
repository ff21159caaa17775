"""What stands where there is nothing yet: a small picture, one strong line, one sentence, one button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.cards import Panel
from gui.widgets.half_thawed_stack import StackPicture
from gui.widgets.labels import ThemedLabel


class EmptyState(Panel):
    """A dashed panel that says what will be here and how to get it.

    Args:
        theme: Where colours and lengths come from.
        title: One strong line, e.g. "No runs yet".
        sentence: What to do.
        button_text: Words on the button; empty for none.
        parent: Owner.

    Attributes:
        button: The button.
    """

    button_clicked = Signal()
    """The person pressed the button."""

    def __init__(
        self,
        theme: Theme,
        title: str,
        sentence: str,
        button_text: str = "",
        *,
        framed: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, fill="", edge="borderStrong" if framed else "", dashed=True, parent=parent)
        center = Qt.AlignmentFlag.AlignHCenter
        self._picture = StackPicture(theme, blocks=7, trainable=1)
        self._title = ThemedLabel(theme, title, "bodyStrong", wrap=True)
        self._sentence = ThemedLabel(theme, sentence, "small", "text2", wrap=True)
        for words in (self._title, self._sentence):
            words.setAlignment(center | Qt.AlignmentFlag.AlignVCenter)
        self.button = Button(theme, button_text, "secondary", size="small")
        self.button.setObjectName("empty_state_button")
        self.button.clicked.connect(self.button_clicked)
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)
        self._column.addWidget(self._picture, 0, center)
        self._column.addWidget(self._title)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._sentence, 1000)
        row.addStretch(1)
        self._column.addLayout(row)
        self._column.addWidget(self.button, 0, center)
        self.button.setVisible(bool(button_text))  # only now: before, it would open a window of its own
        self._column.addStretch(1)
        self.setAccessibleName(title)
        self._measure()
        theme.changed.connect(self._measure)

    def set_texts(self, title: str, sentence: str, button_text: str = "") -> None:
        """Says something else."""
        self._title.setText(title)
        self._sentence.setText(sentence)
        self.button.setText(button_text)
        self.button.setVisible(bool(button_text))
        self.setAccessibleName(title)

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(20), px(20), px(20), px(20))
        self._column.setSpacing(px(8))
        self._picture.setFixedSize(px(40), px(54))
        self._sentence.setMaximumWidth(px(460))
