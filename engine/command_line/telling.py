"""Telling in the terminal what a job says: as JSON, or as words, a progress bar and a result."""

from __future__ import annotations

import shlex

from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from engine import registry
from engine.command_line.terminal import console, print_event
from engine.protocol import certainty_words, energy_words, forgetting_words
from engine.protocol.catalog import MetricEntry
from engine.protocol.events import (
    EvaluationEnded,
    Event,
    JobStopped,
    ResultWritten,
    StageReached,
    StepsEnded,
    TrainingPaused,
    TrainingStarted,
    WarningRaised,
)
from engine.protocol.problem_words import time_words
from engine.protocol.result_words import wrong_head
from engine.protocol.results import RunResult, Score
from engine.protocol.smaller_batches import BatchesHalved


class JsonTeller:
    """Prints events as the pipe carries them, one a line."""

    def tell(self, event: Event) -> None:
        """Prints an event."""
        print_event(event)

    def close(self) -> None:
        """Nothing is open."""


class StageTeller:
    """Prints each stage once; what comes of them a subclass shows."""

    def __init__(self) -> None:
        """Prints to the terminal."""
        self._console = console()
        self._stage = ""

    def tell(self, event: Event) -> None:
        """Tells a stage, or hands the event on."""
        if not isinstance(event, StageReached):
            self.show(event)
        elif event.label != self._stage:
            self._stage = event.label
            self._console.print(escape(event.label), overflow="ignore")

    def show(self, event: Event) -> None:
        """Shows what was found, if the event holds it."""
        raise NotImplementedError  # each teller shows something of its own

    def close(self) -> None:
        """Nothing is open."""


class RunTeller:
    """Shows a run: stages, a progress bar, validations, and the result beside its baselines."""

    def __init__(self, task: str = "") -> None:
        """Starts with an empty screen.

        Args:
            task: Id of the run's task; of a run that begins now it is told by its first event.
        """
        self._task = task
        self._console = console()
        self._progress = Progress(
            TextColumn("epoch {task.fields[epoch]}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %  loss {task.fields[loss]}  {task.fields[left]} left"),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._bar = self._progress.add_task("", epoch="0", loss="–", left="…", visible=False)
        self._stage = ""
        self._started: TrainingStarted | None = None
        self._folder = ""
        self._epoch = 0.0
        self._has_result = False

    def tell(self, event: Event) -> None:
        """Shows what an event says; many say nothing to a person."""
        match event:
            case StageReached():
                self._show_stage(event)
            case TrainingStarted():
                self._show_start(event)
            case StepsEnded():
                self._show_steps(event)
            case EvaluationEnded(split="validation"):
                self._show_validation(event)
            case WarningRaised():
                self._say(f"{escape(event.problem.title)}. {escape(event.problem.fix)}")
            case BatchesHalved(asked=True):  # else a warning says it
                self._say(f"From step {event.step + 1:,} on, {event.batches.words} in each step.")
            case TrainingPaused():
                self._say("Paused.")
            case ResultWritten():
                self._show_result(event.result)
            case JobStopped():
                self._show_stop()
            case _:
                pass

    def close(self) -> None:
        """Takes the bar away and says where the run is."""
        self._hide_bar()
        if self._folder:
            self._say(f"\nSaved in {escape(self._folder)}")

    def _hide_bar(self) -> None:
        if self._progress.live.is_started:  # a bar that was never shown would leave an empty line
            self._progress.stop()

    def _say(self, text: str) -> None:
        self._console.print(text, overflow="ignore")

    def _show_stage(self, event: StageReached) -> None:
        if event.label != self._stage:
            self._stage = event.label
            self._say(escape(event.label))

    def _show_start(self, event: TrainingStarted) -> None:
        self._started, self._folder, self._task = event, event.folder, event.run.task
        stack = event.stack
        share = _share(stack.trainable_share)
        self._say(
            f"Training {stack.trainable_parameters:,} of {stack.total_parameters:,} parameters ({share}) "
            f"on {event.prepared.train:,} rows, {event.device}"
        )
        self._progress.update(self._bar, total=event.total_steps, completed=event.resumed_from, visible=True)
        self._progress.start()

    def _show_steps(self, event: StepsEnded) -> None:
        last = event.points[-1]
        self._epoch = last.epoch
        self._progress.update(
            self._bar,
            completed=last.step,
            epoch=f"{last.epoch:.1f}",
            loss=f"{last.loss:.3f}",
            left=_short_time(event.seconds_left),
        )

    def _show_validation(self, event: EvaluationEnded) -> None:
        scores = ", ".join(
            f"{metric.short} {event.metrics[metric.id]:.3f}"
            for metric in self._metrics()
            if metric.id in event.metrics
        )
        best = "  (best so far)" if event.is_best else ""
        self._say(f"epoch {event.epoch:.2f}: validation loss {event.loss:.3f}, {scores}{best}")

    def _metrics(self) -> tuple[MetricEntry, ...]:
        return registry.task(self._task).metrics

    def _show_result(self, result: RunResult) -> None:
        """Prints the scores with their intervals, beside what simpler things reach."""
        self._hide_bar()
        self._has_result = True
        metrics = [metric for metric in self._metrics() if metric.id in result.scores]
        judged_by = next((metric for metric in metrics if metric.id == result.metric), None)
        wrong = wrong_head(result, judged_by)
        # Only training looks at the test rows for the first time.
        once = ", looked at once" if self._started else ""
        table = Table(title=f"On {result.rows:,} test rows{once}", title_justify="left", box=None)
        table.add_column("")
        for metric in metrics:
            table.add_column(metric.short, justify="right")
        if wrong:
            table.add_column(wrong, justify="right")
        for baseline in result.baselines:
            cells = [score_words(baseline.scores.get(metric.id)) for metric in metrics]
            cells += [f"{baseline.wrong:,}"] if wrong else []
            table.add_row(escape(baseline.label), *cells)
        cells = [score_words(result.scores[metric.id]) for metric in metrics]
        cells += [f"{result.wrong:,}"] if wrong else []
        table.add_row(*(f"[bold]{cell}[/bold]" for cell in ("This model", *cells)))
        self._console.print()
        self._console.print(table)
        if result.outcomes:
            became = ", ".join(f"{one.label.lower()} {one.count:,}" for one in result.outcomes)
            self._say(f"\nOf the {result.outcomes_of}: {became}.")
        if (found := result.calibration) is not None:
            self._say(f"\n{certainty_words.in_full(found)}")
        said = f" (estimated: {_estimate(result)})" if result.estimated_seconds is not None else ""
        self._say(
            f"\nBest at epoch {result.best_epoch:.2f}. Trained for {_short_time(result.seconds)}{said}."
        )
        self._say(f"Energy: {escape(energy_words.in_full(result.energy, result.seconds))}.")
        if result.frozen_intact and result.frozen_tensors:
            self._say(f"All {result.frozen_tensors:,} frozen tensors have the same bytes as before.")
        if result.forgotten is not None:
            self._say(f"{forgetting_words.in_full(result.forgotten)}")

    def _show_stop(self) -> None:
        """Says what a run is worth that was given up; one that only ended early has shown its result."""
        self._hide_bar()
        if self._started is None:
            self._say("\nStopped before the first step.")
        elif not self._has_result:
            self._say(f"\nStopped at epoch {self._epoch:.1f}. Everything up to there is saved; to go on:")
            self._say(f"thaw-engine resume {escape(shlex.quote(self._folder))}")


def _estimate(result: RunResult) -> str:
    """Returns what the estimate had said: a time, or the range that it was."""
    high = _short_time(result.estimated_seconds or 0.0)
    return high if result.estimated_low is None else f"{_short_time(result.estimated_low)} to {high}"


def _share(share: float) -> str:
    """Returns a share in per cent, with two digits that count: ``"0.33 %"``, ``"16 %"``, ``"100 %"``."""
    value = 100 * share
    return f"{value:.0f} %" if value >= 10 else f"{value:.2g} %"


def score_words(score: Score | None) -> str:
    """Returns a score with half the width of its interval, e.g. ``"0.951 ± 0.020"``."""
    return "–" if score is None else f"{score.value:.3f} ± {(score.high - score.low) / 2:.3f}"


def _short_time(seconds: float) -> str:
    """Returns ``"47 s"`` below two minutes, else words."""
    return f"{seconds:.0f} s" if seconds < 120 else time_words(seconds)
