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
        self._status, self._narrow = "", False
        self._lead = self._rest = self._small = ""
        self.words = label(theme, "", "lead", "text2", wrap=True)
        self.more = label(theme, "", "small", "text2", wrap=True)
        self._texts = QVBoxLayout()
        self._texts.addWidget(self.words)
        self._texts.addWidget(self.more)
        self._ends = QWidget()
        self._controls = QHBoxLayout(self._ends)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(self._texts, 1)
        self._row.addWidget(self._ends, 0, Qt.AlignmentFlag.AlignTop)
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
        self._status, self._lead, self._rest, self._small = status, lead, rest, more
        self._say()
        self.setAccessibleName(" ".join(part for part in (lead, rest, more) if part))
        self._measure()

    def set_narrow(self, narrow: bool) -> None:
        """Gives the sentences the whole width in a small window; only the one that matters stays large there.

        Args:
            narrow: Whether it is one.
        """
        if narrow == self._narrow:
            return
        self._narrow = narrow
        for line in (self._row, self._texts):
            line.removeWidget(self._ends)
        if narrow:
            self._texts.addWidget(self._ends, 0, Qt.AlignmentFlag.AlignLeft)
        else:
            self._row.addWidget(self._ends, 0, Qt.AlignmentFlag.AlignTop)
        self._say()
        self._measure()

    def _say(self) -> None:
        beside, below = ("", (self._rest, self._small)) if self._narrow else (self._rest, (self._small,))
        self.words.setText(f"**{self._lead}** {beside}".strip() if self._lead else "")
        self.more.setText(" ".join(filter(None, below)))
        self.more.setVisible(bool(self.more.text()))

    def add_action(self, button: QWidget) -> None:
        """Puts a button at the end of the card.

        Args:
            button: What can be done with the finding.
        """
        self._controls.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def _measure(self) -> None:
        px = self._theme.px
        token = "ok" if self._status == "ok" else "text3"
        self._icon.setPixmap(self._theme.pixmap("info", token, 18))
        self._icon.setFixedHeight(self._theme.line_height("lead"))
        high = px(9 if self._narrow else 13)
        self._row.setContentsMargins(px(20), high, px(20), high)
        self._row.setSpacing(px(14))
        self._texts.setSpacing(px(4))
        self._controls.setContentsMargins(0, 0, 0, 0)
        self._controls.setSpacing(px(8))
