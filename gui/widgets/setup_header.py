"""The head of Setup: what it is for, the settings, the noise, the start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QWidget

from engine.protocol.fields import ChoiceField, Field, NumberField, SettingValue
from gui.look.texts import percent
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.page_header import PageHeader

_SUBTITLE = "Choose what the model keeps and what it learns. Click a block, or drag the thaw line."


class SetupHeader(PageHeader):
    """Title, two buttons that open sheets, and the dark one.

    Args:
        theme: Colours, fonts, lengths.
        parent: Owner.

    Attributes:
        noise: Opens the noise lab.
        settings: Opens the training settings.
        alone: Trains one fold only; hidden where there are no folds.
        start: Starts training.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self.noise = Button(theme, "Noise", "secondary", "swap")
        self.noise.setObjectName("noise_lab")
        self.settings = Button(theme, "Training settings", "secondary", "sliders")
        self.settings.setObjectName("training_settings")
        self.start = Button(theme, "Start training", "primary", "play")
        self.start.setObjectName("start_training")
        self.alone = Button(theme, "", "secondary")
        self.alone.setObjectName("train_one_fold")
        self.alone.setToolTip("Trains one run, with this fold as its test")
        self.alone.hide()
        actions = [self.noise, self.settings, self.alone]
        super().__init__(theme, "Setup", _SUBTITLE, actions, self.start, parent)

    def set_start(self, main: str, alone: str) -> None:
        """Says what the start buttons do.

        Args:
            main: On the dark one.
            alone: On the one for one fold; empty to hide it.
        """
        self.start.setText(main)
        self.alone.setText(alone)
        self.alone.setVisible(bool(alone))

    def show_changed(self, changed: int) -> None:
        """Says how many settings differ from what is recommended."""
        self.settings.set_note(f"{changed} changed" if changed else "Recommended")
        self.settings.setAccessibleName(f"Training settings, {changed or 'none'} changed")

    def show_noise(self, fields: Sequence[Field], values: Mapping[str, SettingValue]) -> None:
        """Says what the run learns from: ``"Clean texts"``, ``"A mix, 10 %"``.

        Args:
            fields: Those of noise; the first says which texts, the first share how much.
            values: Name → value, for settings that differ from the recommended ones.
        """
        chooses = next((field for field in fields if isinstance(field, ChoiceField)), None)
        shares = next((field for field in fields if isinstance(field, NumberField)), None)
        self.noise.setVisible(chooses is not None)
        if chooses is None or shares is None:
            return
        chosen = values.get(chooses.name, chooses.default)
        words = next((one.label for one in chooses.choices if one.value == chosen), str(chosen))
        share = percent(float(values.get(shares.name, shares.default)))
        note = words if chosen == chooses.default else f"{words}, {share}"
        self.noise.set_note(note)
        self.noise.setAccessibleName(f"Noise: {note}")
