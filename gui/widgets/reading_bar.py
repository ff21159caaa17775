"""How far a large file was read, and the button that ends it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.cards import Panel
from gui.widgets.icon_label import IconLabel
from gui.widgets.labels import ThemedLabel


class ReadingBar(Panel):
    """A strip with a title, a bar and a button; hidden while nothing is read.

    Signals:
        stop_requested: The person does not want to wait.
    """

    stop_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts hidden.

        Args:
            theme: Colours, fonts, lengths.
            parent: Owner.
        """
        super().__init__(theme, parent=parent)
        self._theme = theme
        self.setObjectName("reading_bar")
        self._icon = IconLabel(theme, "clock", "text2", 20)
        self._title = ThemedLabel(theme, "", "bodyStrong", elide=True)
        self._words = ThemedLabel(theme, "", "body", "text2", wrap=True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 100)
        self._bar.setTextVisible(False)
        self.stop = Button(theme, "Stop reading", "secondary", "x", size="small")
        self.stop.setObjectName("stop_reading")
        self.stop.setToolTip("Read the file no further; it stays as it is")
        self.stop.clicked.connect(self.stop_requested)
        self._lines = QVBoxLayout()
        for line in (self._title, self._words, self._bar):
            self._lines.addWidget(line)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon)
        self._row.addLayout(self._lines, 1)
        self._row.addWidget(self.stop)
        self._measure()
        theme.changed.connect(self._measure)
        self.hide()

    def show_percent(self, name: str, percent: int | None, *, has_rows: bool) -> None:
        """Shows how much was read.

        Args:
            name: Of the file.
            percent: 0 to 100; ``None`` hides the strip.
            has_rows: Whether its first rows are shown already.
        """
        self.setVisible(percent is not None)
        if percent is None:
            return
        title = f"Reading {name}: {percent} %"
        self._title.setText(title)
        shown = "These are its first rows. " if has_rows else ""
        self._words.setText(
            f"{shown}It is large, so this takes a while, once; the next time its rows are there at once."
        )
        self._bar.setValue(percent)
        self._bar.setAccessibleName(title)
        self.setAccessibleName(title)

    def _measure(self) -> None:
        px = self._theme.px
        self.set_look(fill="surface", edge="border")
        self._row.setContentsMargins(px(16), px(12), px(16), px(12))
        self._row.setSpacing(px(12))
        self._lines.setSpacing(px(4))
