"""What an engine process has read and keeps: tables, splits, word pieces, models, baselines.

The window asks about one project again and again while a person moves settings; each answer must
come at once, and a run must start with what the questions before it have read.
"""

from __future__ import annotations

import dataclasses
import os
import stat
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import msgspec
from datasets import Dataset
from transformers import PreTrainedTokenizerBase

from engine import registry
from engine.contracts import Asked, BaseModel, EncodedRow, Network, Settings, SplitRows
from engine.data import columns
from engine.data.folders import folder_stamp
from engine.data.prepare import prepare
from engine.data.read_files import read_table
from engine.data.split_values import part_column
from engine.data.table import Table
from engine.errors import EngineError
from engine.models.load import files_stamp, load_base, with_own_tokenizer
from engine.models.sources import resolve
from engine.padding import IGNORED
from engine.protocol.config import DataConfig, Reading
from engine.protocol.data_facts import PreparedFacts
from engine.protocol.problems import Problem, Severity
from engine.protocol.results import Baseline
from engine.training.noisy_parts import first_rows, has_noise, longer_with_noise, with_noise
from engine.training.rows import row_length
from engine.training.shelf import Shelf
from engine.training.work import WordsSaid
from engine.training_fields import MAX_LENGTH

_SAMPLE = 3000
_FEW = 200
"""Rows that tell how many words are said."""


@dataclass(frozen=True)
class PreparedRows:
    """A person's rows as a task uses them.

    Attributes:
        facts: What is said about them.
        classes: Class names.
        split: The three parts; ``None`` when a finding is an error.
        errors: The findings that stand in the way.
    """

    facts: PreparedFacts
    classes: tuple[str, ...]
    split: SplitRows | None
    errors: tuple[Problem, ...]

    def whole(self) -> SplitRows:
        """Returns the parts.

        Raises:
            EngineError: When something stands in the way, with the first reason.
        """
        if self.split is None:
            raise EngineError(self.errors[0])
        return self.split


class Workbench:
    """Reads each thing once, and again when its file has changed. Any thread may ask."""

    def __init__(self) -> None:
        """Starts with nothing."""
        self._tables = Shelf(2)
        self._rows = Shelf(4)
        self._pieces = Shelf(3)
        self._lengths = Shelf(4)
        self._few = Shelf(4)
        self._longer = Shelf(16)
        self._words_said = Shelf(4)
        self._baselines = Shelf(4)
        self._models = Shelf(1)

    def table(self, path: str, reading: Reading) -> Table:
        """Returns a person's file as a table.

        Raises:
            EngineError: When it cannot be read.
        """
        return self._tables.get((_file_stamp(path), reading), lambda: read_table(path, reading))

    def with_columns(self, data: DataConfig, task_id: str) -> DataConfig:
        """Returns a choice of data with a column for each of the task's roles that one was found for.

        Where no column was chosen at all, one that divides the rows is used, too.

        Raises:
            EngineError: When the file cannot be read, or there is no such task.
        """
        roles = registry.task(task_id).roles
        table = self.table(data.path, data.reading)
        if data.columns:
            return data
        split = data.split
        if not (split.part_column or split.group_column or split.time_column):
            split = msgspec.structs.replace(split, part_column=part_column(table.dataset))
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
            (*_data_key(data), task_id, _settings_key(own)), lambda: self._read_rows(data, task_id, own)
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
        own = {**registry.shared_settings(task, settings), MAX_LENGTH.name: settings[MAX_LENGTH.name]}
        clean = self.clean(data, task_id, model, settings)

        def make() -> dict[str, tuple[Dataset, list[EncodedRow]]]:
            parts = with_noise(task, clean, settings)
            return {name: (part.rows, task.encode(part)) for name, part in parts.items()}

        key = (*_data_key(data), task_id, _model_stamp(model), _settings_key(own))
        read = self._pieces.get(key, make)
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
        return _asked(self.rows(data, task_id, settings), settings, tokenizer)

    def lengths(self, data: DataConfig, task_id: str, model: str, settings: Settings) -> dict[str, list[int]]:
        """Returns how many word pieces the rows of each part have, before they are cut.

        Of large parts only the first few thousand rows are looked at, and the rest is taken to be
        like them: an estimate must not wait.

        Raises:
            EngineError: When rows or model cannot be read.
        """
        task = registry.task(task_id)
        own = registry.task_settings(task, settings)

        def make() -> dict[str, list[int]]:
            base = with_own_tokenizer(load_base(model, on_meta=True))
            rows = self.rows(data, task_id, settings)
            longest = settings[MAX_LENGTH.name] if task.makes_windows else base.facts.max_length
            uncut = {**settings, MAX_LENGTH.name: longest}
            lengths: dict[str, list[int]] = {}
            for name, part in _asked(rows, uncut, base.tokenizer).items():
                first = part.rows.select(range(min(len(part.rows), _SAMPLE)))
                encoded = task.encode(dataclasses.replace(part, rows=first))
                windows = round(len(encoded) * len(part.rows) / max(1, len(first)))
                lengths[name] = _spread([row_length(row) for row in encoded], windows)
            return lengths

        if task.makes_windows:
            own = {**own, MAX_LENGTH.name: settings[MAX_LENGTH.name]}
        key = (*_data_key(data), task_id, _model_stamp(model), _settings_key(own))
        lengths = self._lengths.get(key, make)
        if not has_noise(task, settings):
            return lengths
        few = self._few.get(key, lambda: first_rows(self.clean(data, task_id, model, settings)["train"]))
        longer = self._longer.get(
            (*key, _settings_key(registry.shared_settings(task, settings))),
            lambda: longer_with_noise(task, dataclasses.replace(few, settings=settings)),
        )
        noisy = {name: [round(longer * length) for length in part] for name, part in lengths.items()}
        return noisy if task.undoes_noise(settings) else {**noisy, "test": lengths["test"]}

    def words_said(self, data: DataConfig, task_id: str, model: str, settings: Settings) -> WordsSaid:
        """Returns how many words a run's rows let a model say, from the first of them.

        Raises:
            EngineError: When rows or model cannot be read.
        """
        task = registry.task(task_id)
        if task.network is Network.ENCODER:
            return WordsSaid()
        own = {**registry.task_settings(task, settings), MAX_LENGTH.name: settings[MAX_LENGTH.name]}

        def make() -> WordsSaid:
            tokenizer = with_own_tokenizer(load_base(model, on_meta=True)).tokenizer
            part = _asked(self.rows(data, task_id, settings), settings, tokenizer)["train"]
            first = part.rows.select(range(min(len(part.rows), _FEW)))
            encoded = task.encode(dataclasses.replace(part, rows=first))
            if not encoded:
                return WordsSaid()
            labels = task.collate(tokenizer, encoded, range(len(encoded)))["labels"]
            said = (labels != IGNORED).sum(dim=1).float()
            read = sum(row_length(row) for row in encoded)
            return WordsSaid(share=float(said.sum()) / max(1, read), a_row=float(said.mean()))

        key = (*_data_key(data), task_id, _model_stamp(model), _settings_key(own))
        return self._words_said.get(key, make)

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
        pieces = () if task.network is Network.ENCODER else _model_stamp(model)
        return self._baselines.get(
            (*_data_key(data), task_id, pieces, _settings_key(own)),
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
        return self._models.get((*_model_stamp(model), kind), lambda: load_base(model, kind=kind))

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
        table = self.table(data.path, data.reading)
        data = self.with_columns(data, task_id)
        chosen = data.columns
        task = registry.task(task_id)
        matched = task.match(table.dataset, chosen, settings)
        # One column is a fault only where the task needs several.
        needs_one = sum(role.required for role in task.roles) == 1
        reading = [one for one in table.problems if not (needs_one and one.code == "single_column")]
        facts, split = prepare(matched, data, reading, table.dataset)
        errors = tuple(finding for finding in facts.findings if finding.severity is Severity.ERROR)
        return PreparedRows(facts, matched.classes, split, errors)


def _asked(rows: PreparedRows, settings: Settings, tokenizer: PreTrainedTokenizerBase) -> dict[str, Asked]:
    """Returns the rows of the three parts as they are put to a model, not yet as word pieces."""
    split = rows.whole()
    parts = {"train": split.train, "validation": split.validation, "test": split.test}
    return {
        name: Asked(
            part,
            rows.classes,
            settings,
            tokenizer,
            learns=name == "train",
            roles=tuple(role for role in part.column_names if role != "row"),
        )
        for name, part in parts.items()
    }


def _spread(lengths: list[int], rows: int) -> list[int]:
    """Repeats the lengths of the first rows until there is one for each."""
    return [lengths[row % len(lengths)] for row in range(rows)] if lengths else []


def _settings_key(settings: Settings) -> Hashable:
    return tuple(sorted(settings.items()))


def _data_key(data: DataConfig) -> tuple[Hashable, ...]:
    """Returns what changes when a choice of data, or its file, changes."""
    return (msgspec.json.encode(data, order="deterministic"), _file_stamp(data.path))


def _file_stamp(path: str) -> tuple[str, int, int]:
    try:
        status = os.stat(path)  # noqa: PTH116 - as the file is read: Path() changes some paths
        if stat.S_ISDIR(status.st_mode):
            return (path, *folder_stamp(path))
    except (OSError, ValueError):
        return (path, 0, 0)  # reading it will say what is wrong
    return (path, status.st_size, status.st_mtime_ns)


def _model_stamp(model: str) -> tuple[Hashable, ...]:
    return (model, files_stamp(resolve(model).folder))
