"""The training settings: a sheet that lies over the right column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from engine.protocol.fields import Field, SettingValue
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.settings_form import SettingsForm
from gui.widgets.side_sheet import SideSheet

WIDTH = 360


class SettingsSheet(SideSheet):
    """A form with a title, *Back to recommended* and a cross; Escape closes it.

    Args:
        theme: Colours, fonts, lengths.
        parent: The page it lies over.
        below: What of the page stays in sight above it.
    """

    setting_changed = Signal(str, object)
    """Name and value of a setting that the person changed."""

    reset_requested = Signal()
    """The person wishes the recommended settings back."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, below: QWidget | None = None) -> None:
        super().__init__(theme, "Training settings", WIDTH, parent, below=below)
        self.set_names("settings_sheet", "close_settings", "settings_scroll")
        self._are_changed = False
        self.form = SettingsForm(theme)
        self.form.setting_changed.connect(self.setting_changed)
        self.form.entry_changed.connect(self._show_reset)
        self._reset = Button(theme, "Back to recommended", "secondary", "undo")
        self._reset.setObjectName("reset_settings")
        self._reset.clicked.connect(self.form.forget_typed)
        self._reset.clicked.connect(self.reset_requested)
        self.inside.addWidget(self.form)
        self._column.addWidget(self._reset)

    def set_fields(self, fields: Sequence[Field], title: str) -> None:
        """Draws the settings of a method; see :meth:`SettingsForm.set_fields`."""
        self.form.set_fields(fields, title)

    def set_values(self, values: Mapping[str, SettingValue], recommended: Mapping[str, SettingValue]) -> None:
        """Shows values; see :meth:`SettingsForm.set_values`."""
        self.form.set_values(values, recommended)
        self._are_changed = bool(values)
        self._show_reset()

    def open_sheet(self, setting: str = "") -> None:
        """Shows it, above everything else, with the keyboard on a setting.

        Args:
            setting: Name of a setting; the first one when empty or not there.
        """
        super().open_sheet()
        rows = self.form.rows
        if setting in rows and rows[setting].field.advanced:
            self.form.show_advanced(True)
        row = rows.get(setting) or next(iter(rows.values()), None)
        if row is not None:
            row.control.setFocus(Qt.FocusReason.OtherFocusReason)
            self.scroll_area.ensureWidgetVisible(row)

    def show_unfinished(self) -> bool:
        """Shows the first entry that is wrong or unfinished, and what is the matter with it.

        Returns:
            Whether there is one.
        """
        name = next(iter(self.form.unfinished), "")
        if name:
            self.open_sheet(name)
            self.form.rows[name].show_unfinished()
        return bool(name)

    def _show_reset(self) -> None:
        self._reset.setEnabled(self._are_changed or bool(self.form.unfinished))

    def close_sheet(self) -> None:
        """Hides it; an entry that fits is taken over, as when the keyboard leaves its field."""
        if self.isVisible():
            self.form.finish()
        super().close_sheet()
