"""A form that draws itself from the catalog's fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.protocol.fields import Field, SettingValue
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.labels import ThemedLabel
from gui.widgets.setting_row import SettingRow

_SECTIONS = {"task": "Task", "training": "Training"}
_ORDER = ("task", "method", "training")


class SettingsForm(QWidget):
    """Controls for settings, grouped by section; advanced ones start folded away.

    Args:
        theme: Colours, fonts, lengths.
        parent: Owner.
    """

    setting_changed = Signal(str, object)
    """Name and value of a setting that the person changed; the value fits its field."""

    entry_changed = Signal()
    """What :attr:`unfinished` holds may be something else now."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fields: tuple[Field, ...] = ()
        self._title = ""
        self._rows: dict[str, SettingRow] = {}
        self._advanced: list[QWidget] = []
        self._open = False
        self._column = QVBoxLayout(self)
        self._more = Button(theme, "More settings", "link", "down")
        self._more.setObjectName("more_settings")
        self._more.clicked.connect(lambda: self.show_advanced(not self._open))
        self._space()
        theme.changed.connect(self._space)

    @property
    def rows(self) -> dict[str, SettingRow]:
        """Returns name → row, in the order of the form."""
        return dict(self._rows)

    @property
    def errors(self) -> dict[str, str]:
        """Returns name → sentence for what does not fit."""
        return {name: row.error for name, row in self._rows.items() if row.error}

    @property
    def unfinished(self) -> dict[str, str]:
        """Returns name → sentence for entries that are wrong or still being typed, in the form's order."""
        return {name: row.unfinished for name, row in self._rows.items() if row.unfinished}

    @property
    def unfinished_sentence(self) -> str:
        """Returns what is wrong with the first such entry, with its label; empty when there is none."""
        first = next(iter(self.unfinished.items()), None)
        return f"{self._rows[first[0]].field.label}: {first[1]}" if first else ""

    def set_fields(self, fields: Sequence[Field], title: str = "") -> None:
        """Draws a control for each field; nothing happens when they are the same as before.

        Args:
            fields: In the order of the form.
            title: Heading of the method's own settings, e.g. its name.
        """
        if (tuple(fields), title) == (self._fields, self._title):
            return
        self._fields, self._title = tuple(fields), title
        self._clear()
        section = None
        for field in sorted(fields, key=lambda one: (one.advanced, _ORDER.index(one.section))):
            if field.advanced and not self._advanced:
                self._column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
                self._more.show()
                section = None
            if field.section != section:
                section = field.section
                heading = ThemedLabel(
                    self._theme, _SECTIONS.get(section, title), "small", "text2", weight=600
                )
                self._add(heading, advanced=field.advanced)
            row = SettingRow(self._theme, field)
            row.changed.connect(self.setting_changed)
            row.entry_changed.connect(self.entry_changed)
            self._rows[field.name] = row
            self._add(row, advanced=field.advanced)
        self._column.addStretch(1)
        self.show_advanced(self._open)

    def set_values(self, values: Mapping[str, SettingValue], recommended: Mapping[str, SettingValue]) -> None:
        """Shows values.

        Args:
            values: Name → value, for settings that differ from the recommended ones.
            recommended: Name → value.
        """
        for name, row in self._rows.items():
            default = recommended.get(name, row.field.default)
            row.set_value(values.get(name, default), default)

    def forget_typed(self) -> None:
        """Drops what was typed and not taken over."""
        for row in self._rows.values():
            row.forget_typed()

    def finish(self) -> None:
        """Takes over what is typed and fits."""
        for row in self._rows.values():
            row.finish()

    def show_errors(self, sentences: Mapping[str, str]) -> None:
        """Shows what the engine found wrong: name → sentence."""
        for name, sentence in sentences.items():
            if name in self._rows:
                self._rows[name].show_error(sentence)
                if self._rows[name].field.advanced:
                    self.show_advanced(True)

    def show_advanced(self, shown: bool) -> None:
        """Shows or folds away the settings that most people leave alone."""
        self._open = shown
        self._more.setText("Fewer settings" if shown else "More settings")
        self._more.set_icon("up" if shown else "down")
        for widget in self._advanced:
            widget.setVisible(shown)

    def _add(self, widget: QWidget, *, advanced: bool) -> None:
        self._column.addWidget(widget)
        if advanced:
            self._advanced.append(widget)

    def _clear(self) -> None:
        for row in self._rows.values():
            row.blockSignals(True)  # a field that loses the keyboard here is no wish of the person
        self._rows, self._advanced = {}, []
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is self._more:
                widget.hide()
            elif widget is not None:
                widget.hide()
                widget.deleteLater()

    def _space(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(self._theme.px(12))
