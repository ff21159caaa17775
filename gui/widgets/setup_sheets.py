"""The two sheets of Setup: the training settings, and the noise lab. One of them is open at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.protocol.fields import Field, SettingValue
from gui.look.theme import Theme
from gui.widgets.noise_panel import SECTION, NoisePanel
from gui.widgets.settings_sheet import SettingsSheet
from gui.widgets.setup_header import SetupHeader


class SetupSheets(QObject):
    """Opens and closes the sheets, and gives each the settings that it is about.

    Args:
        theme: Colours, fonts, lengths.
        page: The page they lie over; it owns them.
        header: Has the buttons.
        above: What of the page stays in sight above them.

    Attributes:
        settings: The training settings.
        noise: The noise lab.
    """

    setting_changed = Signal(str, object)
    """Name and value of a setting that the person changed."""

    width_changed = Signal()
    """A sheet was opened or closed."""

    def __init__(self, theme: Theme, page: QWidget, header: SetupHeader, above: QWidget) -> None:
        super().__init__(page)
        self._header = header
        self.settings = SettingsSheet(theme, page, below=above)
        self.noise = NoisePanel(theme, page, below=above)
        pairs = ((header.settings, self.settings, self.noise), (header.noise, self.noise, self.settings))
        for button, sheet, other in pairs:
            button.clicked.connect(other.close_sheet)
            button.clicked.connect(sheet.toggle_sheet)
            sheet.closed.connect(button.setFocus)
            sheet.opened.connect(self.width_changed)
            sheet.closed.connect(self.width_changed)
            sheet.setting_changed.connect(self.setting_changed)

    @property
    def width(self) -> int:
        """Returns how wide the open sheet is, in pixels; 0 while none is."""
        return next((sheet.width() for sheet in (self.settings, self.noise) if not sheet.isHidden()), 0)

    def show_settings(
        self,
        fields: Sequence[Field],
        of_task: Sequence[Field],
        method: str,
        values: Mapping[str, SettingValue],
        recommended: Mapping[str, SettingValue],
    ) -> None:
        """Shows what can be set and what is.

        Args:
            fields: Those of method, task and training, as far as they are known.
            of_task: Those of the task; among them the ones of noise.
            method: Name of the method; empty before the catalog is there.
            values: Name → value, for settings that differ from the recommended ones.
            recommended: Name → value.
        """
        noise = [field for field in of_task if field.section == SECTION]
        others = [field for field in fields if field.section != SECTION]
        names = {field.name for field in noise}
        own = {name: value for name, value in values.items() if name not in names}
        self._header.show_changed(len(own))
        self._header.show_noise(noise, values)
        self._header.settings.setEnabled(bool(method))
        if method:
            self.settings.set_fields(others, method)
            self.settings.set_values(own, recommended)
            self.noise.set_fields(noise)
            self.noise.set_values(values)

    def open_at(self, setting: str = "") -> None:
        """Opens the sheet that a setting stands on."""
        wanted = self.noise if setting in self.noise.controls else self.settings
        (self.settings if wanted is self.noise else self.noise).close_sheet()
        wanted.open_sheet(setting)

    def place(self) -> None:
        """Lays both where they belong."""
        self.settings.place()
        self.noise.place()

    def close(self) -> None:
        """Closes both; an entry that fits is taken over."""
        self.settings.close_sheet()
        self.noise.close_sheet()
