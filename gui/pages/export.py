"""Export: says what this step will do, until it does it, and where the files are meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.state.page_context import OpenProject, PageContext, PageEntry
from gui.widgets.basics import EmptyState, PageHeader


class ExportPage(QWidget):
    """Where a person will take a trained model away.

    Signals:
        go_requested: Id of the page that the person wants next.
    """

    go_requested = Signal(str)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        """Shows what is coming."""
        super().__init__(parent)
        self._context = context
        self.setObjectName("export_page")
        self.setAccessibleName("Export")
        self._header = PageHeader(
            context.theme, "Export", "Take a trained model with you. Every file works without Thaw."
        )
        self._empty = EmptyState(context.theme, "", "")
        self._empty.setObjectName("export_coming")
        self._empty.button_clicked.connect(self._go_on)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._header)
        self._column.addWidget(self._empty, 1)
        context.runs.run_ended.connect(self._show)
        context.theme.changed.connect(self._measure)
        context.layout.changed.connect(self._measure)
        self._measure()
        self._show()

    def _show(self) -> None:
        if self._context.runs.finished:
            self._empty.set_texts(
                "Exporting comes next",
                "In a coming version you choose here what to write: a model folder, the adapter only, ONNX, "
                "a report, a Python script. Until then, the folder of each run holds its saved model.",
                "Show the runs in their folder",
            )
        else:
            self._empty.set_texts(
                "Nothing to export yet", "Train a model once; then it can be taken away.", "Go to setup"
            )

    def _go_on(self) -> None:
        runs = self._context.runs.finished
        if runs:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(runs[-1].folder.parent)))
        else:
            self.go_requested.emit("setup")

    def _measure(self) -> None:
        px, wide = self._context.theme.px, self._context.layout.is_wide
        side, top = (24, 20) if wide else (16, 12)
        self._column.setContentsMargins(px(side), px(top), px(side), px(top))
        self._column.setSpacing(px(16 if wide else 12))


def _why_not(opened: OpenProject) -> str:
    return "" if opened.runs.finished else "Train a run first"


PAGE = PageEntry(id="export", title="Export", icon="export", order=6, build=ExportPage, unavailable=_why_not)
