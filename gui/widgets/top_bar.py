"""The top bar: what is open, where it runs, finding anything, and how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QActionGroup, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QWidget

from gui.look.keys import key_words, with_keys
from gui.look.theme import Theme
from gui.widgets.buttons import Button, icon_button
from gui.widgets.labels import ThemedLabel
from gui.widgets.pill_buttons import DevicePill, SearchPill
from gui.widgets.thaw_mark import ThawMark


class _NameField(QLineEdit):
    """The project's name while it is changed; Escape leaves it as it was."""

    gave_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        if event.key() == Qt.Key.Key_Escape:
            self.gave_up.emit()
        else:
            super().keyPressEvent(event)


_LONGEST_NAME = {"wide": 480, "compact": 360, "narrow": 240}
"""So much of a project's name is shown, at 100 %."""


class TopBar(QWidget):
    """48 high, always there.

    Args:
        theme: Where colours and lengths come from.
        parent: Owner.
    """

    home_requested = Signal()
    """The person pressed the mark or *Start page*."""

    renamed = Signal(str)
    """The person gave the project another name."""

    new_requested = Signal()
    open_requested = Signal()
    folder_requested = Signal()
    hub_requested = Signal()
    paste_requested = Signal()
    recent_requested = Signal(str)
    """The person chose a recent project; carries its folder."""

    save_copy_requested = Signal()
    show_folder_requested = Signal()
    device_chosen = Signal(str)
    search_requested = Signal()
    projector_toggle_requested = Signal()
    theme_toggle_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._project = ""
        self._compact = False
        self._recent: tuple[tuple[str, str], ...] = ()
        self._devices: tuple[tuple[str, str], ...] = ()
        self._chosen_device = ""
        self._mark_box = QWidget(self)
        self._mark = ThawMark(theme, 22)
        self.name_button = Button(theme, "Thaw", "quiet", size="small")
        self.name_button.set_weight(600)
        self.name_field = _NameField()
        self.name_field.hide()
        self._saved = ThemedLabel(theme, "", "caption", "text3")
        self.device = DevicePill(theme)
        self.search = SearchPill(theme)
        self.projector_button = icon_button(theme, "projector", with_keys("Projector mode", "Ctrl+Shift+P"))
        self.theme_button = icon_button(theme, "moon", with_keys("Dark theme", "Ctrl+Shift+L"))
        self._build()
        self._connect()
        self.set_project("")
        self._measure()
        theme.changed.connect(self._measure)

    def _build(self) -> None:
        self._mark_row = QHBoxLayout(self._mark_box)
        self._mark_row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignCenter)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._mark_box)
        self._row.addWidget(self.name_button)
        self._row.addWidget(self.name_field)
        self._row.addWidget(self._saved)
        self._row.addStretch(1)
        for widget in (self.device, self.search, self.projector_button, self.theme_button):
            self._row.addWidget(widget)
        self.name_button.setObjectName("project_menu")
        self.name_field.setObjectName("project_name")
        self.name_field.setAccessibleName("Project name")
        self.projector_button.setObjectName("projector_button")
        self.theme_button.setObjectName("theme_button")
        self.setAccessibleName("Top bar")
        self.device.hide()

    def _connect(self) -> None:
        self.name_button.clicked.connect(self._open_menu)
        self.name_field.editingFinished.connect(self._take_name)
        self.name_field.gave_up.connect(self._end_rename)
        self.device.clicked.connect(self._open_devices)
        self.search.clicked.connect(self.search_requested)
        self.projector_button.clicked.connect(self.projector_toggle_requested)
        self.theme_button.clicked.connect(self.theme_toggle_requested)

    # What it shows

    def set_project(self, name: str) -> None:
        """Shows the project's name; empty when none is open."""
        self._project = name
        self.name_button.setText(name or "Thaw")
        self.name_button.set_trailing("down" if name else "")
        self.name_button.setEnabled(True)
        self.name_button.setAccessibleName(f"Project {name}" if name else "Projects")
        self.name_button.setToolTip("Rename, open, save a copy" if name else "Open a project")

    def set_saved(self, text: str) -> None:
        """Shows a word behind the name, e.g. "Saved"; empty for none."""
        self._saved.setText(text)

    def set_recent(self, projects: Sequence[tuple[str, str]]) -> None:
        """Sets the recent projects of the menu: pairs of folder and name."""
        self._recent = tuple(projects)

    def set_device(self, text: str, free: str = "", tooltip: str = "") -> None:
        """Shows where training runs.

        Args:
            text: E.g. ``"CPU · 8 threads"``; empty hides the chip.
            free: E.g. ``"5.1 GB free"``.
            tooltip: More about it.
        """
        self.device.setVisible(bool(text))
        self.device.set_value(text, free)
        self.device.setToolTip(tooltip or "Where training runs. Click to choose.")

    def set_devices(self, devices: Sequence[tuple[str, str]], chosen: str) -> None:
        """Sets the devices that can be chosen.

        Args:
            devices: Pairs of id and words, the best first.
            chosen: Id of the one that is ticked.
        """
        self._devices, self._chosen_device = tuple(devices), chosen

    def set_layout_class(self, name: str) -> None:
        """Fits the bar to ``"wide"``, ``"compact"`` or ``"narrow"``."""
        self._compact = name != "wide"
        self.search.set_icon_only(name == "narrow")
        self.name_button.limit_words(_LONGEST_NAME[name])
        self._measure()

    # Menus

    def project_menu(self) -> QMenu:
        """Returns the menu behind the project's name."""
        menu = QMenu(self)
        if self._project:
            menu.addAction("Rename", self.begin_rename)
        menu.addAction(_with_keys("New project", "Ctrl+N"), self.new_requested.emit)
        menu.addAction(_with_keys("Open a file or project", "Ctrl+O"), self.open_requested.emit)
        menu.addAction(_with_keys("Open a folder of texts", "Ctrl+Shift+O"), self.folder_requested.emit)
        menu.addAction(_with_keys("Open a data set of the hub", "Ctrl+Shift+H"), self.hub_requested.emit)
        menu.addAction(_with_keys("Paste a table or a text", "Ctrl+V"), self.paste_requested.emit)
        if self._recent:
            recent = menu.addMenu("Recent projects")
            for folder, name in self._recent:
                recent.addAction(name, partial(self.recent_requested.emit, folder))
        if self._project:
            menu.addSeparator()
            menu.addAction(_with_keys("Save a copy", "Ctrl+S"), self.save_copy_requested.emit)
            menu.addAction("Show in folder", self.show_folder_requested.emit)
            menu.addSeparator()
            menu.addAction("Start page", self.home_requested.emit)
        return menu

    def _open_menu(self) -> None:
        menu = self.project_menu()
        self._open_below(menu, self.name_button)

    def device_menu(self) -> QMenu:
        """Returns the menu behind the device chip, with a tick at the one that trains."""
        menu = QMenu(self)
        menu.setObjectName("devices")
        group = QActionGroup(menu)
        for device, words in self._devices:
            action = menu.addAction(words, partial(self.device_chosen.emit, device))
            action.setCheckable(True)
            action.setChecked(device == self._chosen_device)
            group.addAction(action)
        return menu

    def _open_devices(self) -> None:
        self._open_below(self.device_menu(), self.device)

    def _open_below(self, menu: QMenu, button: QWidget) -> None:
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + self._theme.px(4))))

    # Renaming

    def begin_rename(self) -> None:
        """Lets the person change the name where it stands."""
        self.name_field.setText(self._project)
        self.name_button.hide()
        self.name_field.show()
        self.name_field.selectAll()
        self.name_field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_name(self) -> None:
        if not self.name_field.isVisible():
            return
        name = self.name_field.text().strip()
        self._end_rename()
        if name and name != self._project:
            self.renamed.emit(name)

    def _end_rename(self) -> None:
        self.name_field.hide()
        self.name_button.show()

    # Look

    def _measure(self) -> None:
        theme, px = self._theme, self._theme.px
        self.setFixedHeight(theme.layout("topBar"))
        self._row.setContentsMargins(0, 0, px(16), px(1))
        self._row.setSpacing(px(8))
        self._mark_box.setFixedWidth(px(58 if self._compact else 66))
        self._mark_row.setContentsMargins(px(10), 0, 0, 0)
        self.name_field.setFont(theme.font("bodyStrong"))
        self.name_field.setFixedWidth(px(240))
        self.theme_button.set_icon("sun" if theme.is_dark else "moon")
        words = "Light theme" if theme.is_dark else "Dark theme"
        self.theme_button.setToolTip(with_keys(words, "Ctrl+Shift+L"))
        self.theme_button.setAccessibleName(words)
        on = "Leave projector mode" if theme.projector else "Projector mode"
        self.projector_button.setToolTip(with_keys(on, "Ctrl+Shift+P"))
        self.projector_button.setAccessibleName(on)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws the ground and the line below."""
        painter = QPainter(self)
        line = self._theme.px(1)
        painter.fillRect(self.rect(), self._theme.color("rail"))
        painter.fillRect(0, self.height() - line, self.width(), line, self._theme.color("border"))


def _with_keys(words: str, combination: str) -> str:
    """Returns an entry of a menu with its keys at the right."""
    return f"{words}\t{key_words(combination)}"
