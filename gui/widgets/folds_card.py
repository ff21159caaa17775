"""All folds of one recipe: each fold's score, their mean and spread, and the score of all rows together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QWidget

from engine.protocol.catalog import MetricEntry
from engine.protocol.pooled_folds import PooledFolds
from engine.protocol.problems import Problem
from engine.protocol.results import Score
from gui.look import texts
from gui.look.theme import Theme
from gui.widgets.banner import Banner
from gui.widgets.buttons import Button
from gui.widgets.cards import Card, Divider
from gui.widgets.labels import ThemedLabel, label
from gui.widgets.run_marker import RunMarker
from gui.widgets.score_bars import ScoreRow
from gui.widgets.score_card import ScoreCard


@dataclass(frozen=True)
class FoldLine:
    """What a fold reaches.

    Attributes:
        score: On its own test rows; ``None`` where it is not trained.
        counts: What of them is right or wrong, in words.
        color_number: Of its run.
        is_shown: Whether the page shows its run.
    """

    score: Score | None = None
    counts: str = ""
    color_number: int = 0
    is_shown: bool = False


class FoldsCard(QWidget):
    """Two cards: the folds, and all rows together; before that is known, what is in the way.

    Attributes:
        together: The score of all rows.
        missing: Which folds are not trained, with the button that trains them; or what else is in the way.
    """

    fold_chosen = Signal(int)
    """The person wants to see the run of a fold; the first is 0."""

    wanted = Signal()
    """It came into sight, so that the folds should be judged together."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("folds_card")
        self._folds = Card(theme, "Each fold")
        self._folds.setObjectName("each_fold")
        self._grid = QGridLayout()
        self._grid.setColumnStretch(3, 1)
        self._lines: list[FoldLine] = []
        self._cells: list[QWidget] = []
        self.spread = label(theme, "", "bodyStrong")
        self._line = Divider(theme)
        self._meaning = label(theme, "", "small", "text2", wrap=True)
        self._folds.body.addLayout(self._grid)
        self._folds.body.addWidget(self._line)
        self._folds.body.addWidget(self.spread)
        self._folds.body.addWidget(self._meaning)
        self._folds.body.addStretch(1)
        self.together = ScoreCard(theme)
        self.together.setObjectName("folds_together")
        self.missing = Banner(theme)
        self.missing.setObjectName("missing_folds")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._folds, 44)
        self._row.addWidget(self.together, 40)
        self._row.addWidget(self.missing, 40, Qt.AlignmentFlag.AlignTop)
        self._measure()
        theme.changed.connect(self._measure)

    def set_folds(self, lines: Sequence[FoldLine], spread: str, meaning: str) -> None:
        """Shows what each fold reaches.

        Args:
            lines: In the order of the folds.
            spread: Their mean and spread; empty while a fold is missing.
            meaning: What all of that means.
        """
        if list(lines) != self._lines:  # else the keyboard stays where it is
            self._lines = list(lines)
            self._fill()
        self.spread.setText(spread)
        self._meaning.setText(meaning)
        for widget in (self._line, self.spread):
            widget.setVisible(bool(spread))

    def set_pooled(self, pooled: PooledFolds, metric: MetricEntry, unit: str, color_number: int) -> None:
        """Shows what all rows together say.

        Args:
            pooled: What the folds reach.
            metric: What they are judged by.
            unit: What a row is called, plural.
            color_number: Of the run that is looked at.
        """
        all_rows, sign = texts.count(unit, pooled.rows), -1 if metric.higher_is_better else 1
        own = ScoreRow("All folds", pooled.pooled[metric.id], color_number)
        simpler = [
            ScoreRow(f"{one.label}, mean of the folds", _exact(one.scores[metric.id]), is_exact=True)
            for one in pooled.baselines
            if metric.id in one.scores
        ]
        simpler.sort(key=lambda row: sign * row.score.value)
        counts = f"Each of the {all_rows} was judged once, by a model that had not learned from it."
        if metric.higher_is_better:
            verb = "is" if pooled.wrong == 1 else "are"
            counts += f" {texts.thousands(pooled.wrong)} of them {verb} wrong."
        self.together.set_title(f"All {all_rows} together")
        self.together.set_score(pooled.pooled[metric.id], metric, [own, *simpler], counts)

    def show_missing(self, problem: Problem | None, progress: str) -> None:
        """Shows the second card, or what is in its place.

        Args:
            problem: Why all rows cannot be judged together; ``None`` where they can be.
            progress: What is being done for it; empty when it is done.
        """
        if problem is not None:
            self.missing.show_problem(problem)
        elif progress:
            self.missing.show_message("info", "All rows together", progress)
        else:
            self.missing.clear()
        self.together.setVisible(problem is None and not progress)

    def set_layout(self, *, wide: bool, narrow: bool) -> None:
        """Lays it out for the size of the window."""
        across = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._row.setDirection(across)
        self._row.setSpacing(self._theme.px(16 if wide else 12))
        for card in (self._folds, self.together):
            card.set_padding(16 if wide else 12)
        self.together.set_dense(not wide)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Says that it is looked at."""
        super().showEvent(event)
        self.wanted.emit()

    def _fill(self) -> None:
        for cell in self._cells:
            self._grid.removeWidget(cell)
            cell.hide()
            cell.deleteLater()
        self._cells = []
        for row, line in enumerate(self._lines):
            for column, cell in enumerate(self._line_cells(row, line)):
                self._grid.addWidget(cell, row, column)
                self._cells.append(cell)
        self._measure()

    def _line_cells(self, fold: int, line: FoldLine) -> list[QWidget]:
        theme, score = self._theme, line.score
        marker = RunMarker(theme, max(1, line.color_number))
        if score is None:
            marker.hide()
        name: QWidget = ThemedLabel(theme, f"Fold {fold + 1}", "bodyStrong" if line.is_shown else "body")
        if score is not None and not line.is_shown:
            name = Button(theme, f"Fold {fold + 1}", "link", size="small")
            name.setToolTip("Show the run of this fold")
            name.clicked.connect(lambda: self.fold_chosen.emit(fold))
        name.setObjectName(f"fold_{fold}")
        value = ThemedLabel(theme, texts.score(score.value) if score is not None else "–", "bodyStrong")
        between = (
            f"between {texts.score(score.low)} and {texts.score(score.high)}" if score is not None else ""
        )
        interval = ThemedLabel(theme, between, "small", "text2", elide=True)
        counts = ThemedLabel(theme, line.counts, "small", "text2")
        return [marker, name, value, interval, counts]

    def _measure(self) -> None:
        px = self._theme.px
        self._grid.setHorizontalSpacing(px(10))
        self._grid.setVerticalSpacing(0)
        for row in range(self._grid.rowCount()):
            self._grid.setRowMinimumHeight(row, px(28) if row < len(self._lines) else 0)


def _exact(value: float) -> Score:
    return Score(value=value, low=value, high=value)
