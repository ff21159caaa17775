"""One finding in large letters: an icon, the sentence that matters, and what belongs to it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.look.theme import Theme
from gui.widgets.cards import Panel
from gui.widgets.labels import label


class FindingCard(Panel):
    """A sentence in lead size, with smaller ones below.

    Args:
        theme: Where colours and lengths come from.
        parent: Owner.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent=parent)
        self.setObjectName("finding_card")
        self._icon = QLabel()
        self._status = ""
        self.words = label(theme, "", "lead", "text2", wrap=True)
        self.more = label(theme, "", "small", "text2", wrap=True)
        self._texts = QVBoxLayout()
        self._texts.addWidget(self.words)
        self._texts.addWidget(self.more)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(self._texts, 1)
        self._controls = QHBoxLayout()
        self._row.addLayout(self._controls)
        self._measure()
        theme.changed.connect(self._measure)

    def add_control(self, control: QWidget) -> None:
        """Puts a control at the end of the line."""
        self._controls.addWidget(control, 0, Qt.AlignmentFlag.AlignTop)

    def set_finding(self, lead: str, rest: str = "", more: str = "", status: str = "ok") -> None:
        """Says something else.

        Args:
            lead: The sentence that matters.
            rest: What follows it.
            more: Smaller sentences below.
            status: ``"ok"``, or empty while nothing is known.
        """
        self._status = status
        self.words.setText(f"**{lead}** {rest}".strip() if lead else "")
        self.more.setText(more)
        self.more.setVisible(bool(more))
        self.setAccessibleName(" ".join(part for part in (lead, rest, more) if part))
        self._measure()

    def add_action(self, button: QWidget) -> None:
        """Puts a button at the end of the card.

        Args:
            button: What can be done with the finding.
        """
        self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def _measure(self) -> None:
        px = self._theme.px
        token = "ok" if self._status == "ok" else "text3"
        self._icon.setPixmap(self._theme.pixmap("info", token, 18))
        self._icon.setFixedHeight(self._theme.line_height("lead"))
        self._row.setContentsMargins(px(20), px(13), px(20), px(13))
        self._row.setSpacing(px(14))
        self._texts.setSpacing(px(4))
        self._controls.setSpacing(px(8))
