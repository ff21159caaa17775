"""Renaming and merging labels: what stands in the data beside what is to stand there."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCompleter,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from engine.protocol.data_facts import ClassCount
from engine.protocol.repairs import Repair
from gui.look.texts import count, label_words, thousands
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.class_marks import paint_mark
from gui.widgets.labels import label
from gui.widgets.popover import Popover
from gui.widgets.scroll_column import ScrollColumn

_MOST_LINES = 8
"""Labels that are seen at once; the others are scrolled to."""


class _Mark(QWidget):
    """The mark of a label, as in the chart of their shares."""

    def __init__(self, theme: Theme, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._number = theme, number
        self.setFixedSize(theme.px(14), theme.px(14))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """Paints the mark."""
        edge = self._theme.px(9)
        inset = (self.width() - edge) / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_mark(painter, self._theme, QRectF(inset, inset, edge, edge), self._number)


class LabelEditor(Popover):
    """A line for each label with a field for its new name; two with the same name become one.

    Signals:
        repair_chosen: The :class:`Repair` that does it.
    """

    repair_chosen = Signal(object)

    def __init__(
        self, theme: Theme, classes: Sequence[ClassCount], renaming: Repair, parent: QWidget | None = None
    ) -> None:
        """Shows the labels as they are.

        Args:
            theme: Colours and fonts.
            classes: Labels with counts, most frequent first.
            renaming: The step without its values.
            parent: Owner.
        """
        super().__init__(theme, parent)
        self.setObjectName("label_editor")
        self.setAccessibleName("Rename or merge labels")
        self._renaming = renaming
        self._counts = {entry.name: entry.count for entry in classes}
        self._fields = {entry.name: self._field(entry.name, place) for place, entry in enumerate(classes)}
        self._outcome = label(theme, "", "small", "text2", wrap=True)
        self._use = Button(theme, "Use these names", "primary")
        self._use.setObjectName("use_names")
        self._use.clicked.connect(self._choose)
        self._lay_out(classes)
        self._say_outcome()

    def field(self, name: str) -> QLineEdit:
        """Returns the field beside a label."""
        return self._fields[name]

    def values(self) -> dict[str, str]:
        """Returns label → new name, of those that are to change; an empty field changes nothing."""
        wanted = {name: " ".join(field.text().split()) for name, field in self._fields.items()}
        return {name: new for name, new in wanted.items() if new and new != name}

    def outcome(self) -> dict[str, int]:
        """Returns label → how many rows will have it."""
        changed, after = self.values(), dict[str, int]()
        for name, rows in self._counts.items():
            new = changed.get(name, name)
            after[new] = after.get(new, 0) + rows
        return after

    def _field(self, name: str, place: int) -> QLineEdit:
        field = QLineEdit(name, self)
        field.setObjectName(f"label_{place}")
        field.setAccessibleName(f"New name of {label_words(name)}")
        field.setCursorPosition(0)
        field.setMinimumWidth(self._theme.px(130))
        completer = QCompleter(list(self._counts), field)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        field.setCompleter(completer)
        field.textChanged.connect(self._say_outcome)
        return field

    def _lay_out(self, classes: Sequence[ClassCount]) -> None:
        theme, px = self._theme, self._theme.px
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, px(14), 0)
        grid.setHorizontalSpacing(px(10))
        grid.setVerticalSpacing(px(6))
        grid.setColumnStretch(3, 1)
        for row, entry in enumerate(classes):
            words = label(theme, self._short(label_words(entry.name)), "body")
            words.setToolTip(entry.name)
            number = label(theme, thousands(entry.count), "small", "text3")
            grid.addWidget(_Mark(theme, row + 1, self), row, 0)
            grid.addWidget(words, row, 1)
            grid.addWidget(number, row, 2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(self._fields[entry.name], row, 3)
        area = ScrollColumn(self)
        area.column.addLayout(grid)
        area.column.addStretch(1)
        area.setFixedHeight(min(len(classes), _MOST_LINES) * px(40) + px(4))
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._use)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(14), px(16), px(14))
        layout.setSpacing(px(10))
        layout.addWidget(label(theme, "Rename or merge labels", "bodyStrong"))
        hint = "Give two labels the same name and they count as one. Your file stays as it is."
        layout.addWidget(label(theme, hint, "small", "text2", wrap=True))
        layout.addWidget(area)
        layout.addWidget(self._outcome)
        layout.addLayout(buttons)
        self.setFixedWidth(px(440))

    def _short(self, name: str) -> str:
        """Returns a name that has room in its column."""
        metrics = QFontMetricsF(self._theme.font("body"))
        return metrics.elidedText(name, Qt.TextElideMode.ElideRight, self._theme.px(150))

    def _say_outcome(self) -> None:
        """Says what the labels will be, and whether anything can be done."""
        changed, after = self.values(), self.outcome()
        can_learn = len(after) > 1
        self._use.setEnabled(bool(changed) and can_learn)
        if not changed:
            self._outcome.setText("Nothing is changed yet.")
        elif not can_learn:
            self._outcome.setText("With a single label there is nothing left to tell apart.")
        else:
            largest = sorted(after.items(), key=lambda entry: -entry[1])[:4]
            names = ", ".join(f"{label_words(name)} {thousands(rows)}" for name, rows in largest)
            more = f" and {len(after) - 4} more" if len(after) > len(largest) else ""
            self._outcome.setText(f"{count('labels', len(after))} then: {names}{more}.")

    def _choose(self) -> None:
        self.repair_chosen.emit(msgspec.structs.replace(self._renaming, values=self.values()))
        self.close()
