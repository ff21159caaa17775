"""The technical side of a failure, for those who want it."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from gui.look.theme import Theme
from gui.widgets.announce import announce
from gui.widgets.cards import Card
from gui.widgets.labels import label
from gui.widgets.whole_lines import WholeLines


class TechnicalCard(Card):
    """Facts about the stop in a fixed-width font, and a sentence that may help."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(theme, "For the technically curious", parent=parent)
        self.setObjectName("technical_card")
        self._text = WholeLines()
        self._text.setObjectName("technical_facts")
        self._text.setAccessibleName("Technical facts")
        self._text.setReadOnly(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self._text.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._hint = label(theme, "", "small", "text2", wrap=True)
        self.body.addWidget(self._text, 1000)
        self.body.addWidget(self._hint)
        self.body.addStretch(1)
        self._details = ""
        self._text.laid_out.connect(self._fit_text)
        self._restyle()
        theme.changed.connect(self._restyle)

    def set_facts(self, facts: list[str], details: str, hint: str = "") -> None:
        """Shows short facts; the long technical text is only for the clipboard.

        Args:
            facts: One line each, e.g. ``"step 268 of 565"``.
            details: Everything, for *Copy details*.
            hint: What may help besides.
        """
        self._details = "\n".join([*facts, "", details]).strip()
        first = [line for line in details.splitlines() if line.strip()][:1]
        self._text.setPlainText("\n".join([*facts, *first]))
        self._fit_text()
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))

    def copy_details(self) -> None:
        """Puts everything on the clipboard."""
        QGuiApplication.clipboard().setText(self._details)
        announce(self, "Details copied")

    def _restyle(self) -> None:
        theme = self._theme
        self._text.setFont(theme.font("mono"))
        self._text.setStyleSheet(
            f"QPlainTextEdit {{ background: {theme.color('sunken').name()};"
            f" color: {theme.color('text2').name()}; border: none;"
            f" border-radius: {theme.px(6)}px; padding: {theme.px(8)}px; }}"
        )
        self._text.setMinimumHeight(int(QFontMetricsF(theme.font("mono")).lineSpacing() * 3))
        self._fit_text()

    def _fit_text(self) -> None:
        """Makes the field as high as its lines, a broken one counted as often as it is broken."""
        document = self._text.document()
        lines = document.size().height()  # of plain text in lines, not in pixels
        line = self._text.line_height()
        around = 2 * (document.documentMargin() + self._theme.px(8)) + 2  # else it scrolls by a line
        self._text.setMaximumHeight(math.ceil(line * lines + around))
