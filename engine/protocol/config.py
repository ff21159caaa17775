"""What a person chose: the data, the base model, the task, the method, the settings.

A :class:`RunConfig` is the whole of a run; the same values give the same run.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from engine.protocol.fields import SettingValue
from engine.protocol.repairs import Repair


class SplitConfig(msgspec.Struct, frozen=True, kw_only=True):
    """How rows are divided into train, validation and test.

    Attributes:
        validation: Share of the rows, 0 to 1, that chooses the best checkpoint; of those that are not
            for the test where these are given or a fold.
        test: Share of the rows, 0 to 1, looked at once, for the result. Train is the rest.
        seed: Same seed, same rows, same split.
        part_column: Column that says to which part a row belongs; empty: divided here. ``None``: found
            where columns are guessed and nothing else divides the rows, else as if empty.
        group_column: Column whose values keep rows together: the same author, the same document.
        time_column: Column with dates: the last rows are for the test; empty: by lot.
        folds: In how many parts small data are divided, each of which is the test of one run; 0: no
            folds.
        fold: Which of them is the test, from 0.
    """

    validation: float = 0.15
    test: float = 0.15
    seed: int = 0
    part_column: str | None = None
    group_column: str = ""
    time_column: str = ""
    folds: int = 0
    fold: int = 0

    @property
    def ways(self) -> dict[str, str]:
        """Returns what divides the rows in the place of the lot: name of the field → its value."""
        said = {
            "part_column": self.part_column,
            "time_column": self.time_column,
            "folds": str(self.folds or ""),
        }
        return {name: value for name, value in said.items() if value}

    @property
    def columns(self) -> dict[str, str]:
        """Returns the columns that the split goes by: name of the field → column."""
        said = {
            "part_column": self.part_column,
            "group_column": self.group_column,
            "time_column": self.time_column,
        }
        return {name: column for name, column in said.items() if column}

    def changed(self, said: Mapping[str, str]) -> SplitConfig:
        """Returns a split of which some things were said otherwise.

        Args:
            said: Name of the field → value, in words.

        Raises:
            msgspec.ValidationError: When a value is no number where it has to be one.
        """
        return msgspec.convert({**msgspec.structs.asdict(self), **said}, SplitConfig, strict=False)

    def found_in(self, part_column: str) -> SplitConfig:
        """Returns the split for a table that has a column which divides the rows, where nothing else does.

        Args:
            part_column: The column; empty where there is none.
        """
        is_free = self.part_column is None and not self.ways and not self.group_column
        return msgspec.structs.replace(self, part_column=part_column) if is_free and part_column else self


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How a person wants a file to be read; what is empty is found out.

    Attributes:
        encoding: Name of the text encoding.
        delimiter: What stands between columns; with one a text is a table.
        sheet: Name of a sheet, in a workbook.
        header_row: Row of the sheet that holds the column names, from 1; 0 to find out.
        rows_drawn: How many rows are drawn by lot from a file that is too large for memory; 0 for as many
            as fit well.
    """

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int = 0
    rows_drawn: int = 0


class DataConfig(Reading, frozen=True, kw_only=True):
    """Which rows a run learns from, and how their file is read.

    Attributes:
        path: The file.
        columns: Role → column name, e.g. ``{"text": "message", "label": "kind"}``. Empty: guess.
            Once one is named nothing is guessed; an empty name means no column.
        repairs: Steps that mend the rows as they are read, in their order. What falls in which part of the
            split is settled before them, so that a repair moves no row from one part to another.
        row_limit: Use only that many rows for training (few-shot); ``None`` means all.
        split: How rows are divided.
    """

    path: str
    columns: dict[str, str] = {}
    repairs: tuple[Repair, ...] = ()
    row_limit: int | None = None
    split: SplitConfig = SplitConfig()

    @property
    def reading(self) -> Reading:
        """Returns how the file is read, alone."""
        return Reading(**{name: getattr(self, name) for name in Reading.__struct_fields__})


class RunConfig(msgspec.Struct, frozen=True, kw_only=True):
    """A run, whole.

    Attributes:
        data: Which rows.
        task: Id of the task, e.g. ``"text_classification"``.
        method: Id of the method, e.g. ``"lora"``.
        model: Id of a built-in model, the path of a model folder, or the name of a model on the Hugging
            Face hub, which must be in the cache of this computer.
        settings: Name → value; what is missing takes the recommended value.
        layers: Layer id → trainable, for layers set by hand on the layer map; overrides what the
            method chose, for methods that allow it.
        name: What the person calls the run.
        seed: Seed of weights, order and dropout.
        watch: Texts that the person wants to follow while training, beside the held-out ones.
        threads: CPU threads that compute; the last bits of a sum depend on it, so a saved run holds
            the number that was used. 0: all there are.
        precision: Numbers that it computes with, ``"fp32"`` or ``"bf16"``, as they were used; empty: what the
            setting of that name says.
        device: Id of the device that trains, e.g. ``"cpu"`` or ``"cuda:0"``; empty: the best there is.
    """

    data: DataConfig
    task: str
    method: str
    model: str = "minilm"
    settings: dict[str, SettingValue] = {}
    layers: dict[str, bool] = {}
    name: str = ""
    seed: int = 0
    watch: tuple[str, ...] = ()
    threads: int = 0
    precision: str = ""
    device: str = ""
