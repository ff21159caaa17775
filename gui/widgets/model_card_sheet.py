"""The model card, to be read and edited before it goes into an export."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.cards import Card
from gui.widgets.labels import ThemedLabel
from gui.widgets.side_sheet import SideSheet

_WIDTH = 620


class ModelCardSheet(SideSheet):
    """A sheet over the page with the card as Markdown.

    Args:
        theme: Colours, fonts, lengths.
        parent: The page it lies over.
        below: What of the page stays in sight above it.
    """

    edited = Signal()
    """The text is another than Thaw's own, or Thaw's own again."""

    def __init__(self, theme: Theme, parent: QWidget, below: QWidget) -> None:
        super().__init__(theme, "Model card", _WIDTH, parent, below=below)
        self.set_names("card_sheet", "close_card", "card_scroll")
        self._own = ""
        self._texts: dict[
            str, str
        ] = {}  # Thaw's card of a run that was looked at before → the person's own text
        words = "It goes into every export as README.md. What stands between the two --- is read by the hub."
        self._edit = QPlainTextEdit()
        self._edit.setObjectName("card_text")
        self._edit.setAccessibleName("Text of the model card")
        self._edit.setTabChangesFocus(True)
        self._back = Button(theme, "Thaw's text again", "quiet", "undo", size="small")
        self._back.setObjectName("card_again")
        self._back.clicked.connect(lambda: self._edit.setPlainText(self._own))
        self._edit.textChanged.connect(self._show)
        row = QHBoxLayout()
        row.addWidget(self._back)
        row.addStretch(1)
        self.inside.addWidget(ThemedLabel(theme, words, "small", "text2", wrap=True))
        self.inside.addWidget(self._edit, 1)
        self.inside.addLayout(row)
        theme.changed.connect(self._measure)
        self._measure()
        self._show()

    @property
    def text(self) -> str:
        """Returns the person's own text; empty where it is Thaw's."""
        text = self._edit.toPlainText()
        return "" if text.strip() == self._own.strip() else text

    def set_card(self, card: str) -> None:
        """Takes over the card of another run; what the person has written into this one is kept.

        Args:
            card: As Thaw writes it.
        """
        if card != self._own:
            self._texts[self._own] = self.text
            self._own = card
            self._edit.setPlainText(self._texts.get(card) or card)

    def _show(self) -> None:
        self._back.setEnabled(bool(self.text))
        self.edited.emit()

    def _measure(self) -> None:
        self._edit.setFont(self._theme.font("body"))
        self._edit.setMinimumHeight(self._theme.px(260))


class ModelCardCard(Card):
    """What the model card is, and the button that opens it.

    Args:
        theme: Colours, fonts, lengths.
        sheet: What it opens.
        parent: Owner.
    """

    def __init__(self, theme: Theme, sheet: ModelCardSheet, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Model card", parent=parent)
        self._sheet = sheet
        words = "Goes into every export: what it is for, its data, how well it does, where it fails."
        self._state = ThemedLabel(theme, "In your own words.", "small", "text2", weight=500)
        read = Button(theme, "Read and edit", "secondary", "pen", size="small")
        read.setObjectName("read_card")
        read.clicked.connect(sheet.toggle_sheet)
        self.body.addWidget(ThemedLabel(theme, words, "small", "text2", wrap=True))
        self.body.addWidget(self._state)
        self.body.addWidget(read, 0, Qt.AlignmentFlag.AlignLeft)
        sheet.edited.connect(self._show)
        self._show()

    def _show(self) -> None:
        self._state.setVisible(bool(self._sheet.text))
