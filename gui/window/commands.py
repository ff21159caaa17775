"""What can be done from the keyboard and from *Find anything*, each told once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class WindowCommand:
    """Something that the window can do.

    Attributes:
        id: Stable name.
        title: A verb first; empty for what the search need not list.
        keys: Its shortcuts; the first one stands in the search.
        icon: Name of an icon.
        do: Does it.
        keywords: Other words under which it is found.
    """

    id: str
    title: str
    keys: tuple[str, ...]
    icon: str
    do: Callable[[], object]
    keywords: str = ""


def install_shortcuts(window: QWidget, commands: Iterable[WindowCommand]) -> None:
    """Makes every shortcut of the commands work in a window."""
    for command in commands:
        for keys in command.keys:
            shortcut = QShortcut(QKeySequence(keys), window)
            shortcut.setObjectName(f"shortcut_{command.id}")
            shortcut.activated.connect(command.do)
