"""A menu of the columns of a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QMenu, QWidget

from engine.protocol.data_facts import ColumnFacts


def column_menu(parent: QWidget, columns: Sequence[ColumnFacts], choose: Callable[[str], None]) -> QMenu:
    """Returns a menu of all columns; the caller shows it.

    Args:
        parent: Owner.
        columns: They.
        choose: Called with the name of the one that was chosen.
    """
    menu = QMenu(parent)
    menu.setObjectName("columns")
    for column in columns:
        action = menu.addAction(column.name.replace("&", "&&"))
        action.setToolTip(column.reason)
        action.triggered.connect(lambda _checked=False, name=column.name: choose(name))
    return menu
