"""What a problem of the draft suggests, done to the project."""

from __future__ import annotations

from engine.protocol.catalog import Catalog
from engine.protocol.fields import SettingValue, parse_setting
from engine.protocol.problems import Action
from gui.state.project import Project
from gui.state.table_guess import fitting_model


def repair_draft(action: Action, project: Project, catalog: Catalog | None) -> bool:
    """Changes the draft as an action says; each is a step that can be undone.

    Args:
        action: ``repair``, ``undo_repair``, ``change_split``, ``use_rows``, ``use_method``, ``set_settings``,
            ``use_built_in_model`` or ``use_device``.
        project: Whose draft changes.
        catalog: Knows methods, fields and models.

    Returns:
        Whether it was done; else the action is about something else.
    """
    if action.repair is not None:
        project.add_repair(action.repair)
        return True
    if action.id == "undo_repair":
        project.take_repair_back(int(action.arguments["step"]))
        return True
    if catalog is None:
        return False
    if action.id == "use_method":
        method = action.arguments.get("method", "")
        known = any(entry.id == method for entry in catalog.methods)
        if known:
            project.set_method(method)
        return known
    if action.id == "use_built_in_model":
        able = fitting_model(catalog, project.task_entry) or fitting_model(catalog)
        model = action.arguments.get("model", "") or able
        if model:
            project.set_model(model)
        return bool(model)
    if action.id == "use_device":
        project.set_device(action.arguments.get("device", ""))
        return True
    if action.id in {"change_split", "use_rows"}:
        return _change_rows(action, project)
    return action.id == "set_settings" and _set_settings(action, project)


def _change_rows(action: Action, project: Project) -> bool:
    """Divides the rows otherwise, or trains on another number of them."""
    if project.data is None:
        return False
    data = project.data
    if action.id == "use_rows":
        project.change_split(data.split, int(action.arguments["row_limit"]))
    else:
        project.change_split(data.split.changed(action.arguments), data.row_limit)
    return True


def _set_settings(action: Action, project: Project) -> bool:
    task = project.task_entry
    fields = {field.name: field for field in (*(task.fields if task else ()), *project.fields)}
    wanted: dict[str, SettingValue] = {}
    for name, text in action.arguments.items():
        if name not in fields:
            return False
        try:
            wanted[name] = parse_setting(fields[name], text)
        except ValueError:
            return False
    project.set_settings(wanted)
    return True
