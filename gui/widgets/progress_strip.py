"""A strip that says what takes a while, how far it is, and has a button that ends it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.cards import Panel
from gui.widgets.icon_label import IconLabel
from gui.widgets.labels import ThemedLabel


class ProgressStrip(Panel):
    """A title, a sentence, a bar and a button; hidden while there is nothing to wait for.

    Args:
        theme: Colours, fonts, lengths.
        stop: Words on the button.
        tooltip: What the button does, and what stays as it is.
        parent: Owner.

    Attributes:
        stop: The button.

    Signals:
        stop_requested: The person does not want to wait.
        shown_changed: It has appeared, or gone.
    """

    stop_requested = Signal()
    shown_changed = Signal()

    def __init__(self, theme: Theme, stop: str, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent=parent)
        self._theme = theme
        self._icon = IconLabel(theme, "clock", "text2", 20)
        self._title = ThemedLabel(theme, "", "bodyStrong", elide=True)
        self._words = ThemedLabel(theme, "", "body", "text2", wrap=True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 100)
        self._bar.setTextVisible(False)
        self.stop = Button(theme, stop, "secondary", "x", size="small")
        self.stop.setToolTip(tooltip)
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

    def show_progress(self, title: str, words: str, percent: int | None) -> None:
        """Shows how far it is.

        Args:
            title: What takes a while.
            words: A sentence about it.
            percent: 0 to 100; ``None`` hides the strip.
        """
        was_shown = not self.isHidden()
        self.setVisible(percent is not None)
        if percent is not None:
            told = f"{title}: {percent} %"
            self._title.setText(told)
            self._words.setText(words)
            self._bar.setValue(percent)
            self._bar.setAccessibleName(told)
            self.setAccessibleName(told)
        if was_shown != (percent is not None):
            self.shown_changed.emit()

    def _measure(self) -> None:
        px = self._theme.px
        self.set_look(fill="surface", edge="border")
        self._row.setContentsMargins(px(16), px(12), px(16), px(12))
        self._row.setSpacing(px(12))
        self._lines.setSpacing(px(4))
