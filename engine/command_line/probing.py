"""The command that finds out what each layer knows of a task."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from rich.markup import escape
from rich.table import Table

from engine.command_line.telling import StageTeller, score_words
from engine.command_line.terminal import JOB, problems_told
from engine.command_line.training import carry_out, one_run
from engine.protocol.commands import ProbeLayers
from engine.protocol.events import Event
from engine.protocol.layer_probes import LayersProbed
from engine.run_folder import kept_run

_BAR = 30
"""Letters of a bar that reaches 1."""


def probe(folder: Path, *, base_only: bool, as_json: bool) -> NoReturn:
    """Finds out what each layer knows of a run's task, and ends the process.

    Args:
        folder: The run's folder.
        base_only: Whether to look at the pretrained model only.
        as_json: Whether to print the events as JSON.
    """
    with problems_told(as_json=as_json):
        folder = one_run(folder)
        run, _ = kept_run(folder)
    command = ProbeLayers(job_id=JOB, run=run, folder="" if base_only else str(folder))
    carry_out(command, ProbeTeller, as_json=as_json)


class ProbeTeller(StageTeller):
    """Prints the stages, then a bar for each layer, the highest first."""

    def show(self, event: Event) -> None:
        """Shows what was found."""
        if isinstance(event, LayersProbed):
            self._show(event)

    def _show(self, event: LayersProbed) -> None:
        title = (
            f"{event.measure} of a small classifier on each layer: learned from {event.learned:,} "
            f"{event.counted}, judged on {event.judged:,} validation {event.counted}"
        )
        table = Table(title=title, title_justify="left", box=None)
        trained = any(layer.after is not None for layer in event.layers)
        for name in ("", event.model, "after training" if trained else "", ""):
            table.add_column(name, justify="right" if name else "left")
        for layer in reversed(event.layers):
            shown = layer.after or layer.score
            after = score_words(layer.after) if layer.after else ""
            bar = "█" * round(_BAR * max(0.0, shown.value))
            table.add_row(escape(layer.label), score_words(layer.score), after, bar)
        table.add_row("Always the most frequent", f"{event.always:.3f}", "", "")
        self._console.print()
        self._console.print(table)
        self._console.print(f"\n{escape(event.finding)}", overflow="ignore")
