"""In what ways the answers came out, where there is no matrix of classes: right, partly, missed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from engine.protocol.catalog import MetricEntry
from engine.protocol.results import BEFORE, Prediction, RunResult
from gui.look import texts
from gui.look.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.cards import Card
from gui.widgets.full_text import FullText
from gui.widgets.labels import label
from gui.widgets.score_points import ScorePoints


class OutcomeBars(QWidget):
    """A bar for each way, its share of all written beside its count."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(parent)
        self._theme = theme
        self._rows: tuple[tuple[str, float, str, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    def set_rows(self, rows: Sequence[tuple[str, float, str, str]]) -> None:
        """Shows bars: words, length 0 to 1, what stands at the end, token of the colour."""
        self._rows = tuple(rows)
        self.setAccessibleName("Outcomes")
        self.setAccessibleDescription(". ".join(f"{name} {value}" for name, _, value, _ in rows))
        self.updateGeometry()
        self.update()

    @property
    def words(self) -> list[str]:
        """Returns what is written, a line each."""
        return [f"{name} {value}" for name, _, value, _ in self._rows]

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Returns 30 for each bar."""
        return QSize(self._theme.px(240), self._theme.px(30) * len(self._rows))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 (Qt's name)
        """Draws words, counts and bars."""
        painter, theme, px = QPainter(self), self._theme, self._theme.px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, (name, length, value, token) in enumerate(self._rows):
            top = place * px(30)
            words = QRectF(0, top, self.width(), px(16))
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("text"))
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, name)
            painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, value)
            bar = QRectF(0, top + px(17), self.width(), px(6))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("pressed"))
            painter.drawRoundedRect(bar, px(3), px(3))
            if length > 0:
                bar.setWidth(max(px(3), bar.width() * min(1.0, length)))
                painter.setBrush(theme.color(token))
                painter.drawRoundedRect(bar, px(3), px(3))


class OutcomesCard(Card):
    """Before and after, counts of each way, how it was measured.

    Attributes:
        points: Each score against the truth, where answers are scores.
        bars: Ways and counts.
        change: The score before and after training.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts empty."""
        super().__init__(theme, "What became of them", parent=parent)
        self.setObjectName("outcomes_card")
        self.bars = OutcomeBars(theme)
        self._notes = label(theme, "", "small", "text2", wrap=True)
        self.change = label(theme, "", "hero")
        self._change_note = label(theme, "", "small", "text2", wrap=True)
        self.how = Button(theme, "", "link", "info")
        self.how.setObjectName("how_measured")
        self.how.clicked.connect(self._open_notes)
        self.points = ScorePoints(theme)
        told = QVBoxLayout()
        for widget in (self.change, self._change_note, self.bars, self._notes):
            told.addWidget(widget)
        told.addWidget(self.how, 0, Qt.AlignmentFlag.AlignLeft)
        told.addStretch(1)
        self._halves = QHBoxLayout()
        self._halves.addLayout(told, 1)
        self._halves.addWidget(self.points, 1)
        self.body.addLayout(self._halves, 1)
        self.points.hide()
        self._measure_halves()
        theme.changed.connect(self._measure_halves)
        self._dense = False
        self._result: RunResult | None = None

    def set_result(self, result: RunResult, metric: MetricEntry) -> None:
        """Shows a result.

        Args:
            result: With its outcomes and its score before training, as far as there are.
            metric: What is shown before and after.
        """
        outcomes = result.outcomes
        self.set_title(f"What became of the {result.outcomes_of}" if outcomes else "How it was measured")
        self._show_change(result, metric)
        total = max(1, sum(outcome.count for outcome in outcomes))
        self.bars.set_rows(
            [
                (
                    outcome.label,
                    outcome.count / total,
                    f"{texts.thousands(outcome.count)} · {texts.percent(outcome.count / total)}",
                    "ok" if outcome.is_right else "err",
                )
                for outcome in outcomes
            ]
        )
        self._result = result
        self._show_notes()

    def set_answers(self, answers: Sequence[Prediction]) -> None:
        """Shows each answer against the truth, where all are scores.

        Args:
            answers: On all test rows.
        """
        self.points.set_answers(answers)
        self.points.setVisible(bool(self.points.answers))

    def set_narrow(self, narrow: bool) -> None:
        """Puts the points below the counts, in a narrow window."""
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._halves.setDirection(direction)
        self._halves.setStretch(0, 0 if narrow else 1)

    def set_dense(self, dense: bool) -> None:
        """Keeps how it was measured behind a button in a low window, unless nothing else is shown."""
        self._dense = dense
        self._show_notes()

    def _measure_halves(self) -> None:
        self._halves.setSpacing(self._theme.px(16))

    def _show_notes(self) -> None:
        result = self._result
        if result is None:
            return
        hidden = self._dense and bool(result.outcomes) and bool(result.notes)
        self._notes.setText(" ".join(result.notes))
        self._notes.setVisible(bool(result.notes) and not hidden)
        self.how.setText("How it was measured" if hidden else "Exact settings")
        self.how.setVisible(hidden or bool(result.exact_settings))

    def _open_notes(self) -> None:
        if self._result is not None:
            told = [*self._result.notes, self._result.exact_settings]
            popover = FullText(self._theme, "How it was measured", "\n\n".join(filter(None, told)), self)
            popover.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            popover.open_over(self.window())

    def _show_change(self, result: RunResult, metric: MetricEntry) -> None:
        """Shows the score before and after training, where the model could do the task before."""
        before = next((one.scores.get(metric.id) for one in result.baselines if one.id == BEFORE), None)
        for widget in (self.change, self._change_note):
            widget.setVisible(before is not None)
        if before is not None:
            now = result.scores[metric.id]
            self.change.setText(f"{texts.score(before.value)} → {texts.score(now.value)}")
            direction = "higher" if metric.higher_is_better else "lower"
            name = texts.inside_a_sentence(metric.label)
            self._change_note.setText(f"{name} before → after training, {direction} is better")
