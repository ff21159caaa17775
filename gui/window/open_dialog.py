"""The system's dialog for opening a file or a project."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.protocol.data_facts import FILE_PATTERNS

_OPENABLE = f"Texts and projects ({FILE_PATTERNS} project.toml);;All files (*)"


def choose_path(parent: QWidget, take: Callable[[str], None]) -> None:
    """Lets the person choose, without waiting for it.

    Args:
        parent: The window that it belongs to.
        take: Called with the path that was chosen.
    """
    dialog = QFileDialog(parent, "Open a file or a project", "", _OPENABLE)
    dialog.setObjectName("open_dialog")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(take)
    dialog.open()
