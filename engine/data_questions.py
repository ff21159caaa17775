"""Questions about a person's rows: what a file holds, how a task uses it; and rows written to a new file."""

from __future__ import annotations

from pathlib import Path

from engine import registry
from engine.data.columns import inspect
from engine.data.write_rows import write_rows
from engine.jobs import Job
from engine.protocol.commands import InspectData, PrepareData, WriteRows
from engine.protocol.events import DataInspected, DataPrepared, RowsWritten
from engine.training.workbench import Workbench


class DataQuestions:
    """Answers them with what a workbench has read and keeps."""

    def __init__(self, bench: Workbench) -> None:
        """Takes what it asks.

        Args:
            bench: Reads and keeps.
        """
        self._bench = bench

    def inspect_data(self, job: Job, command: InspectData) -> None:
        """Reads a file."""
        table = self._bench.table(command.path, command.reading, command.repairs)
        facts = inspect(table, registry.catalog().tasks)
        job.send(DataInspected(table=facts, problems=table.problems))

    def prepare_data(self, job: Job, command: PrepareData) -> None:
        """Matches rows with a task and divides them."""
        job.send(DataPrepared(prepared=self._bench.rows(command.data, command.task, command.settings).facts))

    def write_rows(self, job: Job, command: WriteRows) -> None:
        """Writes rows, as they are after their repairs, to a new file."""
        data = command.data
        table = self._bench.table(data.path, data.reading, data.repairs)
        written = write_rows(table.dataset, Path(command.path), source=data.path)
        job.send(RowsWritten(path=command.path, rows=written.rows, note=written.told))
