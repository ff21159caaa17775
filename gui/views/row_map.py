"""The map of the test rows of one run, before training and after it."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.protocol.wording import shortened
from gui.look.texts import singular
from gui.state import run_findings
from gui.state.embedding_map import EmbeddingMap, how_drawn
from gui.state.page_context import PageContext
from gui.state.run_status import RunStatus
from gui.widgets.cards import Card
from gui.widgets.embedding_plot import EmbeddingPlot, PlacedText
from gui.widgets.labels import label
from gui.widgets.segmented import Segmented

_LETTERS = 160
"""Of a text, for those who point at it."""


class RowMapView(QWidget):
    """Asks for the map when it is first seen: a run that nobody looks at costs nothing."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        """Starts without a run."""
        super().__init__(parent)
        theme = context.theme
        self._theme = theme
        self._run: RunStatus | None = None
        self._unit = "texts"
        self._map = EmbeddingMap(context.engines, self)
        self.setObjectName("row_map")
        self.card = Card(theme, "Where the test rows lie")
        self.card.setObjectName("embedding_card")
        self.sides = Segmented(theme, [("before", "Before training"), ("after", "After")])
        self.sides.setObjectName("map_side")
        self.sides.setAccessibleName("Before training or after it")
        self.sides.set_current("after")
        self.card.header.addWidget(self.sides)
        self.finding = label(theme, "", "body", "text", wrap=True)
        self.plot = EmbeddingPlot(theme)
        self.card.body.addWidget(self.finding)
        self.card.body.addWidget(self.plot, 1)
        self.card.body.addStretch(0)  # without a plot the finding stays below the title
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)
        self.sides.chosen.connect(lambda side: self.plot.show_after(side == "after"))
        self._map.changed.connect(self._show)

    def show_run(self, run: RunStatus, unit: str) -> None:
        """Shows another run.

        Args:
            run: A finished run.
            unit: What its rows are called, plural.
        """
        if run is not self._run:
            self._run, self._unit = run, unit
            self._map.forget()
        if self.isVisible():
            self._map.ask(run.folder)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's own name
        """Asks for what is seen now."""
        super().showEvent(event)
        if self._run is not None:
            self._map.ask(self._run.folder)

    def _show(self) -> None:
        found, run = self._map.found, self._run
        self.finding.setText(self._map.words)
        self.sides.setVisible(found is not None)
        self.plot.setVisible(found is not None)
        self.card.set_title("Where the test rows lie", how_drawn(found) if found is not None else "")
        if found is None or run is None or run.result is None:
            return
        classes = run.result.classes
        known = {answer.row: answer for answer in run_findings.answers_of(run)}
        texts = []
        for point in found.points:
            answer = known.get(point.row)
            if answer is None:
                continue
            mark = classes.index(answer.truth) + 1 if answer.truth in classes else 0
            wrong = not answer.is_right
            said = (
                f"It said {answer.said}; the truth is {answer.truth}." if wrong else f"Rightly {answer.said}."
            )
            shown = shortened(answer.text, _LETTERS)
            words = f"{singular(self._unit).capitalize()} in row {point.row:,}: {shown}\n{said}"
            texts.append(PlacedText(point.before, point.after, mark, wrong, words))
        by_degrees = any(answer.right is not None for answer in known.values())
        self.plot.set_texts(texts, classes, "not wholly right" if by_degrees else "wrong answer")
