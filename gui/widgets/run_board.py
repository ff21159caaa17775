"""The three columns of Train: what changes in the model, the curves, the texts that are followed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from engine.protocol.catalog import MetricEntry
from engine.protocol.events import EvaluationEnded, TrainingStarted
from gui.look import texts
from gui.look.theme import Theme
from gui.widgets.cards import Card
from gui.widgets.charts_card import ChartsCard
from gui.widgets.heat_card import HeatCard
from gui.widgets.technical_card import TechnicalCard
from gui.widgets.watched_texts import WatchedTexts

_LEFT = {"wide": 292, "compact": 252, "narrow": 262}
_RIGHT = {"wide": 320, "compact": 288}
_MOST_TEXTS = {"wide": 6, "compact": 3, "narrow": 6}


@dataclass(frozen=True)
class RunCurves:
    """What the charts and the texts show of a run.

    Attributes:
        steps: Step numbers.
        epochs: Where each step ended, in epochs.
        losses: Loss of each step.
        total_steps: Of the whole run.
        validations: Oldest first.
        metric: Id of the metric of the lower chart.
        best: Epoch of the best checkpoint.
        position: Where the run is, while something is still to come.
        stopped: Where it broke off.
        changes: Where it was computed otherwise from then on: epoch and words.
        run_number: Number of its colour.
    """

    steps: NDArray[np.float64]
    epochs: NDArray[np.float64]
    losses: NDArray[np.float64]
    total_steps: int
    validations: Sequence[EvaluationEnded]
    metric: str
    best: float | None
    position: float | None
    stopped: float | None
    run_number: int
    changes: Sequence[tuple[float, str]] = ()


class RunBoard(QWidget):
    """Heat, charts and texts side by side; in a narrow window the texts move into the charts' card.

    Attributes:
        heat: How much each layer has changed.
        charts: Loss and metric.
        texts: The texts that are followed.
        technical: What stands in their place after a failure.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts wide and empty."""
        super().__init__(parent)
        self._theme = theme
        self.heat = HeatCard(theme)
        self.charts = ChartsCard(theme)
        self.texts = WatchedTexts(theme)
        self.texts.setObjectName("watched_texts")
        self.technical = TechnicalCard(theme)
        self._texts_card = Card(theme)
        self._texts_card.setObjectName("texts_card")
        self._layout_name = "wide"
        self._failed = False
        self._has_curve = True
        self._parts: list[Callable[[], None]] = []
        self._turns = QTimer(self, interval=0)
        self._turns.timeout.connect(self._draw_next)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.heat)
        self._row.addWidget(self.charts, 1)
        self._row.addWidget(self._texts_card)
        self._row.addWidget(self.technical)
        fixed = QSizePolicy.Policy.Fixed
        for card in (self.heat, self._texts_card):
            card.setSizePolicy(fixed, QSizePolicy.Policy.Expanding)
        self._arrange()
        theme.changed.connect(self._arrange)

    def set_layout(self, name: str) -> None:
        """Takes ``"wide"``, ``"compact"`` or ``"narrow"``."""
        self._layout_name = name
        self._arrange()

    def set_failed(self, failed: bool, *, has_curve: bool = True) -> None:
        """Keeps only the loss so far, beside the technical facts; without a curve only those."""
        self._failed, self._has_curve = failed, has_curve
        self._arrange()

    def set_run(
        self, started: TrainingStarted | None, metric: MetricEntry, note: str, unit: str, number: int
    ) -> None:
        """Says whose board this is, before anything is drawn.

        Args:
            started: What the run began with; ``None`` while it gets ready.
            metric: Of the lower chart.
            note: What stands beside the name of the metric.
            unit: What a row of the data is called, plural.
            number: Number of the run's colour.
        """
        baselines = [
            (started.baseline_labels.get(name, name), values[metric.id])
            for name, values in (started.baselines.items() if started else ())
            if started is not None and metric.id in values
        ]
        self.charts.set_metric(
            metric.title or metric.label, texts.at_the_start(metric.short), note, baselines
        )
        self.charts.explain_metric(metric.help)
        self.charts.set_unit(unit)
        self.texts.set_unit(unit)
        self.texts.set_texts(started.watched if started else (), started.classes if started else ())
        self._parts.clear()  # of another run, perhaps
        self._turns.stop()
        for plot in (self.charts.loss, self.charts.score):
            plot.set_run(number, started.epochs if started else 1)

    def draw(self, curves: RunCurves) -> None:
        """Shows the curves, and what the model says to the texts.

        One chart in each turn of the event loop: a turn that drew all of them would hold a key or a click up.
        """
        self._draw_loss(curves)
        self._parts = [partial(part, curves) for part in (self._draw_score, self._draw_texts)]
        self._turns.start()

    def _draw_next(self) -> None:
        part = self._parts.pop(0)
        if not self._parts:
            self._turns.stop()
        part()

    def _draw_loss(self, curves: RunCurves) -> None:
        loss = self.charts.loss
        loss.set_changes(curves.changes)  # first: what follows says them aloud
        loss.set_training(curves.steps, curves.epochs, curves.losses, curves.total_steps)
        loss.set_points([one.epoch for one in curves.validations], [one.loss for one in curves.validations])
        words = "" if curves.best is None else f"epoch {texts.epoch(curves.best)}"
        loss.set_best(curves.best, words if curves.stopped is None else f"saved at {words}")
        loss.set_stop(curves.stopped, f"Stopped at epoch {curves.stopped or 0.0:.1f}")
        loss.set_position(curves.position)

    def _draw_score(self, curves: RunCurves) -> None:
        score, epochs = self.charts.score, [one.epoch for one in curves.validations]
        score.set_points(epochs, [one.metrics.get(curves.metric, np.nan) for one in curves.validations])
        score.set_best(curves.best)
        score.set_position(curves.position)

    def _draw_texts(self, curves: RunCurves) -> None:
        history = [one.watched for one in curves.validations if one.watched]
        self.texts.set_answers(history, curves.run_number)

    @property
    def layout_name(self) -> str:
        """Returns the layout that is shown."""
        return self._layout_name

    def _arrange(self) -> None:
        px, name = self._theme.px, self._layout_name
        narrow = name == "narrow"
        self._row.setSpacing(px(16 if name == "wide" else 12))
        self.heat.setFixedWidth(px(_LEFT[name]))
        right = px(_RIGHT.get(name, _RIGHT["compact"]))
        self._texts_card.setFixedWidth(right)
        for card in (self.heat, self.charts, self._texts_card):
            card.set_padding(16 if name == "wide" else 12)
        self.heat.set_short(narrow)
        self.texts.set_most(_MOST_TEXTS[name])
        if narrow and not self._failed:
            self.charts.show_one_at_a_time(self.texts)
            self.heat.set_padding(10)
        else:
            self._texts_card.body.addWidget(self.texts)
            self.charts.show_one_at_a_time(None)
            self.texts.show()  # the switch may have left them hidden
        self.texts.set_titled(not narrow)
        self.charts.show_loss_only(self._failed)
        self.heat.setVisible(not self._failed)
        self._texts_card.setVisible(not narrow and not self._failed)
        self.charts.setVisible(self._has_curve or not self._failed)
        self.technical.setVisible(self._failed)
        if self._has_curve:
            self.technical.setFixedWidth(right)
        else:
            self.technical.setMinimumWidth(0)
            self.technical.setMaximumWidth(16_777_215)
