"""Rows or a text out of the clipboard, opened like any other file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication

from engine.protocol.problems import Problem
from engine.protocol.project_problems import cannot_use_file, nothing_to_paste
from gui.widgets.drop_zone import dropped_files

_NAME = "Pasted rows.txt"
"""The new project is called so; what stands in the file says whether it is a table."""


class Pasting:
    """Keeps what was pasted last until the window is gone; a project has a copy of its own by then."""

    def __init__(
        self, open_paths: Callable[[Sequence[str]], object], tell: Callable[[Problem], object]
    ) -> None:
        """Takes what it calls.

        Args:
            open_paths: Opens files.
            tell: Shows a problem.
        """
        self._open_paths, self._tell = open_paths, tell
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def paste(self) -> None:
        """Opens what was copied: files, a table or a text."""
        try:
            paths = self._paths_of(QApplication.clipboard().mimeData())
        except OSError as error:
            self._tell(cannot_use_file(_NAME, error.strerror or str(error)))
            return
        if paths:
            self._open_paths(paths)
        else:
            self._tell(nothing_to_paste())

    def _paths_of(self, mime: QMimeData) -> list[str]:
        """Returns the paths of copied files, or of one that holds the copied text; none for neither."""
        files, text = dropped_files(mime), mime.text()
        if files or not text.strip():
            return files
        folder = tempfile.TemporaryDirectory(prefix="thaw-pasted-", ignore_cleanup_errors=True)
        path = Path(folder.name) / _NAME
        path.write_text(text, encoding="utf-8", newline="")
        self._folder = folder  # the one before is removed by this
        return [str(path)]
