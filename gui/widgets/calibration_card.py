"""How sure a model was of its answers, and how often it was right: one diagram, one finding."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from engine.protocol.results import Calibration, CalibrationBin
from gui.look.theme import Theme
from gui.widgets.buttons import icon_button
from gui.widgets.cards import Card
from gui.widgets.fact_line import FactLine
from gui.widgets.reliability_diagram import ReliabilityDiagram


class CalibrationCard(Card):
    """The reliability diagram of a run.

    Attributes:
        diagram: The picture.
        finding: What it says, in words.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(theme, "How sure, how right", parent=parent)
        self.setObjectName("calibration_card")
        self.finding = FactLine(theme, wrap=True)
        self.finding.setObjectName("calibration_finding")
        self.diagram = ReliabilityDiagram(theme)
        self._copy = icon_button(theme, "copy", "Copy as table", size="small")
        self._copy.setObjectName("copy_calibration")
        self._copy.clicked.connect(self.copy_table)
        self.header.addWidget(self._copy)
        self.body.addWidget(self.finding)
        self.body.addWidget(self.diagram, 100)
        self.body.addStretch(1)  # without a diagram the finding stays at the top
        self._rows: Sequence[Sequence[str]] = ()
        self.set_calibration(None, 1)

    def set_calibration(
        self,
        found: Calibration | None,
        number: int,
        about: Callable[[CalibrationBin], str] = str,
        conditions: str = "",
        rows: Sequence[Sequence[str]] = (),
    ) -> None:
        """Shows a run; what it means is told by :attr:`finding`.

        Args:
            found: What was measured; ``None`` leaves the finding alone.
            number: Of the run's colour and marker.
            about: Says what a bin holds.
            conditions: What was measured, for the line beside the title.
            rows: The bins as lines of cells, to be copied.
        """
        self._rows = rows
        for widget in (self.diagram, self._copy):
            widget.setVisible(found is not None)
        self.set_title("How sure, how right", conditions)
        self.diagram.set_calibration(found, number, about)

    def copy_table(self) -> None:
        """Puts the bins on the clipboard, cells divided by tabs."""
        QGuiApplication.clipboard().setText("\n".join("\t".join(row) for row in self._rows))
