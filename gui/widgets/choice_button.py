"""A small button that says what is chosen and opens a menu of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from gui.look.theme import Theme
from gui.widgets.buttons import Button


class ChoiceButton(Button):
    """One of some options, named on the button.

    Args:
        theme: Where colours and lengths come from.
        name: What is chosen, for who cannot see it, e.g. ``"Horizontal axis"``.
        options: Name for the program and words for the person; the first is chosen.
        parent: Owner.
    """

    chosen = Signal(str)
    """The person chose another option; carries its name."""

    def __init__(
        self, theme: Theme, name: str, options: Sequence[tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, "", "secondary", size="small", parent=parent)
        self._name = name
        self._options = dict(options)
        self._current = ""
        self.set_trailing("down")
        self.set_current(options[0][0])
        self.clicked.connect(self._open)

    def current(self) -> str:
        """Returns the name of the chosen option."""
        return self._current

    def set_options(self, options: Sequence[tuple[str, str]], current: str) -> None:
        """Takes other options, and chooses one of them without saying so."""
        self._options = dict(options)
        self.set_current(current)

    def set_current(self, name: str) -> None:
        """Chooses an option without saying so."""
        self._current = name
        self.setText(self._options[name])
        self.setAccessibleName(f"{self._name}: {self._options[name]}")
        self.updateGeometry()

    def _open(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, words in self._options.items():
            action = menu.addAction(words, partial(self.choose, name))
            action.setCheckable(True)
            action.setChecked(name == self._current)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def choose(self, name: str) -> None:
        """Chooses an option as the person does."""
        if name != self._current:
            self.set_current(name)
            self.chosen.emit(name)
