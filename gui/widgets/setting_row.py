"""One setting in a form: label, control, unit, and what is wrong with what was typed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from engine.protocol.fields import (
    ChoiceField,
    Field,
    IntegerField,
    NumberField,
    RangesField,
    SettingValue,
    SwitchField,
    TextField,
    parse_setting,
)
from gui.look.texts import thousands
from gui.look.theme import Theme
from gui.widgets.labels import ThemedLabel
from gui.widgets.toggle import Toggle

_STEPS = (1.0, 2.0, 5.0, 10.0)
"""What one press of an arrow key goes through on a logarithmic scale."""


def value_text(field: Field, value: SettingValue) -> str:
    """Returns a value as a person reads and types it: ``"1e-4"``, ``"0.1"``, ``"yes"``, ``"Linear"``."""
    if isinstance(field, SwitchField):
        return "yes" if value else "no"
    if isinstance(field, ChoiceField):
        return next((choice.label for choice in field.choices if choice.value == value), str(value))
    if isinstance(field, NumberField) and isinstance(value, int | float):
        mantissa, _, exponent = f"{value:g}".partition("e")
        if exponent:
            return f"{mantissa}e{int(exponent)}"
        return f"{value:.0e}".replace("e-0", "e-") if 0 < abs(value) < 1e-3 and _is_round(value) else mantissa
    return str(value)


def _is_round(value: float) -> bool:
    return float(f"{value:.0e}") == value


def stepped(field: IntegerField | NumberField, value: float, direction: int) -> float:
    """Returns the next value for an arrow key, kept inside the field's range.

    Args:
        field: Knows the range and the scale.
        value: Where to start.
        direction: 1 for more, -1 for less.
    """
    if isinstance(field, IntegerField):
        return max(field.minimum, min(int(value) + direction, field.maximum))
    if not field.logarithmic:
        step = (field.maximum - field.minimum) / 100 if field.maximum - field.minimum < 10 else 0.1
        return max(field.minimum, min(round(value + direction * step, 6), field.maximum))
    power = 10.0 ** (len(f"{value:.0f}") - 1) if value >= 1 else 10.0 ** int(f"{value:e}".split("e")[1])
    candidates = [mantissa * power * scale for scale in (0.1, 1.0) for mantissa in _STEPS]
    if direction > 0:
        wanted = min((one for one in candidates if one > value * 1.001), default=value)
    else:
        wanted = max((one for one in candidates if one < value * 0.999), default=value)
    return max(field.minimum, min(float(f"{wanted:.6g}"), field.maximum))


_UNIT_WIDTH = 66
"""Room for a unit behind a field, so that the fields stand in line."""


class _LineEdit(QLineEdit):
    """A field for a number or a line of text; arrow keys step."""

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Steps with the arrow keys."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Up else -1)
            return
        super().keyPressEvent(event)


class SettingRow(QWidget):
    """A setting.

    Args:
        theme: Colours, fonts, lengths.
        field: What the setting is.
        parent: Owner.
    """

    changed = Signal(str, object)
    """Name and value; only finished values that fit the field."""

    entry_changed = Signal()
    """What :attr:`unfinished` says may be something else now."""

    def __init__(self, theme: Theme, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.field = field
        self._value: SettingValue = field.default
        self._recommended: SettingValue = field.default
        self._is_pending = False
        self._label = ThemedLabel(theme, field.label, "body", "text", wrap=True)
        self._unit = ThemedLabel(theme, getattr(field, "unit", ""), "caption", "text3")
        self._note = ThemedLabel(theme, "", "caption", "text3", wrap=True)
        self._alert = QLabel()
        self.control = self._make_control()
        self.control.setObjectName(f"setting_{field.name}")
        self.control.setAccessibleName(
            f"{field.label}, {self._unit.text()}" if self._unit.text() else field.label
        )
        self.control.setAccessibleDescription(field.help)
        self._lay_out()
        self.set_value(field.default, field.default)
        theme.changed.connect(self._space)

    def _make_control(self) -> QWidget:
        field = self.field
        if isinstance(field, SwitchField):
            toggle = Toggle(self._theme)
            toggle.clicked.connect(lambda: self._take(toggle.isChecked()))
            return toggle
        if isinstance(field, ChoiceField):
            combo = QComboBox()
            for place, choice in enumerate(field.choices):
                combo.addItem(choice.label, choice.value)
                combo.setItemData(place, choice.help, Qt.ItemDataRole.ToolTipRole)
            combo.activated.connect(lambda _place: self._take(str(combo.currentData())))
            return combo
        edit = _LineEdit()
        if isinstance(field, TextField):
            edit.setMaxLength(field.longest)
        else:
            edit.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        edit.textEdited.connect(lambda _text: self._type())
        edit.editingFinished.connect(self.finish)
        edit.stepped.connect(self._step)
        return edit

    def _lay_out(self) -> None:
        self._line = QHBoxLayout()
        self._line.addWidget(self._label, 1)
        self._line.addWidget(self.control)
        self._line.addWidget(self._unit)
        self._below = QHBoxLayout()
        self._below.addWidget(self._alert, 0, Qt.AlignmentFlag.AlignTop)
        self._below.addWidget(self._note, 1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._line)
        self._column.addLayout(self._below)
        self._space()

    # --- what is shown ----------------------------------------------------------------------------

    @property
    def value(self) -> SettingValue:
        """Returns the last value that fitted."""
        return self._value

    @property
    def error(self) -> str:
        """Returns what is wrong with what was typed; empty when nothing is."""
        return self._note.text() if self.control.property("wrong") else ""

    @property
    def unfinished(self) -> str:
        """Returns what is wrong with an entry that was not taken over; empty when there is none."""
        if not self._is_pending or not isinstance(self.control, QLineEdit):
            return ""
        return self._typed_error() or f"Press Enter to use {self.control.text().strip()}."

    def set_value(self, value: SettingValue, recommended: SettingValue) -> None:
        """Shows a value; what is being typed and means the same stays as it is.

        Args:
            value: The setting.
            recommended: What it would be if nobody had touched it.
        """
        keep = self._is_pending and value == self._value
        self._value, self._recommended = value, recommended
        if keep:
            return  # half of what the person types may be wrong; it stays until it is right
        self._set_pending(False)
        control = self.control
        if isinstance(control, Toggle):
            control.setChecked(bool(value))
        elif isinstance(control, QComboBox):
            control.setCurrentIndex(control.findData(value))
        elif isinstance(control, QLineEdit) and not (control.hasFocus() and self._typed() == value):
            control.setText(value_text(self.field, value))
            self._show_beginning()
        self._show_note("")

    def forget_typed(self) -> None:
        """Drops what was typed and not taken over."""
        if self._is_pending:
            self._set_pending(False)
            self.set_value(self._value, self._recommended)

    def show_error(self, sentence: str) -> None:
        """Says what is wrong, e.g. what the engine found; empty takes it away.

        What is being typed has the word: the engine does not know of it yet.
        """
        if not self._is_pending:
            self._show_note(sentence)

    def show_unfinished(self) -> None:
        """Says below the field what its entry waits for."""
        if self.unfinished:
            self._show_note(self.unfinished)

    def _typed(self) -> SettingValue | None:
        if isinstance(self.control, QLineEdit):
            try:
                return parse_setting(self.field, self.control.text())
            except ValueError:
                return None
        return self._value

    def _typed_error(self) -> str:
        if isinstance(self.control, QLineEdit):
            try:
                parse_setting(self.field, self.control.text())
            except ValueError as wrong:
                return _with_thousands(self.field, str(wrong))
        return ""

    def _set_pending(self, pending: bool) -> None:
        was_pending, self._is_pending = self._is_pending, pending
        if pending or was_pending:
            self.entry_changed.emit()

    def _show_note(self, error: str) -> None:
        is_changed = self._value != self._recommended
        before = self.control.property("wrong")
        self.control.setProperty("wrong", bool(error))
        if bool(before) != bool(error):  # the style sheet looks only when asked to
            self.control.style().unpolish(self.control)
            self.control.style().polish(self.control)
        recommended = value_text(self.field, self._recommended) or "leave it empty"
        self._note.setText(error or (f"Recommended: {recommended}" if is_changed else self.field.unavailable))
        self._note.set_token("err" if error else "text3")
        self._note.setVisible(bool(self._note.text()))
        self._alert.setVisible(bool(error))
        self._label.set_role("body", 600 if is_changed else 400)
        self.control.setEnabled(is_changed or not self.field.unavailable)
        source = f" ({self.field.source})" if self.field.source else ""
        self.setToolTip(f"{self.field.help}\nRecommended: {recommended}{source}")

    # --- what the person does ---------------------------------------------------------------------

    def _take(self, value: SettingValue) -> None:
        self._value = value
        self._show_note("")
        self.changed.emit(self.field.name, value)

    def _type(self) -> None:
        """Says what does not fit; nothing is taken over before the entry is finished."""
        self._show_note(self._typed_error())
        self._set_pending(self._typed() != self._value)

    def finish(self) -> None:
        """Takes over a number that fits, in its usual form; a wrong one stays, with its sentence."""
        # What nobody typed is not read back: a field shows fewer digits than its value may have.
        value = self._typed() if self._is_pending else self._value
        if not isinstance(self.control, QLineEdit) or value is None:
            return
        self._set_pending(False)
        self.control.setText(value_text(self.field, value))
        self._show_beginning()
        if value != self._value:
            self._take(value)

    def _show_beginning(self) -> None:
        """Scrolls words that are longer than their field back to their beginning."""
        if isinstance(self.control, QLineEdit) and isinstance(self.field, TextField):
            self.control.setCursorPosition(0)

    def _step(self, direction: int) -> None:
        field, typed = self.field, self._typed()
        before = typed if self._is_pending and typed is not None else self._value
        if isinstance(field, IntegerField | NumberField) and isinstance(before, int | float):
            if isinstance(self.control, QLineEdit):
                self.control.setText(value_text(field, stepped(field, before, direction)))
            self._is_pending = True
            self.finish()
            self._show_note("")

    def _space(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(3))
        self._line.setSpacing(px(8))
        self._below.setSpacing(px(5))
        self._alert.setPixmap(self._theme.pixmap("alert", "err", 14))
        if isinstance(self.field, TextField | RangesField):
            self.control.setFixedWidth(px(150))
        elif isinstance(self.control, QLineEdit):
            self.control.setFixedWidth(px(96))
        elif isinstance(self.control, QComboBox):  # as wide as the widest, so that all begin at one edge
            self.control.setFixedWidth(max(px(168), self.control.sizeHint().width()))
        if self._unit.text():
            self._unit.setFixedWidth(px(_UNIT_WIDTH))
        self._line.setContentsMargins(0, 0, 0 if self._unit.text() else px(_UNIT_WIDTH + 8), 0)
        self._unit.setVisible(bool(self._unit.text()))


def _with_thousands(field: Field, sentence: str) -> str:
    """Writes a large limit as a person does: 8,192 instead of 8192."""
    if isinstance(field, IntegerField):
        for limit in (field.maximum, field.minimum):
            if limit >= 1000:
                sentence = sentence.replace(f"{limit:g}", thousands(limit)).replace(
                    str(limit), thousands(limit)
                )
    return sentence
