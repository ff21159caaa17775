"""Texts that are almost the same, two by two beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from engine.protocol.problems import ComparedTexts
from gui.look.texts import percent, thousands
from gui.look.theme import Theme
from gui.widgets.cards import Divider
from gui.widgets.labels import label
from gui.widgets.popover import Popover
from gui.widgets.scroll_column import ScrollColumn


class ComparedList(Popover):
    """Shows pairs to be read; Escape or a click elsewhere closes it."""

    def __init__(
        self, theme: Theme, title: str, pairs: Sequence[ComparedTexts], parent: QWidget | None = None
    ) -> None:
        """Shows some pairs.

        Args:
            theme: Colours and fonts.
            title: What they are.
            pairs: The closest first.
            parent: Owner.
        """
        super().__init__(theme, parent)
        self.setObjectName("compared_texts")
        self.setAccessibleName(title)
        px = theme.px
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, px(14), 0)
        grid.setHorizontalSpacing(px(20))
        grid.setVerticalSpacing(px(4))
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        for place, pair in enumerate(pairs):
            first = 3 * place
            if place:
                grid.addWidget(Divider(theme), first, 0, 1, 2)
                grid.setRowMinimumHeight(first, px(16))
            for side in range(2):
                alike = f" · {percent(round(pair.alike, 2))} alike" if side else ""
                words = f"Row {thousands(pair.rows[side])}{alike}"
                grid.addWidget(label(theme, words, "small", "text3"), first + 1, side)
                text = label(theme, pair.texts[side], wrap=True)
                grid.addWidget(text, first + 2, side, Qt.AlignmentFlag.AlignTop)
        area = ScrollColumn(self)
        area.column.addLayout(grid)
        area.column.addStretch(1)
        area.setMinimumHeight(px(min(420, 96 * len(pairs) + 20)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(14), px(16), px(14))
        layout.setSpacing(px(10))
        layout.addWidget(label(theme, title, "bodyStrong", wrap=True))
        layout.addWidget(area)
        self.setFixedWidth(px(640))
