"""What can be done to rows of the preview: a menu, and the repairs that it makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QMenu, QWidget

from engine.protocol.repairs import REMOVE_ROWS, Repair, new_cells
from gui.look.texts import count, label_words, thousands

MOST_LABELS = 40
"""Labels that a menu names; a column with more of them is edited as a text."""


def removal(rows: Sequence[int]) -> Repair:
    """Returns the step that takes rows out.

    Args:
        rows: Their numbers in the file.
    """
    return Repair(kind=REMOVE_ROWS, rows=tuple(rows))


def new_text(column: str, rows: Sequence[int], text: str) -> Repair:
    """Returns the step that writes a text into a column of some rows.

    Args:
        column: Its name.
        rows: Their numbers in the file.
        text: What is to stand there.
    """
    return new_cells(column, dict.fromkeys(rows, text))


def row_menu(
    parent: QWidget,
    rows: Sequence[int],
    label_column: str,
    labels: Sequence[str],
    choose: Callable[[Repair], object],
) -> QMenu:
    """Returns a menu for some rows; the caller shows it.

    Args:
        parent: Owner.
        rows: Their numbers in the file.
        label_column: Name of the column with the answer; empty where there is none.
        labels: Its values.
        choose: Called with the step that was chosen.
    """
    menu = QMenu(parent)
    menu.setObjectName("row_menu")
    which = f"row {thousands(rows[0])}" if len(rows) == 1 else count("rows", len(rows))
    if label_column and 0 < len(labels) <= MOST_LABELS:
        answers = menu.addMenu(f"Give {which} another label")
        answers.setObjectName("answers")
        for label in labels:
            action = answers.addAction(label_words(label).replace("&", "&&"))
            action.triggered.connect(
                lambda _checked=False, label=label: choose(new_text(label_column, rows, label))
            )
    remove = menu.addAction(f"Remove {which}")
    remove.setObjectName("remove_rows")
    remove.setToolTip("Your file stays as it is; the step can be undone.")
    remove.triggered.connect(lambda: choose(removal(rows)))
    return menu
