"""The next run after one that broke off: the same choices but for what a repair changes."""

from __future__ import annotations

import msgspec

from engine.protocol.catalog import Catalog
from engine.protocol.config import RunConfig
from engine.protocol.fields import SettingValue, parse_setting
from engine.protocol.problems import Action
from gui.state.fold_set import FoldSet
from gui.state.run_history import RunHistory
from gui.state.run_status import RunStatus

_PAGES = {
    "choose_file": "data",
    "choose_column": "data",
    "choose_encoding": "data",
    "show_data": "data",
}
"""Where an action is done that is not about runs; all others are done on Setup."""


def page_of(action: Action) -> str:
    """Returns the id of the page where an action is done."""
    return _PAGES.get(action.id, "setup")


def repaired(config: RunConfig, action: Action, catalog: Catalog | None) -> RunConfig | None:
    """Returns a run with a repair applied.

    Args:
        config: The run that broke off.
        action: ``set_settings`` or ``use_method``, as the problem offered it.
        catalog: Knows the fields; without it nothing can be set.

    Returns:
        The run to start; ``None`` when the action is another one, or does not fit this version.
    """
    methods = {entry.id: entry for entry in catalog.methods} if catalog else {}
    if action.id == "use_method":
        method = action.arguments.get("method", "")
        # Settings and layers by hand belonged to the other method.
        return (
            msgspec.structs.replace(config, method=method, settings={}, layers={})
            if method in methods
            else None
        )
    if action.id != "set_settings" or config.method not in methods:
        return None
    fields = {field.name: field for field in methods[config.method].fields}
    wanted: dict[str, SettingValue] = {}
    for name, text in action.arguments.items():
        if name not in fields:
            return None
        try:
            wanted[name] = parse_setting(fields[name], text)
        except ValueError:
            return None
    return msgspec.structs.replace(config, settings=config.settings | wanted)


def act(action: Action, run: RunStatus, runs: RunHistory, catalog: Catalog | None) -> bool:
    """Does what a problem of a run suggests, where that is a matter of runs.

    Args:
        action: What the person pressed.
        run: The run that broke off.
        runs: Starts the next one.
        catalog: Knows the fields of the methods.

    Returns:
        Whether it was done; else the action is about something else, such as the data.
    """
    repair = repaired(run.config, action, catalog)
    if repair is not None:
        runs.start(repair)
    elif action.id == "resume":
        runs.resume(run, smaller_batches=bool(action.arguments.get("smaller_batches")))
    elif action.id == "train_missing_folds" and (folds := FoldSet.of(run.config, runs.runs)) is not None:
        folds.train_missing(runs)
    elif action.id == "train_again":
        runs.start(run.config)
    else:
        return False
    return True
