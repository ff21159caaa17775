"""Try it: says what this step will do, until it does it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.state.page_context import OpenProject, PageContext, PageEntry
from gui.widgets.basics import EmptyState, PageHeader


class TryPage(QWidget):
    """Where a person will type a text and every run answers.

    Signals:
        go_requested: Id of the page that the person wants next.
    """

    go_requested = Signal(str)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        """Shows what is coming."""
        super().__init__(parent)
        self._context = context
        self.setObjectName("try_page")
        self.setAccessibleName("Try it")
        self._header = PageHeader(
            context.theme, "Try it", "Type a message. Every model you picked answers as you type."
        )
        self._empty = EmptyState(context.theme, "", "")
        self._empty.setObjectName("try_coming")
        self._empty.button_clicked.connect(lambda: self.go_requested.emit(self._next))
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._header)
        self._column.addWidget(self._empty, 1)
        context.runs.run_ended.connect(self._show)
        context.theme.changed.connect(self._measure)
        context.layout.changed.connect(self._measure)
        self._measure()
        self._show()

    @property
    def _next(self) -> str:
        return "results" if self._context.runs.finished else "setup"

    def _show(self) -> None:
        if self._context.runs.finished:
            self._empty.set_texts(
                "Trying your models comes next",
                "In a coming version you type a message here, every run answers side by side, and the words "
                "that moved each answer are marked. Your runs are kept for it. Until then, the wrong answers "
                "on Results show how a run reads.",
                "See the results",
            )
        else:
            self._empty.set_texts(
                "Nothing to try yet",
                "Train a model once; then its answers can be read here.",
                "Go to setup",
            )

    def _measure(self) -> None:
        px, wide = self._context.theme.px, self._context.layout.is_wide
        side, top = (24, 20) if wide else (16, 12)
        self._column.setContentsMargins(px(side), px(top), px(side), px(top))
        self._column.setSpacing(px(16 if wide else 12))


def _why_not(opened: OpenProject) -> str:
    return "" if opened.runs.finished else "Train a run first"


PAGE = PageEntry(id="try", title="Try it", icon="try", order=5, build=TryPage, unavailable=_why_not)
