"""The training settings: a sheet that lies over the right column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from engine.protocol.fields import Field, SettingValue
from gui.look.theme import Theme
from gui.widgets.buttons import Button, icon_button
from gui.widgets.cards import Panel
from gui.widgets.labels import ThemedLabel
from gui.widgets.settings_form import SettingsForm

WIDTH = 360


class SettingsSheet(Panel):
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

    closed = Signal()
    """The sheet was closed."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, below: QWidget | None = None) -> None:
        super().__init__(theme, edge="borderStrong", parent=parent)
        self._below = below
        self.setObjectName("settings_sheet")
        self.setAccessibleName("Training settings")
        self._are_changed = False
        self.form = SettingsForm(theme)
        self.form.setting_changed.connect(self.setting_changed)
        self.form.entry_changed.connect(self._show_reset)
        self._close = icon_button(theme, "x", "Close (Esc)", size="small")
        self._close.setObjectName("close_settings")
        self._close.clicked.connect(self.close_sheet)
        self._reset = Button(theme, "Back to recommended", "secondary", "undo")
        self._reset.setObjectName("reset_settings")
        self._reset.clicked.connect(self.form.forget_typed)
        self._reset.clicked.connect(self.reset_requested)
        self._head = QHBoxLayout()
        self._head.addWidget(ThemedLabel(theme, "Training settings", "bodyStrong"), 1)
        self._head.addWidget(self._close)
        inside = QWidget()
        inside.setObjectName("settings_inside")
        self._inside = QVBoxLayout(inside)
        self._inside.addWidget(self.form)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("settings_scroll")
        self._scroll.setAccessibleName("Training settings")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inside)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addWidget(self._scroll, 1)
        self._column.addWidget(self._reset)
        self._space()
        theme.changed.connect(self._space)
        if parent is not None:
            parent.installEventFilter(self)
        self.hide()

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
        self.show()
        self.raise_()
        rows = self.form.rows
        if setting in rows and rows[setting].field.advanced:
            self.form.show_advanced(True)
        row = rows.get(setting) or next(iter(rows.values()), None)
        if row is not None:
            row.control.setFocus(Qt.FocusReason.OtherFocusReason)
            self._scroll.ensureWidgetVisible(row)

    def toggle_sheet(self) -> None:
        """Shows it, or hides it."""
        if self.isVisible():
            self.close_sheet()
        else:
            self.open_sheet()

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
            self.hide()
            self.closed.emit()

    def place(self) -> None:
        """Lies down over the right column of the page."""
        page, below = self.parentWidget(), self._below
        layout = page.layout() if page is not None else None
        if page is None or below is None or layout is None:
            return
        margins = layout.contentsMargins()
        top = margins.top() + below.height() + layout.spacing()
        left = page.width() - margins.right() - self.width()
        self.setGeometry(left, top, self.width(), page.height() - top - margins.bottom())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Stays over the right column when the page changes its size."""
        if event.type() == QEvent.Type.Resize:
            self.place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Closes with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_sheet()
            return
        super().keyPressEvent(event)

    def _space(self) -> None:
        px = self._theme.px
        self.setFixedWidth(px(WIDTH))
        self._column.setContentsMargins(px(16), px(12), px(16), px(16))
        self._column.setSpacing(px(12))
        self._inside.setContentsMargins(px(2), px(4), px(10), px(4))
        self._scroll.setStyleSheet(
            "QScrollArea, QWidget#settings_inside { background: transparent; border: none; }"
        )
