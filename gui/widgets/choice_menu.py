"""A menu below a button, of which one thing is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget


@dataclass(frozen=True)
class Choice:
    """A line of the menu.

    Attributes:
        words: What it says.
        take: Called when it is chosen.
        enabled: Whether it can be.
        apart: Whether a line stands above it.
    """

    words: str
    take: Callable[[], object]
    enabled: bool = True
    apart: bool = False


def open_choices(button: QWidget, name: str, choices: Sequence[Choice], title: str = "") -> QMenu:
    """Opens a menu; it is gone when something was chosen, or nothing.

    Args:
        button: It stands below this one.
        name: Its object name.
        choices: From the top.
        title: A line above them that cannot be chosen; empty for none.
    """
    menu = QMenu(button)
    menu.setObjectName(name)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if title:
        menu.addAction(title).setEnabled(False)
    for choice in choices:
        if choice.apart:
            menu.addSeparator()
        menu.addAction(choice.words, choice.take).setEnabled(choice.enabled)
    menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
    return menu
