"""The words of the field with their sentences, and a field to find one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui.look.terms import TermGroup
from gui.look.theme import Theme
from gui.widgets.labels import ThemedLabel, label
from gui.widgets.search_field import SearchField


class TermList(QWidget):
    """Groups of terms; typing shows only those that hold the words."""

    def __init__(self, theme: Theme, groups: Sequence[TermGroup], parent: QWidget | None = None) -> None:
        """Shows all terms.

        Args:
            theme: Colours and fonts.
            groups: The terms.
            parent: Owner.
        """
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("terms")
        self.setAccessibleName("The words of the field")
        self._headings: list[tuple[ThemedLabel, list[QWidget]]] = []
        self._entries: list[tuple[str, QWidget]] = []
        self._search = SearchField(theme, "Search the words", self)
        self._search.setObjectName("search_terms")
        self._search.textChanged.connect(self.show_matching)
        self._nothing = label(theme, "", "body", "text2", wrap=True)
        self._nothing.hide()
        content = QWidget()
        self._column = QVBoxLayout(content)
        for group in groups:
            self._add_group(group)
        self._column.addWidget(self._nothing)
        self._column.addStretch(1)
        area = QScrollArea(self)
        area.setObjectName("terms_scroll")
        area.setAccessibleName("Words and their meaning")
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        area.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self._search)
        self._layout.addWidget(area, 1)
        theme.changed.connect(self._restyle)
        self._restyle()

    def shown(self) -> list[str]:
        """Returns the names of the terms on screen."""
        return [widget.accessibleName() for _, widget in self._entries if not widget.isHidden()]

    def show_matching(self, words: str) -> None:
        """Shows only the terms that hold some words; all of them for none."""
        wanted = words.casefold().strip()
        for text, widget in self._entries:
            widget.setHidden(bool(wanted) and wanted not in text)
        for heading, widgets in self._headings:
            heading.setHidden(all(widget.isHidden() for widget in widgets))
        self._nothing.setText(f'No word here contains "{words.strip()}".')
        self._nothing.setHidden(bool(self.shown()))

    def look_up(self, word: str) -> None:
        """Shows only the terms that hold a word, which stands in the search field."""
        self._search.setText(word)
        self._search.setFocus(Qt.FocusReason.OtherFocusReason)
        self._search.selectAll()

    def _add_group(self, group: TermGroup) -> None:
        heading = label(self._theme, group.title, "small", "text3")
        self._column.addWidget(heading)
        widgets: list[QWidget] = []
        for term in group.terms:
            entry = QWidget()
            entry.setObjectName(f"term_{term.name}")
            entry.setAccessibleName(term.name)
            entry.setAccessibleDescription(term.sentence)
            column = QVBoxLayout(entry)
            column.setContentsMargins(0, 0, 0, self._theme.px(4))
            column.setSpacing(0)
            column.addWidget(label(self._theme, term.name, "bodyStrong"))
            column.addWidget(label(self._theme, term.sentence, "body", "text2", wrap=True))
            self._column.addWidget(entry)
            self._entries.append((f"{term.name} {term.sentence}".casefold(), entry))
            widgets.append(entry)
        self._headings.append((heading, widgets))

    def _restyle(self) -> None:
        px = self._theme.px
        self._layout.setSpacing(px(10))
        self._column.setContentsMargins(0, 0, px(10), 0)
        self._column.setSpacing(px(6))
