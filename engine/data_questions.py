"""What a window asks about a person's rows: what a file holds, what a task makes of it, odd labels."""

from __future__ import annotations

from engine import registry
from engine.data.columns import inspect
from engine.jobs import Job
from engine.protocol.commands import FindLabelDoubts, InspectData, PrepareData
from engine.protocol.events import DataInspected, DataPrepared
from engine.training.label_doubts import find_label_doubts
from engine.training.workbench import Workbench


class DataQuestions:
    """Answers with what the workbench keeps."""

    def __init__(self, bench: Workbench) -> None:
        """Takes what reads and keeps."""
        self._bench = bench

    def inspect_data(self, job: Job, command: InspectData) -> None:
        """Reads a file."""
        table = self._bench.table(command.path, command.reading)
        facts = inspect(table, registry.catalog().tasks)
        job.send(DataInspected(table=facts, problems=table.problems))

    def prepare_data(self, job: Job, command: PrepareData) -> None:
        """Matches rows with a task and divides them."""
        rows = self._bench.rows(command.data, command.task, command.settings)
        job.send(DataPrepared(prepared=rows.facts))

    def find_label_doubts(self, job: Job, command: FindLabelDoubts) -> None:
        """Looks for labels that look wrong; ends where nobody waits for it any more."""
        find_label_doubts(command, self._bench, job.tell_stage)
