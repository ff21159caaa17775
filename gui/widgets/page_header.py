"""The head of a page: title, one sentence, a few actions, and the dark button at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.look.theme import Theme
from gui.widgets.labels import ThemedLabel


class PageHeader(QWidget):
    """Title and actions of a page, 44 high.

    Args:
        theme: Where fonts and lengths come from.
        title: Name of the page.
        subtitle: One sentence on what to do here.
        actions: Widgets before the dark button, in order.
        primary: The dark button.
        parent: Owner.

    Attributes:
        subtitle_row: The row of the sentence; a run's marker may be put at its start.
    """

    def __init__(
        self,
        theme: Theme,
        title: str,
        subtitle: str = "",
        actions: Sequence[QWidget] = (),
        primary: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title = ThemedLabel(theme, title, "title")
        self._subtitle = ThemedLabel(theme, subtitle, "body", "text2", elide=True)
        self.subtitle_row = QHBoxLayout()
        self.subtitle_row.addWidget(self._subtitle, 1)
        self._words = QVBoxLayout()
        self._words.addWidget(self._title)
        self._words.addLayout(self.subtitle_row)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addLayout(self._words, 1)
        self._actions = QHBoxLayout()
        self._row.addLayout(self._actions)
        for action in actions:
            self.add_action(action)
        if primary is not None:
            self._row.addWidget(primary, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName(title)
        self._measure()
        theme.changed.connect(self._measure)

    def add_action(self, action: QWidget) -> None:
        """Adds a widget before the dark button."""
        self._actions.addWidget(action, 0, Qt.AlignmentFlag.AlignVCenter)

    def put_first(self, action: QWidget) -> None:
        """Puts a widget before all others."""
        self._actions.insertWidget(0, action, 0, Qt.AlignmentFlag.AlignVCenter)

    def set_title(self, title: str) -> None:
        """Changes the title."""
        self._title.setText(title)
        self.setAccessibleName(title)

    def set_subtitle(self, subtitle: str) -> None:
        """Changes the sentence below the title."""
        self._subtitle.setText(subtitle)

    def _measure(self) -> None:
        px = self._theme.px
        self._words.setSpacing(0)
        self._row.setSpacing(px(8))
        self._actions.setSpacing(px(8))
        self.subtitle_row.setSpacing(px(8))
        self.setFixedHeight(px(44))
