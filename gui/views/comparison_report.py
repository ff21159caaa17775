"""The button that saves a comparison as a report, and then shows it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from gui.state.comparison_saving import ComparisonSaving
from gui.state.page_context import PageContext
from gui.state.run_export import free_place
from gui.widgets.basics import Button

_FOLDER = "Comparison"
_SAVE, _SHOW, _BUSY = "Save as report", "Show the report", "Saving …"


class ComparisonReportButton(Button):
    """Saves what is shown into the project's folder for exports; pressed again it opens what was saved."""

    failed = Signal(object)
    """The :class:`Problem` that was in the way."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        """Has nothing to save yet."""
        super().__init__(context.theme, _SAVE, "secondary", "file", size="small", parent=parent)
        self.setObjectName("save_comparison")
        self._context = context
        self._names: dict[str, str] = {}
        self._saved = ""
        self._saving = ComparisonSaving(context.engines, self)
        self._saving.saved.connect(self._take_saved)
        self._saving.failed.connect(self._take_failed)
        self.clicked.connect(self._press)
        self._show()

    def set_runs(self, names: Mapping[str, str]) -> None:
        """Says what would be saved.

        Args:
            names: Folder of each compared run → what it is called; a report of fewer than two says nothing.
        """
        if dict(names) != self._names:
            self._names, self._saved = dict(names), ""
            self._show()

    def _press(self) -> None:
        if self._saved:
            QDesktopServices.openUrl(QUrl.fromLocalFile(self._saved))
            return
        self._saving.start(self._names, free_place(self._context.project.folder, _FOLDER))
        self._show()

    def _take_saved(self, path: str) -> None:
        self._saved = path
        self._show()

    def _take_failed(self, problem: object) -> None:
        self._show()
        if problem is not None:
            self.failed.emit(problem)

    def _show(self) -> None:
        words = _BUSY if self._saving.is_writing else _SHOW if self._saved else _SAVE
        self.setText(words)
        self.setEnabled(not self._saving.is_writing)
        self.setVisible(len(self._names) > 1)
        place = str(Path(self._saved).parent) if self._saved else ""
        self.setToolTip(f"Saved in {place}" if place else "The finding, tables and charts, as HTML and PDF")
