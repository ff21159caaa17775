"""The command that looks for labels that look wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from rich.markup import escape
from rich.table import Table

from engine.command_line.choosing import choose_run
from engine.command_line.reading_bar import reading_told
from engine.command_line.telling import StageTeller
from engine.command_line.terminal import JOB, problems_told
from engine.command_line.training import carry_out
from engine.protocol.commands import FindLabelDoubts
from engine.protocol.config import Reading
from engine.protocol.events import Event
from engine.protocol.label_doubts import LabelDoubtsFound
from engine.protocol.wording import shortened

_LETTERS = 100
"""Of a text in the table."""


def doubts(
    file: str,
    *,
    reading: Reading,
    task: str,
    model: str,
    settings: Sequence[str],
    columns: Sequence[str],
    device: str,
    as_json: bool,
) -> NoReturn:
    """Looks for labels that look wrong, and ends the process.

    Args:
        file: The file.
        reading: How it is to be read.
        task: Id of the task; empty to guess.
        model: Which model reads the texts; empty for the default.
        settings: ``name=value``.
        columns: ``role=column``.
        device: Where to compute; empty for the best there is.
        as_json: Whether to print the events as JSON.
    """
    with problems_told(as_json=as_json), reading_told(as_json=as_json) as follow:
        run = choose_run(
            None,
            data=file,
            reading=reading,
            task=task,
            method="",
            model=model,
            settings=settings,
            columns=columns,
            layers=(),
            rows=None,
            split=(),
            watch=(),
            seed=None,
            device=device,
            name="",
            follow=follow,
        )
    command = FindLabelDoubts(
        job_id=JOB, data=run.data, task=run.task, model=run.model, settings=run.settings, device=run.device
    )
    carry_out(command, DoubtTeller, as_json=as_json)


class DoubtTeller(StageTeller):
    """Prints the stages, then the rows whose labels look wrong."""

    def show(self, event: Event) -> None:
        """Shows what was found."""
        if isinstance(event, LabelDoubtsFound):
            self._show(event)

    def _show(self, event: LabelDoubtsFound) -> None:
        finding = event.finding
        self._console.print(f"\n[bold]{escape(finding.title)}[/bold]", overflow="ignore")
        self._console.print(escape(finding.reason), overflow="ignore")
        if not event.doubts:
            return
        table = Table(box=None)
        for title in ("row", "label", "expected", "sure", "text"):
            table.add_column(title, justify="right" if title in {"row", "sure"} else "left")
        for doubt in event.doubts:
            cells = (doubt.given, doubt.expected, f"{100 * doubt.confidence:.0f} %")
            text = shortened(" / ".join(part for part in (doubt.text, doubt.second) if part), _LETTERS)
            table.add_row(f"{doubt.row:,}", *(escape(cell) for cell in cells), escape(text))
        self._console.print()
        self._console.print(table)
        self._console.print(f"\n{escape(finding.fix)}", overflow="ignore")
