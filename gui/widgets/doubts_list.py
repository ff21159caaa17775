"""Labels that look wrong: each row with its label and the one that is expected, to be read and ticked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from engine.protocol.label_doubts import LabelDoubt
from engine.protocol.repairs import REMOVE_ROWS, Repair, new_cells
from gui.look.texts import count, percent, thousands
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.cards import Divider
from gui.widgets.clamped_text import ClampedText
from gui.widgets.labels import label
from gui.widgets.popover import Popover
from gui.widgets.scroll_column import ScrollColumn

_MOST = 100
"""Rows that are listed; the clearest come first, and more are looked for once these are mended."""


class DoubtsList(Popover):
    """A line for each row; nothing is ticked beforehand, for some labels are right and only unusual.

    Signals:
        repair_chosen: The :class:`Repair` that relabels or removes the ticked rows.
    """

    repair_chosen = Signal(object)

    def __init__(
        self, theme: Theme, doubts: Sequence[LabelDoubt], column: str, parent: QWidget | None = None
    ) -> None:
        """Shows the rows.

        Args:
            theme: Colours and fonts.
            doubts: The clearest first.
            column: Name of the column with the labels.
            parent: Owner.
        """
        super().__init__(theme, parent)
        self.setObjectName("doubts_list")
        self.setAccessibleName("Labels that look wrong")
        self._column = column
        self._doubts = tuple(doubts[:_MOST])
        self._ticks = [self._tick(doubt) for doubt in self._doubts]
        self._relabel = self._button("relabel_rows", "primary", self._new_labels)
        self._remove = self._button("remove_rows", "secondary", self._removal)
        self._lay_out(len(doubts))
        self._say_what_is_ticked()

    def tick(self, row: int) -> QCheckBox:
        """Returns the check box of a row of the file."""
        return self._ticks[[doubt.row for doubt in self._doubts].index(row)]

    def ticked(self) -> list[LabelDoubt]:
        """Returns the rows that are ticked."""
        return [one for one, tick in zip(self._doubts, self._ticks, strict=True) if tick.isChecked()]

    def _tick(self, doubt: LabelDoubt) -> QCheckBox:
        tick = QCheckBox(self)
        tick.setObjectName(f"doubt_{doubt.row}")
        tick.setAccessibleName(f"Row {doubt.row}: {doubt.given}, expected {doubt.expected}. {doubt.text}")
        tick.toggled.connect(self._say_what_is_ticked)
        return tick

    def _button(self, name: str, kind: str, make: Callable[[], Repair]) -> Button:
        button = Button(self._theme, "", "primary" if kind == "primary" else "secondary", size="small")
        button.setObjectName(name)
        button.clicked.connect(lambda: self._choose(make()))
        return button

    def _lay_out(self, found: int) -> None:
        theme, px = self._theme, self._theme.px
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, px(14), 0)
        column.setSpacing(0)
        for place, (doubt, tick) in enumerate(zip(self._doubts, self._ticks, strict=True)):
            if place:
                column.addWidget(Divider(theme))
            column.addLayout(self._line(doubt, tick))
        area = ScrollColumn(self)
        area.column.addLayout(column)
        area.column.addStretch(1)
        area.setFixedHeight(px(min(380, 76 * len(self._doubts) + 8)))
        shown = f" The {_MOST} clearest are listed." if found > _MOST else ""
        hint = f"Each was judged by a model that had not seen its label. Some are only unusual.{shown}"
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._remove)
        buttons.addWidget(self._relabel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(14), px(16), px(14))
        layout.setSpacing(px(10))
        layout.addWidget(label(theme, f"{count('labels', found)} may be wrong", "bodyStrong"))
        layout.addWidget(label(theme, hint, "small", "text2", wrap=True))
        layout.addWidget(area)
        layout.addLayout(buttons)
        self.setFixedWidth(px(560))

    def _line(self, doubt: LabelDoubt, tick: QCheckBox) -> QHBoxLayout:
        theme, px = self._theme, self._theme.px
        words = QVBoxLayout()
        words.setSpacing(px(2))
        sure = percent(round(doubt.confidence, 2))
        said = f'"{doubt.given}", expected "{doubt.expected}" ({sure} sure) · row {thousands(doubt.row)}'
        words.addWidget(ClampedText(theme, " / ".join(part for part in (doubt.text, doubt.second) if part)))
        words.addWidget(label(theme, said, "small", "text2", wrap=True))
        line = QHBoxLayout()
        line.setContentsMargins(0, px(8), 0, px(8))
        line.setSpacing(px(10))
        line.addWidget(tick, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        return line

    def _say_what_is_ticked(self) -> None:
        number = len(self.ticked())
        words = count("rows", number) if number else "the ticked rows"
        self._relabel.setText(f"Give {words} the expected label")
        self._remove.setText(f"Remove {words}")
        for button in (self._relabel, self._remove):
            button.setEnabled(bool(number))

    def _new_labels(self) -> Repair:
        return new_cells(self._column, {doubt.row: doubt.expected for doubt in self.ticked()})

    def _removal(self) -> Repair:
        return Repair(kind=REMOVE_ROWS, rows=tuple(sorted(doubt.row for doubt in self.ticked())))

    def _choose(self, step: Repair) -> None:
        self.repair_chosen.emit(step)
        self.close()
