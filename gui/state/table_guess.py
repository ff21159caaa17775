"""What a table that was just read says about choices that the person has not made."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.protocol.catalog import Catalog, TaskEntry
from engine.protocol.config import SplitConfig
from engine.protocol.data_facts import TableFacts
from gui.state.project_file import Choices


def guessed(choices: Choices, table: TableFacts, catalog: Catalog | None = None) -> dict[str, Any]:
    """Returns the choices that a table makes for the person: task, columns, what they hold, the split.

    Columns are guessed for a file that was just opened, or is read otherwise than before. There the split
    loses the columns that the table does not have.

    Args:
        choices: What is chosen.
        table: What was read.
        catalog: Knows what columns mean to the tasks.
    """
    changes: dict[str, Any] = {}
    data = choices.data
    if data is not None and not data.columns:
        task = choices.task or table.task
        columns = table.columns_for(task)
        changes |= fitting(choices, task_of(catalog, task), table, columns)
        split = _without_missing(data.split, table).found_in(table.part_column)
        changes["data"] = msgspec.structs.replace(data, columns=columns, split=split)
    if not choices.task:
        changes["task"] = table.task
    return changes


def fitting(
    choices: Choices, task: TaskEntry | None, table: TableFacts | None, columns: dict[str, str]
) -> dict[str, Any]:
    """Returns how the settings of a task change when its columns do: lists ask for several labels.

    What the columns so far asked for goes with them; everything else that was set stays.

    Args:
        choices: What is chosen.
        task: The task, where the catalog knows it.
        table: What was read.
        columns: Role → column, as they are to be.
    """
    if task is None or table is None:
        return {}
    data = choices.data
    before = table.settings_for(task.roles, data.columns if data is not None else {})
    now = choices.task_settings.get(task.id, {})
    kept = {name: value for name, value in now.items() if name not in before or before[name] != value}
    wanted = {**kept, **table.settings_for(task.roles, columns)}
    return {"task_settings": choices.task_settings | {task.id: wanted}} if wanted != now else {}


def task_of(catalog: Catalog | None, task: str) -> TaskEntry | None:
    """Returns a task as the catalog describes it; ``None`` where it does not know it."""
    return next((entry for entry in catalog.tasks if entry.id == task), None) if catalog else None


def fitting_model(catalog: Catalog | None, task: TaskEntry | None = None) -> str:
    """Returns the id of the first model that came with Thaw and can do a task; empty where none can.

    Args:
        catalog: Knows the models.
        task: The task; ``None`` for any.
    """
    here = (entry for entry in catalog.models if entry.available) if catalog else ()
    return next((entry.id for entry in here if task is None or task.network in entry.networks), "")


def _without_missing(split: SplitConfig, table: TableFacts) -> SplitConfig:
    """Returns the split without columns that are not in the table."""
    names = {column.name for column in table.columns}
    usual = {field.name: field.default for field in msgspec.structs.fields(SplitConfig)}
    gone = {field: usual[field] for field, column in split.columns.items() if column not in names}
    return msgspec.structs.replace(split, **gone)
