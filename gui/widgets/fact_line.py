"""A sentence with an icon before it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gui.look.theme import Theme
from gui.widgets.labels import label

_TOKENS = {"ok": "ok", "warn": "warn", "err": "err", "": "text3"}


class FactLine(QWidget):
    """A fact about a run; its status shows in the icon, never in colour alone."""

    def __init__(
        self,
        theme: Theme,
        *,
        role: str = "small",
        strong: bool = False,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Starts empty.

        Args:
            theme: Colours, fonts, icons.
            role: Type role.
            strong: Whether the sentence is one to be seen first.
            wrap: Whether it may take several lines.
            parent: Owner.
        """
        super().__init__(parent)
        self._theme = theme
        self._status, self._icon_name = "", "info"
        self._icon = QLabel()
        token = "text" if strong else "text2"
        self._text = label(theme, "", role, token, weight=600 if strong else None, wrap=wrap, elide=not wrap)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(7))
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop if wrap else Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._text, 1)
        self._restyle()
        theme.changed.connect(self._restyle)

    def set_fact(self, status: str, icon: str, text: str) -> None:
        """Shows a fact.

        Args:
            status: ``"ok"``, ``"warn"``, ``"err"`` or ``""``.
            icon: Name of an icon.
            text: The sentence.
        """
        self._status, self._icon_name = status, icon
        self._text.setText(text)
        self.setAccessibleName(text)
        self._restyle()

    def text(self) -> str:
        """Returns the sentence."""
        return self._text.text()

    @property
    def status(self) -> str:
        """Returns the status."""
        return self._status

    def _restyle(self) -> None:
        self._icon.setPixmap(self._theme.pixmap(self._icon_name, _TOKENS[self._status], 16))
