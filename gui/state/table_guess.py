"""What a table that was just read says about choices that the person has not made."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.protocol.config import SplitConfig
from engine.protocol.data_facts import TableFacts
from gui.state.project_file import Choices


def guessed(choices: Choices, table: TableFacts) -> dict[str, Any]:
    """Returns the choices that a table makes for the person: task, columns, how rows are divided.

    Columns are guessed for a file that was just opened, or is read otherwise than before. There the split
    loses the columns that the table does not have.

    Args:
        choices: What is chosen.
        table: What was read.
    """
    changes: dict[str, Any] = {}
    data = choices.data
    if data is not None and not data.columns:
        columns = table.columns_for(choices.task or table.task)
        split = _without_missing(data.split, table).found_in(table.part_column)
        changes["data"] = msgspec.structs.replace(data, columns=columns, split=split)
    if not choices.task:
        changes["task"] = table.task
    return changes


def _without_missing(split: SplitConfig, table: TableFacts) -> SplitConfig:
    """Returns the split without columns that are not in the table."""
    names = {column.name for column in table.columns}
    usual = {field.name: field.default for field in msgspec.structs.fields(SplitConfig)}
    gone = {field: usual[field] for field, column in split.columns.items() if column not in names}
    return msgspec.structs.replace(split, **gone)
