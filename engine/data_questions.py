"""Questions about a person's rows: what a file holds, how a task uses it; and rows written to a new file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine import registry
from engine.data.columns import first_rows, inspect
from engine.data.find_rows import find_rows, page_of
from engine.data.large_files import Follow
from engine.data.table import Table
from engine.data.write_rows import write_rows
from engine.jobs import Job
from engine.protocol.commands import (
    FindLabelDoubts,
    InspectData,
    PrepareData,
    PreviewNoise,
    ReadRows,
    WriteRows,
)
from engine.protocol.data_events import (
    DataInspected,
    DataPrepared,
    DataPreviewed,
    NoisePreviewed,
    RowsRead,
    RowsWritten,
)
from engine.protocol.data_facts import RowQuery
from engine.protocol.events import Event, StageReached
from engine.protocol.file_problems import drawn_of
from engine.protocol.right_answers import MendAnswers, ReadRightAnswers
from engine.protocol.wording import file_name
from engine.training.label_doubts import find_label_doubts
from engine.training.mending import mend_answers, read_right_answers
from engine.training.noise_preview import noisy_examples
from engine.training.workbench import Workbench


class DataQuestions:
    """Answers them with what a workbench has read and keeps."""

    def __init__(self, bench: Workbench) -> None:
        """Takes what it asks.

        Args:
            bench: Reads and keeps.
        """
        self._bench = bench
        self._found: tuple[Table, RowQuery, Sequence[int]] | None = None

    def inspect_data(self, job: Job, command: InspectData) -> None:
        """Reads a file."""
        tasks = registry.catalog().tasks
        follow = Follow(
            preview=lambda first: job.send(DataPreviewed(table=inspect(first_rows(first), tasks))),
            progress=lambda share: self._tell_read(job, command.path, share),
        )
        table = self._bench.table(command.path, command.reading, command.repairs, follow)
        facts = inspect(table, tasks)
        job.send(DataInspected(table=facts, problems=table.problems))

    @staticmethod
    def _tell_read(job: Job, path: str, share: float) -> None:
        """Tells each percent once, and ends the job when nobody waits for it any more."""
        label, done = f"Reading {file_name(path)}", int(100 * share)
        job.tell_progress(StageReached(stage="reading", label=label, done=done, total=100))

    def prepare_data(self, job: Job, command: PrepareData) -> None:
        """Matches rows with a task and divides them."""
        job.send(DataPrepared(prepared=self._bench.rows(command.data, command.task, command.settings).facts))

    def preview_noise(self, job: Job, command: PreviewNoise) -> None:
        """Puts noise into a few texts."""
        split = self._bench.rows(command.data, command.task, command.settings).whole()
        job.send(NoisePreviewed(examples=noisy_examples(split, command.task, command.settings, command.rows)))

    def find_label_doubts(self, job: Job, command: FindLabelDoubts) -> None:
        """Looks for labels that look wrong; ends where nobody waits for it any more."""

        def send(event: Event) -> None:
            job.tell_progress(event) if isinstance(event, StageReached) else job.tell_stage(event)

        find_label_doubts(command, self._bench, send)

    def read_right_answers(self, job: Job, command: ReadRightAnswers) -> None:
        """Reads how right answers stand."""
        job.send(read_right_answers(command, self._bench))

    def mend_answers(self, job: Job, command: MendAnswers) -> None:
        """Makes the step that gives rows other right answers."""
        job.send(mend_answers(command, self._bench))

    def read_rows(self, job: Job, command: ReadRows) -> None:
        """Reads a page of the rows that are wanted."""
        table = self._bench.table(command.path, command.reading, command.repairs)
        places = self._places(table, command.query)
        rows, numbers = page_of(table, places[command.first : command.first + command.most])
        job.send(
            RowsRead(query=command.query, first=command.first, total=len(places), rows=rows, numbers=numbers)
        )

    def _places(self, table: Table, query: RowQuery) -> Sequence[int]:
        """Returns where the wanted rows stand; a page after the other they are looked for once."""
        found = self._found
        if found is None or found[0] is not table or found[1] != query:
            found = self._found = (table, query, find_rows(table, query))
        return found[2]

    def write_rows(self, job: Job, command: WriteRows) -> None:
        """Writes rows, as they are after their repairs, to a new file."""
        data = command.data
        table = self._bench.table(data.path, data.reading, data.repairs)
        written = write_rows(table.dataset, Path(command.path), source=data.path)
        drawn = drawn_of(table.problems)
        note = " ".join(part for part in (drawn and f"{drawn}.", written.told) if part)
        job.send(RowsWritten(path=command.path, rows=written.rows, note=note))
