"""Which settings belong to the task and which to the method, among what a person chose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.protocol.catalog import TaskEntry
from engine.protocol.config import RunConfig
from engine.protocol.fields import SettingValue
from gui.state.project_file import Choices

Values = Mapping[str, SettingValue]


def with_settings(
    choices: Choices, task: TaskEntry | None, values: Values, now: Values, recommended: Values
) -> dict[str, Any]:
    """Returns what changes when some settings are set; the task's own hold for every method.

    Args:
        choices: As they are.
        task: The chosen task, where the catalog knows it.
        values: What is set.
        now: All settings that differ from the recommended ones.
        recommended: Every setting with its recommended value.
    """
    wanted = {
        name: value
        for name, value in {**now, **values}.items()
        if name not in recommended or recommended[name] != value
    }
    of_task = _names(task)
    changes: dict[str, Any] = {}
    if of_task & set(values):
        own = {name: value for name, value in wanted.items() if name in of_task}
        changes["task_settings"] = choices.task_settings | {choices.task: own}
    if set(values) - of_task:
        own = {name: value for name, value in wanted.items() if name not in of_task}
        changes["settings"] = choices.settings | {choices.method: own}
    return changes


def as_recommended(choices: Choices) -> dict[str, Any]:
    """Returns what changes when task and method go back to what is recommended."""
    methods = {name: values for name, values in choices.settings.items() if name != choices.method}
    tasks = {name: values for name, values in choices.task_settings.items() if name != choices.task}
    return {"settings": methods, "task_settings": tasks}


def as_in_run(choices: Choices, task: TaskEntry | None, run: RunConfig) -> dict[str, Any]:
    """Returns what changes when everything but the data is set up as it was for a run.

    Args:
        choices: As they are.
        task: The run's task, where the catalog knows it.
        run: The run.
    """
    of_task = _names(task)
    own = {name: value for name, value in run.settings.items() if name not in of_task}
    tasks = {name: value for name, value in run.settings.items() if name in of_task}
    return {
        "task": run.task,
        "model": run.model,
        "method": run.method,
        "settings": choices.settings | {run.method: own},
        "task_settings": choices.task_settings | {run.task: tasks},
        "layers": choices.layers | {run.method: dict(run.layers)},
        "seed": run.seed,
    }


def _names(task: TaskEntry | None) -> set[str]:
    return {field.name for field in task.fields} if task is not None else set()
