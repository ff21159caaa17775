"""Boxes to tick, one for each label that a text may have."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from engine.protocol.right_answers import GivenAnswer, RowAnswer, SeveralLabels
from gui.look.texts import label_words
from gui.look.theme import Theme
from gui.widgets.mend_field import MendField
from gui.widgets.scroll_column import ScrollColumn

_COLUMNS = 3
_MOST_LINES = 6
"""Lines of boxes that are seen at once; the others are scrolled to."""
_MANY = 24
"""Labels from which one looks for them by their letters."""


class MendLabels(MendField):
    """The beginning of the text, and its labels: those that hold are ticked and stand first."""

    def __init__(
        self, theme: Theme, form: SeveralLabels, answer: RowAnswer, parent: QWidget | None = None
    ) -> None:
        """Shows the labels as they hold."""
        super().__init__(theme, parent)
        held = [one for one in answer.answer.labels if one in form.labels]
        names = [*held, *(name for name in form.labels if name not in held)]
        self._boxes = {name: self._box(name, ticked=name in held) for name in names}
        self._search = QLineEdit(self)
        self._search.setObjectName("search_labels")
        self._search.setPlaceholderText(f"Search {len(names):,} labels")
        self._search.setAccessibleName("Search labels")
        self._search.setVisible(len(names) > _MANY)
        self._search.textChanged.connect(self._lay_out)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.px(16))
        self._grid.setVerticalSpacing(theme.px(8))
        room = ScrollColumn()
        room.column.addLayout(self._grid)
        room.column.addStretch(1)
        lines = min(_MOST_LINES, -(-len(names) // _COLUMNS))
        room.setMinimumHeight(lines * theme.px(26) + theme.px(4))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        self.show_read(column, answer)
        column.addWidget(self._search)
        column.addWidget(room, 1)
        self._lay_out()

    def box(self, name: str) -> QCheckBox:
        """Returns the box of a label."""
        return self._boxes[name]

    def _box(self, name: str, *, ticked: bool) -> QCheckBox:
        box = QCheckBox(label_words(name).replace("&", "&&"), self)
        box.setChecked(ticked)
        box.setToolTip(name)
        box.toggled.connect(self.edited)
        return box

    def _lay_out(self) -> None:
        """Puts the boxes of the labels that are looked for one beside the other."""
        wanted = self._search.text().strip().casefold()
        shown = [box for name, box in self._boxes.items() if wanted in name.casefold()]
        for box in self._boxes.values():
            self._grid.removeWidget(box)
            box.setVisible(box in shown)
        for place, box in enumerate(shown):
            self._grid.addWidget(box, place // _COLUMNS, place % _COLUMNS)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)

    def given(self) -> GivenAnswer | None:
        """Returns the labels that are ticked; none of them is an answer, too."""
        return GivenAnswer(labels=tuple(name for name, box in self._boxes.items() if box.isChecked()))

    def start(self) -> None:
        """Takes the keyboard."""
        first = self._search if self._search.isVisibleTo(self) else next(iter(self._boxes.values()), self)
        first.setFocus(Qt.FocusReason.PopupFocusReason)
