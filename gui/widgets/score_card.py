"""The score of a run: large, with its interval, beside what simpler ways reach, and in counts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.protocol.catalog import MetricEntry
from engine.protocol.results import Score
from gui.look import texts
from gui.look.theme import Theme
from gui.widgets.cards import Card
from gui.widgets.fact_line import FactLine
from gui.widgets.labels import label
from gui.widgets.score_bars import ScoreBars, ScoreRow


class ScoreCard(Card):
    """One number, three bars, two sentences.

    Attributes:
        bars: This model and the baselines.
        verdict: Better, not better, or too close to call.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(theme, "Score", parent=parent)
        self.setObjectName("score_card")
        self._value = label(theme, "–", "display")
        self._interval = label(theme, "", "small", "text2", elide=True)
        self.bars = ScoreBars(theme)
        self.verdict = FactLine(theme, strong=True, wrap=True)
        self._counts = label(theme, "", "small", "text2", wrap=True)
        self._top = QHBoxLayout()
        self._top.addWidget(self._value)
        self._top.addWidget(self._interval, 1, Qt.AlignmentFlag.AlignBottom)
        self.body.addLayout(self._top)
        self.body.addWidget(self.bars)
        self.body.addStretch(1)
        self.body.addSpacing(theme.px(2))
        self.body.addWidget(self.verdict)
        self.body.addWidget(self._counts)
        self._dense = False
        self._space()
        theme.changed.connect(self._space)

    def set_score(self, score: Score, metric: MetricEntry, rows: Sequence[ScoreRow], counts: str) -> None:
        """Shows a result.

        Args:
            score: Value and interval.
            metric: What was measured.
            rows: This model first, then the baselines, the strongest first.
            counts: One sentence in counts.
        """
        self._value.setText(texts.score(score.value))
        name = texts.inside_a_sentence(metric.label)
        if not metric.higher_is_better:
            name += " (lower is better)"
        self._interval.setText(f"{name}, between {texts.score(score.low)} and {texts.score(score.high)}")
        self.bars.set_rows(rows)
        self._counts.setText(counts)
        self.setAccessibleDescription(f"{metric.label} {texts.with_interval(score)}. {counts}")

    @property
    def value_text(self) -> str:
        """Returns the large number as it is shown."""
        return self._value.text()

    @property
    def interval_text(self) -> str:
        """Returns the words beside it."""
        return self._interval.text()

    @property
    def counts_text(self) -> str:
        """Returns the sentence in counts."""
        return self._counts.text()

    def set_dense(self, dense: bool) -> None:
        """Takes less room, for the compact layout."""
        self._dense = dense
        self._value.set_role("hero" if dense else "display")
        self.bars.set_dense(dense)
        self._space()

    def _space(self) -> None:
        px = self._theme.px
        self._top.setSpacing(px(10))
        self.body.setSpacing(px(3 if self._dense else 6))
        self._interval.setContentsMargins(0, 0, 0, px(4 if self._dense else 7))
