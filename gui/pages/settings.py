"""Settings: theme, text size, motion, where projects are, and what is kept to be quicker."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.protocol.kept_states import KeptStatesMeasured
from gui.look import texts
from gui.state.kept_states import KeptStates
from gui.state.page_context import Findable, PageContext, PageEntry
from gui.state.preferences import TEXT_SIZES, MotionChoice, ThemeChoice
from gui.widgets.basics import Button, Card, Divider, PageHeader, Segmented, label

_THEMES = ((ThemeChoice.SYSTEM, "As the system"), (ThemeChoice.LIGHT, "Light"), (ThemeChoice.DARK, "Dark"))
_MOTIONS = (
    (MotionChoice.SYSTEM, "As the system"),
    (MotionChoice.FULL, "Full"),
    (MotionChoice.REDUCED, "Reduced"),
)
_TITLES = {
    "theme": "Theme",
    "text_size": "Text size",
    "motion": "Motion",
    "projects": "Projects",
    "kept_states": "Kept of frozen layers",
}
_KEYWORDS = {
    "theme": "light dark colours",
    "text_size": "larger smaller font zoom",
    "motion": "animation reduced",
    "projects": "folder where files are kept",
    "kept_states": "disk space cache room empty frozen states quicker",
}
_WIDEST = 760


class SettingsPage(QWidget):
    """A row for each preference; each acts at once and is kept.

    Signals:
        go_requested: Id of the page that the person wants next.
    """

    go_requested = Signal(str)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        """Shows the preferences as they are."""
        super().__init__(parent)
        self._context = context
        self._theme = context.theme
        self._preferences = context.preferences
        self.setObjectName("settings_page")
        self.setAccessibleName("Settings")
        self._themes = self._choice("theme", "Theme", [(str(value), words) for value, words in _THEMES])
        self._sizes = self._choice(
            "text_size", "Text size", [(f"{size:g}", f"{size * 100:.0f} %") for size in TEXT_SIZES]
        )
        self._motions = self._choice("motion", "Motion", [(str(value), words) for value, words in _MOTIONS])
        self._themes.chosen.connect(lambda name: self._preferences.change(theme=ThemeChoice(name)))
        self._sizes.chosen.connect(lambda name: self._preferences.change(text_size=float(name)))
        self._motions.chosen.connect(lambda name: self._preferences.change(motion=MotionChoice(name)))
        self._controls: dict[str, QWidget] = {
            "theme": self._themes,
            "text_size": self._sizes,
            "motion": self._motions,
            "projects": self._folder_button(),
            "kept_states": self._empty_button(),
        }
        self._kept = KeptStates(context.engines, self)
        self._kept.measured.connect(self._show_kept)
        self._kept.failed.connect(lambda problem: self._notes["kept_states"].setText(f"{problem.title}."))
        self._empty.clicked.connect(self._kept.empty)
        self._lay_out()
        self._preferences.changed.connect(self._show)
        context.layout.changed.connect(self._measure)
        self._theme.changed.connect(self._measure)
        self._show()
        self._measure()

    def show_entry(self, name: str) -> None:
        """Puts the keyboard on a setting, at the option that is chosen."""
        control = self._controls[name]
        if isinstance(control, Segmented):
            control.focus_current()
        else:
            control.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choice(self, name: str, words: str, options: list[tuple[str, str]]) -> Segmented:
        choice = Segmented(self._theme, options, height=34)
        choice.setObjectName(name)
        choice.setAccessibleName(words)
        return choice

    def _lay_out(self) -> None:
        card = Card(self._theme)
        card.setObjectName("settings_card")
        card.setAccessibleName("Settings")
        notes = (
            "Light is easier to read in a bright room.",
            "Of everything, as far as the window has room (Ctrl +, Ctrl −).",
            "Reduced: nothing slides or fades.",
            str(self._context.workspace.folder),
            "…",
        )
        self._notes = {
            name: label(self._theme, note, "small", "text2", elide=True)
            for name, note in zip(_TITLES, notes, strict=True)
        }
        self._notes["kept_states"].setObjectName("kept_states_note")
        for place, (name, note) in enumerate(self._notes.items()):
            if place:
                card.body.addWidget(Divider(self._theme))
            card.body.addLayout(self._setting(_TITLES[name], note, self._controls[name]))
        self._card_row = QHBoxLayout()
        self._card_row.addWidget(card, 1)
        self._card_row.addStretch(0)
        self._card = card
        self._column = QVBoxLayout(self)
        self._column.addWidget(
            PageHeader(self._theme, "Settings", "They hold for this computer, for all projects.")
        )
        self._column.addLayout(self._card_row)
        self._column.addStretch(1)

    def _setting(self, title: str, note: QWidget, control: QWidget) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label(self._theme, title, "bodyStrong"))
        words.addWidget(note)
        row = QHBoxLayout()
        row.setSpacing(self._theme.px(16))
        row.addLayout(words, 1)
        row.addWidget(control)
        return row

    def _folder_button(self) -> QWidget:
        folder = self._context.workspace.folder
        show = Button(self._theme, "Show the folder", "secondary", "folder")
        show.setObjectName("show_projects")
        show.clicked.connect(lambda: _show_folder(folder))
        return show

    def _empty_button(self) -> QWidget:
        self._empty = Button(self._theme, "Empty", "secondary")
        self._empty.setObjectName("empty_kept_states")
        self._empty.setAccessibleName("Empty what is kept of frozen layers")
        self._empty.setEnabled(False)
        return self._empty

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Looks how much is kept now."""
        super().showEvent(event)
        self._kept.is_shown = True
        self._kept.refresh()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 (Qt's name)
        """Does not look any more."""
        super().hideEvent(event)
        self._kept.is_shown = False

    def _show_kept(self, told: KeptStatesMeasured) -> None:
        if not told.size:
            words = "Nothing now. What frozen layers say of texts is kept, so that later runs are quicker."
        elif told.in_use:
            words = f"{texts.size(told.size)}, in use by a run that trains."
        else:
            size = texts.size(told.size)
            words = f"{size}. Nothing of yours is lost without it: the next run computes it again."
        self._notes["kept_states"].setText(words)
        self._empty.setEnabled(bool(told.size) and not told.in_use)
        self._empty.setToolTip(
            "A run that trains uses it; it can be emptied when that has ended."
            if told.in_use
            else "The most that a run may keep is set among the training settings: Keep of frozen layers."
        )

    def _show(self) -> None:
        self._themes.set_current(str(self._preferences.theme))
        nearest = min(TEXT_SIZES, key=lambda size: abs(size - self._preferences.text_size))
        self._sizes.set_current(f"{nearest:g}")
        self._motions.set_current(str(self._preferences.motion))

    def _measure(self) -> None:
        px, wide = self._theme.px, self._context.layout.is_wide
        side, top = (24, 20) if wide else (16, 12)
        self._column.setContentsMargins(px(side), px(top), px(side), px(top))
        self._column.setSpacing(px(16 if wide else 12))
        self._card.setMaximumWidth(px(_WIDEST))


def _show_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _settings(_context: PageContext) -> list[Findable]:
    return [Findable(name, "Setting", title, keywords=_KEYWORDS[name]) for name, title in _TITLES.items()]


PAGE = PageEntry(
    id="settings",
    title="Settings",
    icon="sliders",
    order=92,
    build=SettingsPage,
    on_rail=False,
    needs_project=False,
    findable=_settings,
)
