"""A stack of widgets that needs no more room than the one that is shown."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget, QWidget


class FittingStack(QStackedWidget):
    """Qt's own stack is as large as its largest widget, shown or not; so a small one would scroll."""

    def __init__(self, *widgets: QWidget, parent: QWidget | None = None) -> None:
        """Shows the first of some widgets."""
        super().__init__(parent)
        for widget in widgets:
            self.addWidget(widget)
        self.currentChanged.connect(lambda _index: self.updateGeometry())

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns that of the widget that is shown."""
        shown = self.currentWidget()
        return shown.sizeHint() if shown is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns that of the widget that is shown."""
        shown = self.currentWidget()
        return shown.minimumSizeHint() if shown is not None else super().minimumSizeHint()
