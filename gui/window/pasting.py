"""Rows or a text out of the clipboard, opened like any other file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication

from engine.protocol.problems import Problem
from engine.protocol.project_problems import cannot_use_file, nothing_to_paste
from gui.widgets.drop_zone import dropped_file

_NAME = "Pasted rows.txt"
"""The new project is called so; what stands in the file says whether it is a table."""


class Pasting:
    """Keeps what was pasted last until the window is gone; a project has a copy of its own by then."""

    def __init__(self, open_path: Callable[[str], object], tell: Callable[[Problem], object]) -> None:
        """Takes what it calls.

        Args:
            open_path: Opens a file.
            tell: Shows a problem.
        """
        self._open_path, self._tell = open_path, tell
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def paste(self) -> None:
        """Opens what was copied: a file, a table or a text."""
        try:
            path = self._path_of(QApplication.clipboard().mimeData())
        except OSError as error:
            self._tell(cannot_use_file(_NAME, error.strerror or str(error)))
            return
        if path:
            self._open_path(path)
        else:
            self._tell(nothing_to_paste())

    def _path_of(self, mime: QMimeData) -> str:
        """Returns the path of a copied file, or of one that holds the copied text; empty for neither."""
        file, text = dropped_file(mime), mime.text()
        if file or not text.strip():
            return file
        folder = tempfile.TemporaryDirectory(prefix="thaw-pasted-", ignore_cleanup_errors=True)
        path = Path(folder.name) / _NAME
        path.write_text(text, encoding="utf-8", newline="")
        self._folder = folder  # the one before is removed by this
        return str(path)
