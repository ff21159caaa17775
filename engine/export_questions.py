"""Questions about taking finished runs away."""

from __future__ import annotations

from pathlib import Path

from engine.export.finding import offers
from engine.export.model_card import model_card
from engine.export.reading import read_for_export
from engine.export.reports import put_reports
from engine.export.writing import export_run
from engine.jobs import Job
from engine.protocol.events import Event, StageReached
from engine.protocol.export_commands import ExportModel, ListExports, SaveComparison
from engine.protocol.export_events import ComparisonSaved, ExportsListed
from engine.training.workbench import Workbench


class ExportQuestions:
    """Answers them."""

    def __init__(self, bench: Workbench) -> None:
        """Takes what it asks.

        Args:
            bench: Reads and keeps rows.
        """
        self._bench = bench

    def list_exports(self, job: Job, command: ListExports) -> None:
        """Says what a run can be written as."""
        source = read_for_export(Path(command.folder).expanduser().absolute())
        job.send(ExportsListed(folder=command.folder, offers=offers(source), card=model_card(source)))

    def export_model(self, job: Job, command: ExportModel) -> None:
        """Writes a run in the chosen forms."""

        def send(event: Event) -> None:
            if isinstance(event, StageReached):
                job.tell_stage(event)
            else:
                job.send(event)

        exported = export_run(
            Path(command.folder).expanduser().absolute(),
            command.kinds,
            Path(command.to).expanduser().absolute(),
            self._bench,
            send,
            options=command.options,
            card=command.card,
        )
        job.send(exported)

    def save_comparison(self, job: Job, command: SaveComparison) -> None:
        """Writes how runs compare as a report."""

        def send(event: Event) -> None:
            if isinstance(event, StageReached):
                job.tell_stage(event)

        folders = [Path(folder).absolute() for folder in command.folders]
        html, pdf = put_reports(
            [read_for_export(folder) for folder in folders],
            Path(command.to).expanduser().absolute(),
            quotes=0,
            bench=self._bench,
            metric=command.metric,
            each=False,
            names=command.names,
            send=send,
        )
        job.send(ComparisonSaved(html=str(html), pdf=str(pdf)))
