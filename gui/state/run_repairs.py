"""The next run after one that broke off: the same choices but for what a repair changes."""

from __future__ import annotations

import msgspec

from engine.protocol.catalog import Catalog
from engine.protocol.config import RunConfig
from engine.protocol.fields import SettingValue, parse_setting
from engine.protocol.problems import Action


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
