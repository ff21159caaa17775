"""The noise lab: whether texts to learn from have noise, of which kinds, how much, and how they look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from engine.protocol.data_facts import NoisyExample
from engine.protocol.fields import ChoiceField, Field, NumberField, SettingValue, SwitchField
from gui.look.texts import percent
from gui.look.theme import Theme
from gui.widgets.labels import ThemedLabel, label
from gui.widgets.noise_preview import NoisePreview
from gui.widgets.noise_switches import NoiseSwitches
from gui.widgets.segmented import Segmented
from gui.widgets.setting_row import SettingRow
from gui.widgets.side_sheet import SideSheet

SECTION = "noise"
WIDTH = 472

_KIND = "noise_"
"""What the names of the switches begin with that turn a kind of noise on."""
_TITLES = {
    "clean": "Not learned from. The final test is tried with noise like this:",
    "noisy": "Every text to learn from is read like this:",
    "mix": "Half of the texts to learn from are read like this:",
}


class _SliderRow(QWidget):
    """A share: its name, a slider in whole per cents, its value."""

    moved = Signal(float)
    """The slider stands elsewhere, while it is dragged too."""
    chosen = Signal(float)
    """The person let it go, or moved it with keys."""

    def __init__(self, theme: Theme, field: NumberField) -> None:
        super().__init__()
        self._theme = theme
        self.setToolTip(field.help)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(max(1, round(100 * field.minimum)), round(100 * field.maximum))
        self.slider.setObjectName(f"setting_{field.name}")
        self.slider.setAccessibleName(f"{field.label}, per cent")
        self.slider.setAccessibleDescription(field.help)
        self._value = ThemedLabel(theme, "", "bodyStrong")
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(ThemedLabel(theme, field.label, "body"))
        row.addWidget(self.slider, 1)
        row.addWidget(self._value)
        self.slider.valueChanged.connect(self._move)
        self.slider.sliderReleased.connect(lambda: self.chosen.emit(self.share))
        self._measure()
        theme.changed.connect(self._measure)

    def _measure(self) -> None:
        self._value.setMinimumWidth(self._theme.px(48))

    @property
    def share(self) -> float:
        """Returns where it stands, 0 to 1."""
        return self.slider.value() / 100

    def set_share(self, share: float) -> None:
        """Shows a share."""
        if not self.slider.isSliderDown():
            self.slider.blockSignals(True)
            self.slider.setValue(round(100 * share))
            self.slider.blockSignals(False)
            self._value.setText(percent(self.share))

    def _move(self) -> None:
        self._value.setText(percent(self.share))
        self.moved.emit(self.share)
        if not self.slider.isSliderDown():
            self.chosen.emit(self.share)


class NoisePanel(SideSheet):
    """A sheet over the right side of Setup, drawn from the fields of the section *noise*.

    Args:
        theme: Colours, fonts, lengths.
        parent: The page it lies over.
        below: What of the page stays in sight above it.

    Attributes:
        preview: Some of the person's texts with the noise that is set.
    """

    setting_changed = Signal(str, object)
    """Name and value of a setting that the person changed."""

    preview_requested = Signal(object)
    """Settings with which texts are to be shown: name → value, those of noise all of them."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, below: QWidget | None = None) -> None:
        super().__init__(theme, "Noise lab", WIDTH, parent, below=below)
        self.set_names("noise_panel", "close_noise", "noise_scroll")
        self._fields: tuple[Field, ...] = ()
        self._kinds: tuple[SwitchField, ...] = ()
        self._values: dict[str, SettingValue] = {}
        self.controls: dict[str, QWidget] = {}
        self._explanation = label(theme, "", "small", "text2", wrap=True)
        self.preview = NoisePreview(theme)
        self._switches = NoiseSwitches(theme, ())
        self._rows = QVBoxLayout()
        self.inside.addLayout(self._rows)
        self.inside.addStretch(1)
        self._measure()
        theme.changed.connect(self._measure)

    def set_fields(self, fields: Sequence[Field]) -> None:
        """Draws a control for each field; nothing happens when they are the same as before.

        Args:
            fields: The first says which texts; then the rate, the switches of the kinds, and the rest.
        """
        if tuple(fields) == self._fields:
            return
        self._fields = tuple(fields)
        self._kinds = tuple(
            field for field in fields if isinstance(field, SwitchField) and field.name.startswith(_KIND)
        )
        self._clear()
        first, rest = list(fields[:1]), [field for field in fields[1:] if field not in self._kinds]
        shares = [field for field in rest if isinstance(field, NumberField)]
        for field in first:
            self._add(field, self._segments(field) if isinstance(field, ChoiceField) else self._row(field))
        self._rows.addWidget(self._explanation)
        for field in shares:
            self._add(field, self._slider(field))
        self._rows.addWidget(self.preview)
        self._switches = NoiseSwitches(self._theme, self._kinds)
        self._switches.changed.connect(self.setting_changed)
        self.controls |= self._switches.toggles
        self._rows.addWidget(self._switches)
        for field in rest:
            if field not in shares:
                self._add(field, self._row(field))

    def set_values(self, values: Mapping[str, SettingValue]) -> None:
        """Shows what is set, and asks for texts that look so.

        Args:
            values: Name → value, for settings that differ from the recommended ones.
        """
        now = {field.name: values.get(field.name, field.default) for field in self._fields}
        for field in self._fields:
            control, value = self.controls[field.name], now[field.name]
            if isinstance(control, Segmented):
                control.set_current(str(value))
            elif isinstance(control, _SliderRow):
                control.set_share(float(value))
            elif isinstance(control, SettingRow):
                control.set_value(value, value)  # noise is a choice: nothing else is recommended
        self._switches.set_values(now)
        first = self._fields[0] if self._fields else None
        if isinstance(first, ChoiceField):
            chosen = str(now[first.name])
            self._explanation.setText(next((one.help for one in first.choices if one.value == chosen), ""))
            self.preview.set_title(_TITLES.get(chosen, ""))
        if now != self._values:
            self._values = now
            self.preview_requested.emit(dict(now))

    def show_examples(self, examples: Sequence[NoisyExample]) -> None:
        """Shows texts with noise."""
        self.preview.set_examples(examples, [field.label for field in self._kinds])

    def open_sheet(self, setting: str = "") -> None:
        """Shows it, with the keyboard on a setting.

        Args:
            setting: Name of a setting; the first one when empty or not there.
        """
        super().open_sheet()
        self.preview_requested.emit(dict(self._values))
        control = self.controls.get(setting) or next(iter(self.controls.values()), None)
        if control is None:
            return
        if isinstance(control, Segmented):
            control.focus_current()
        else:
            part = control.control if isinstance(control, SettingRow) else control
            part = part.slider if isinstance(part, _SliderRow) else part
            part.setFocus(Qt.FocusReason.OtherFocusReason)
        self.scroll_area.ensureWidgetVisible(control)

    def _add(self, field: Field, control: QWidget) -> None:
        self.controls[field.name] = control
        self._rows.addWidget(control)

    def _segments(self, field: ChoiceField) -> Segmented:
        control = Segmented(self._theme, [(one.value, one.label) for one in field.choices], height=34)
        control.setObjectName(f"setting_{field.name}")
        control.setAccessibleName(field.label)
        control.setToolTip(field.help)
        control.chosen.connect(lambda value: self.setting_changed.emit(field.name, value))
        return control

    def _slider(self, field: NumberField) -> _SliderRow:
        control = _SliderRow(self._theme, field)
        control.moved.connect(lambda share: self._try(field.name, share))
        control.chosen.connect(lambda share: self.setting_changed.emit(field.name, share))
        return control

    def _row(self, field: Field) -> SettingRow:
        control = SettingRow(self._theme, field)
        control.changed.connect(self.setting_changed)
        return control

    def _try(self, name: str, share: float) -> None:
        """Asks for texts while the slider is dragged; nothing is set yet."""
        self.preview_requested.emit(self._values | {name: share})

    def _clear(self) -> None:
        self.controls, self._values = {}, {}
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget not in (self._explanation, self.preview):
                widget.hide()
                widget.deleteLater()

    def _measure(self) -> None:
        self._rows.setSpacing(self._theme.px(12))
