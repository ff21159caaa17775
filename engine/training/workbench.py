"""What an engine process has read and keeps: tables, splits, word pieces, models, baselines.

The window asks about one project again and again while a person moves settings; each answer must
come at once, and a run must start with what the questions before it have read.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import msgspec
from datasets import Dataset

from engine import registry
from engine.contracts import Asked, BaseModel, EncodedRow, Network, Settings
from engine.data import columns
from engine.data.check import look_at
from engine.data.large_files import Follow
from engine.data.prepare import prepare
from engine.data.read_files import read_table
from engine.data.repairing import meaning_of, repaired, with_repairs
from engine.data.split_values import part_column
from engine.data.table import Table, usable_numbers
from engine.models.load import load_base, with_own_tokenizer
from engine.protocol.config import DataConfig, Reading
from engine.protocol.data_facts import TEST, TRAIN, VALIDATION
from engine.protocol.problems import Severity
from engine.protocol.repairs import Repair
from engine.protocol.results import Baseline
from engine.training.first_rows import FirstRows, told_by
from engine.training.noisy_parts import first_rows, has_noise, longer_with_noise, with_noise
from engine.training.prepared_rows import PreparedRows
from engine.training.reading import WHOLE, TextsRead, words_read
from engine.training.rows import row_length
from engine.training.shelf import Shelf
from engine.training.stamps import data_key, file_stamp, model_stamp, pieces_key, settings_key
from engine.training_fields import MAX_LENGTH

_SAMPLE = 3000


class Workbench:
    """Reads each thing once, and again when its file has changed. Any thread may ask."""

    def __init__(self) -> None:
        """Starts with nothing."""
        self._tables = Shelf(2)
        self._repaired = Shelf(2)
        self._rows = Shelf(4)
        self._checks = Shelf(4)
        self._pieces = Shelf(3)
        self._texts_read = Shelf(4)
        self._few = Shelf(4)
        self._longer = Shelf(16)
        self._first_rows = Shelf(4)
        self._baselines = Shelf(4)
        self._models = Shelf(1)

    def table(
        self,
        path: str,
        reading: Reading,
        repairs: Sequence[Repair] = (),
        follow: Follow = Follow(),  # noqa: B008 - it is frozen
    ) -> Table:
        """Returns a person's file as a table.

        Args:
            path: The file.
            reading: How it is read.
            repairs: What is done to its rows.
            follow: Who waits for it.

        Raises:
            EngineError: When it cannot be read.
        """
        stamp = file_stamp(path)
        table = self._tables.get((stamp, reading), lambda: read_table(path, reading, follow))
        if not repairs:
            return table
        key = (stamp, reading, msgspec.json.encode(repairs, order="deterministic"))
        return self._repaired.get(key, lambda: repaired(table, repairs))

    def with_columns(self, data: DataConfig, task_id: str) -> DataConfig:
        """Returns a choice of data with a column for each of the task's roles that one was found for.

        Where no column was chosen at all, one that divides the rows is used, too.

        Raises:
            EngineError: When the file cannot be read, or there is no such task.
        """
        roles = registry.task(task_id).roles
        table = self.table(data.path, data.reading, data.repairs)
        if data.columns:
            return data
        split = data.split.found_in(part_column(table.dataset))
        found = columns.roles_of(columns.guess(table, roles))
        return msgspec.structs.replace(data, columns=found, split=split)

    def rows(self, data: DataConfig, task_id: str, settings: Settings | None = None) -> PreparedRows:
        """Returns the rows as a task uses them; what is wrong with them stands among the errors.

        Args:
            data: Which rows.
            task_id: The task.
            settings: Of the run; those of the task matter.

        Raises:
            EngineError: When the file cannot be read, or there is no such task.
        """
        own = registry.task_settings(registry.task(task_id), settings or {})
        return self._rows.get(
            (*data_key(data), task_id, settings_key(own)), lambda: self._read_rows(data, task_id, own)
        )

    def asked(self, data: DataConfig, task_id: str, model: str, settings: Settings) -> dict[str, Asked]:
        """Returns the rows of the three parts as word pieces.

        Args:
            data: Which rows.
            task_id: The task.
            model: The base model; its tokenizer cuts.
            settings: Of the run, every one.

        Raises:
            EngineError: When rows or model cannot be read.
        """
        task = registry.task(task_id)
        clean = self.clean(data, task_id, model, settings)

        def make() -> dict[str, tuple[Dataset, list[EncodedRow]]]:
            parts = with_noise(task, clean, settings)
            return {name: (part.rows, task.encode(part)) for name, part in parts.items()}

        read = self._pieces.get(pieces_key(data, task_id, model, settings), make)
        return {
            name: dataclasses.replace(part, rows=read[name][0], encoded=read[name][1])
            for name, part in clean.items()
        }

    def clean(self, data: DataConfig, task_id: str, model: str, settings: Settings) -> dict[str, Asked]:
        """Returns the rows of the three parts as they are, not yet as word pieces.

        Args:
            data: Which rows.
            task_id: The task.
            model: The base model; its tokenizer will cut.
            settings: Of the run, every one.

        Raises:
            EngineError: When rows or model cannot be read.
        """
        tokenizer = with_own_tokenizer(load_base(model, on_meta=True)).tokenizer
        return self.rows(data, task_id, settings).asked(settings, tokenizer)

    def texts_read(self, data: DataConfig, task_id: str, model: str, settings: Settings) -> TextsRead:
        """Returns how a model's tokenizer reads the rows of each part, before they are cut.

        Of large parts only the first few thousand rows are looked at, and the rest is taken to be
        like them: an estimate must not wait.

        Raises:
            EngineError: When rows or model cannot be read.
        """
        task = registry.task(task_id)
        own = registry.task_settings(task, settings)

        def make() -> TextsRead:
            tokenizer = with_own_tokenizer(load_base(model, on_meta=True)).tokenizer
            rows = self.rows(data, task_id, settings)
            longest = settings[MAX_LENGTH.name] if task.makes_windows else WHOLE
            lengths: dict[str, list[int]] = {}
            pieces: dict[int, int] = {}
            for name, part in rows.asked({**settings, MAX_LENGTH.name: longest}, tokenizer).items():
                first = part.rows.select(range(min(len(part.rows), _SAMPLE)))
                encoded = task.encode(dataclasses.replace(part, rows=first))
                windows = round(len(encoded) * len(part.rows) / max(1, len(first)))
                lengths[name] = _spread([row_length(row) for row in encoded], windows)
                if not task.makes_windows:
                    own_pieces = (len(row["input_ids"]) for row in encoded)
                    pieces |= zip(usable_numbers(first), own_pieces, strict=True)
            return TextsRead(
                lengths, tuple(pieces), tuple(pieces.values()), *words_read(tokenizer, rows.texts())
            )

        if task.makes_windows:
            own = {**own, MAX_LENGTH.name: settings[MAX_LENGTH.name]}
        key = (*data_key(data), task_id, model_stamp(model), settings_key(own))
        read = self._texts_read.get(key, make)
        if not has_noise(task, settings):
            return read
        few = self._few.get(key, lambda: first_rows(self.clean(data, task_id, model, settings)["train"]))
        longer = self._longer.get(
            (*key, settings_key(registry.shared_settings(task, settings))),
            lambda: longer_with_noise(task, dataclasses.replace(few, settings=settings)),
        )
        noisy = {name: [round(longer * length) for length in part] for name, part in read.lengths.items()}
        if not task.undoes_noise(settings):
            noisy["test"] = read.lengths["test"]
        return dataclasses.replace(read, lengths=noisy)

    def first_rows(self, data: DataConfig, task_id: str, model: str, settings: Settings) -> FirstRows:
        """Returns what the first rows of a run tell of all: what is said and drawn, how long batching takes.

        Raises:
            EngineError: When rows or model cannot be read.
        """
        task = registry.task(task_id)
        own = {**registry.task_settings(task, settings), MAX_LENGTH.name: settings[MAX_LENGTH.name]}

        def make() -> FirstRows:
            tokenizer = with_own_tokenizer(load_base(model, on_meta=True)).tokenizer
            return told_by(task, self.rows(data, task_id, settings).asked(settings, tokenizer))

        key = (*data_key(data), task_id, model_stamp(model), settings_key(own))
        return self._first_rows.get(key, make)

    def baselines(
        self, data: DataConfig, task_id: str, model: str, asked: Mapping[str, Asked]
    ) -> tuple[Baseline, ...]:
        """Returns what simpler things reach on the validation rows.

        Args:
            data: Which rows.
            task_id: The task.
            model: The base model; where words are counted as it cuts them, they depend on it.
            asked: Part → rows, from :meth:`asked`.

        Raises:
            EngineError: When the rows cannot be used.
        """
        task = registry.task(task_id)
        own = registry.shared_settings(task, asked["train"].settings)
        pieces = () if task.network is Network.ENCODER else model_stamp(model)
        return self._baselines.get(
            (*data_key(data), task_id, pieces, settings_key(own)),
            lambda: task.baselines(asked["train"], asked["validation"]),
        )

    def base(self, model: str, kind: Network = Network.ENCODER) -> BaseModel:
        """Returns a pretrained model with its numbers; it is shared, so copy it before changing it.

        Args:
            model: Where it is.
            kind: Which of transformers' networks is wanted.

        Raises:
            EngineError: When it cannot be read.
        """
        return self._models.get((*model_stamp(model), kind), lambda: load_base(model, kind=kind))

    def take_base(self, model: str, kind: Network = Network.ENCODER) -> BaseModel:
        """Returns a pretrained model and keeps it no longer, so that a run holds the numbers once.

        Args:
            model: Where it is.
            kind: Which of transformers' networks is wanted.

        Raises:
            EngineError: When it cannot be read.
        """
        base = self.base(model, kind)
        self._models.clear()
        return base

    def _read_rows(self, data: DataConfig, task_id: str, settings: Settings) -> PreparedRows:
        table = self.table(data.path, data.reading, data.repairs)
        data = self.with_columns(data, task_id)
        chosen = data.columns
        task = registry.task(task_id)
        matched = task.match(table.dataset, chosen, settings)
        # One column is a fault only where the task needs several.
        needs_one = sum(role.required for role in task.roles) == 1
        reading = [one for one in table.problems if not (needs_one and one.code == "single_column")]
        checked = self._checks.get(
            (
                file_stamp(data.path),
                data.reading,
                msgspec.json.encode((data.repairs, chosen), order="deterministic"),
                task_id,
                settings_key(settings),
            ),
            lambda: look_at(matched, chosen),
        )
        before = self._parts_before(data, task_id, settings) if data.repairs else {}
        facts, split = prepare(matched, data, reading, table.dataset, before, checked)
        meaning = meaning_of(data, task, matched)
        renaming = Repair(kind=matched.renaming, columns=meaning.learned) if matched.renaming else None
        findings = with_repairs(facts.findings, meaning, data.repairs)
        facts = msgspec.structs.replace(facts, findings=findings, renaming=renaming)
        errors = tuple(finding for finding in facts.findings if finding.severity is Severity.ERROR)
        return PreparedRows(facts, matched.classes, split, errors, matched, task.roles)

    def _parts_before(self, data: DataConfig, task_id: str, settings: Settings) -> dict[int, str]:
        """Returns number of a row → its part without any repairs; empty where they make training possible."""
        untouched = msgspec.structs.replace(data, repairs=(), row_limit=None)
        split = self.rows(untouched, task_id, settings).split
        if split is None:
            return {}
        parts = {TRAIN: split.train, VALIDATION: split.validation, TEST: split.test}
        return {number: part for part, rows in parts.items() for number in usable_numbers(rows)}


def _spread(lengths: list[int], rows: int) -> list[int]:
    """Repeats the lengths of the first rows until there is one for each."""
    return [lengths[row % len(lengths)] for row in range(rows)] if lengths else []
