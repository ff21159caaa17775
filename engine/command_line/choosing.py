"""From words on the command line to a run: settings are checked against the method's own fields."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from engine import registry
from engine.contracts import Task
from engine.data.columns import guess, inspect, with_guesses
from engine.data.large_files import Follow
from engine.data.read_files import holds_rows, read_table
from engine.data.split_values import part_column
from engine.errors import EngineError
from engine.protocol import (
    command_line_problems,
    file_problems,
    settings_problems,
)
from engine.protocol.config import DataConfig, Reading, RunConfig, SplitConfig
from engine.protocol.fields import SettingValue, parse_setting
from engine.protocol.run_files import RUN_FILE
from engine.protocol.wording import printable
from engine.run_folder import run_of


def choose_run(
    run_file: Path | None,
    *,
    data: str,
    reading: Reading,
    task: str,
    method: str,
    model: str,
    settings: Sequence[str],
    columns: Sequence[str],
    layers: Sequence[str],
    rows: int | None,
    split: Sequence[str],
    watch: Sequence[str],
    seed: int | None,
    device: str,
    name: str,
    follow: Follow = Follow(),  # noqa: B008 - it is frozen
) -> RunConfig:
    """Puts a run together; what is said beside a saved run takes the place of what stands there.

    Args:
        run_file: A saved run to repeat: its file or its folder.
        data: The rows to learn from.
        reading: How that file is to be read.
        task: Id of the task; empty to guess.
        method: Id of the method; empty for the one that is tagged as default.
        model: A built-in model or a folder; empty for the default.
        settings: ``name=value``.
        columns: ``role=column``.
        layers: ``layer=thaw`` or ``layer=freeze``.
        rows: Train on so many rows only.
        split: ``name=value``: how rows are divided.
        watch: Texts to follow.
        seed: Of the run.
        device: Id of the device that trains; empty for the best there is.
        name: What to call it.
        follow: Who waits for the file.

    Raises:
        EngineError: When something does not fit.
    """
    task, method = printable(task), printable(method)
    if run_file is not None:
        run = _saved_run(run_file)
    elif data:
        run = RunConfig(data=DataConfig(path=data), task="", method="")
    else:
        raise EngineError(command_line_problems.nothing_to_train_on())
    for path in (data, model):
        _raise_if_no_text(path)
    chosen = run.data
    if data:  # another file is another table: nothing that was chosen for the old one need fit it
        chosen = msgspec.structs.replace(chosen, path=data, **msgspec.structs.asdict(Reading()))
    named = {name: value for name, value in msgspec.structs.asdict(reading).items() if value}
    limit = chosen.row_limit if rows is None else rows
    chosen = msgspec.structs.replace(chosen, row_limit=limit, split=read_split(split, chosen.split), **named)
    run = msgspec.structs.replace(run, data=chosen, task=task or run.task or _guess_task(chosen, follow))
    if columns:
        roles, how = chosen.columns | read_columns(columns, registry.task(run.task)), chosen.split
        if not chosen.columns:  # one column was named for a new file; the others are found out as ever
            table = read_table(chosen.path, chosen.reading, follow)
            roles = with_guesses(guess(table, registry.task(run.task).roles), roles)
            how = how.found_in(part_column(table.dataset))
        run = msgspec.structs.replace(run, data=msgspec.structs.replace(chosen, columns=roles, split=how))
    if method and method != run.method:
        run = msgspec.structs.replace(run, method=method, settings={}, layers={})
    run = msgspec.structs.replace(
        run,
        method=run.method or _default_method(),
        model=model or run.model,
        seed=run.seed if seed is None else seed,
        device=printable(device) or run.device,
        name=printable(name) or run.name,
        watch=tuple(printable(text) for text in watch) or run.watch,
        layers=run.layers | dict(_layer(text) for text in layers),
    )
    said = run.settings | _settings(run, settings)
    return msgspec.structs.replace(run, settings=said if chosen.columns else _fitting(run, follow) | said)


def read_columns(pairs: Sequence[str], task: Task) -> dict[str, str]:
    """Returns role → column, from ``role=column``.

    Args:
        pairs: What was said.
        task: Its roles are known.

    Raises:
        EngineError: When one of them is no such pair, or the task has no such role.
    """
    roles = [role.id for role in task.roles]
    chosen: dict[str, str] = {}
    for text in pairs:
        role, column = pair_of(text, "ROLE=COLUMN")
        if role not in roles:
            near = registry.nearest(role, roles)
            raise EngineError(command_line_problems.unknown_role(asked=role, near=near, known=roles))
        chosen[role] = column
    return chosen


def read_split(pairs: Sequence[str], before: SplitConfig) -> SplitConfig:
    """Returns how rows are divided, from ``name=value``.

    Args:
        pairs: What was said.
        before: What holds where nothing was said.

    Raises:
        EngineError: When one of them is no such pair, or says what no split has.
    """
    known = [field.name for field in msgspec.structs.fields(SplitConfig)]
    said: dict[str, str] = {}
    for text in pairs:
        name, value = pair_of(text, "NAME=VALUE")
        if name not in known:
            near = registry.nearest(name, known)
            raise EngineError(command_line_problems.unknown_split(asked=name, near=near, known=known))
        said[name] = value
    try:
        return before.changed(said)
    except msgspec.ValidationError as error:
        raise EngineError(command_line_problems.wrong_split(said=said, details=str(error))) from error


def choose_folder(out: Path | None, run: RunConfig) -> Path:
    """Returns the folder that a new run goes to.

    Args:
        out: What was asked for; a folder that holds runs gets a new one inside it.
        run: Gives the folder its name where none was asked for.
    """
    stamp = time.strftime("%Y%m%d-%H%M%S")
    parent = out or Path("runs")
    _raise_if_no_text(str(parent))
    if out is not None and not any(out.glob(f"*/{RUN_FILE}")):
        return out
    folder = parent / f"{stamp}-{run.method}"
    number = 2
    while folder.exists():
        folder = parent / f"{stamp}-{run.method}-{number}"
        number += 1
    return folder


def _saved_run(path: Path) -> RunConfig:
    """Reads the run that a file, or a run's folder, holds."""
    if path.is_dir():
        return run_of(path)
    try:
        content = path.read_bytes()
        run = msgspec.toml.decode(content, type=RunConfig)
    except OSError as error:
        problem = command_line_problems.no_such_run(path=str(path.absolute()), reason=error.strerror)
        raise EngineError(problem) from error
    except ValueError as error:  # no TOML, or TOML that holds something else
        if path.suffix.lower() == ".toml":
            problem = command_line_problems.run_file_differs(path=str(path), details=str(error))
        else:
            is_table = holds_rows(path.name)
            problem = command_line_problems.not_a_run_file(path=str(path), looks_like_rows=is_table)
        raise EngineError(problem) from error
    _raise_if_unknown(str(path), msgspec.toml.decode(content), msgspec.to_builtins(run))
    return run


def _raise_if_unknown(path: str, written: dict[str, Any], known: dict[str, Any]) -> None:
    """Raises for an entry of a run file that is none of a run: nothing is left aside in silence."""
    levels = [(written, known)]
    for name in ("data", "split"):
        above, names = levels[-1]
        levels.append((above.get(name, {}), names[name]))
    for entries, names in levels:
        for entry in entries:
            if entry not in names:
                near = registry.nearest(entry, names)
                raise EngineError(command_line_problems.unknown_entry(path=path, asked=entry, near=near))


def _raise_if_no_text(name: str) -> None:
    """Raises for a file name that no text can hold, so that nobody could write down where a run came from."""
    if name != printable(name):
        raise EngineError(file_problems.name_is_no_text(name))


def _guess_task(data: DataConfig, follow: Follow) -> str:
    tasks = registry.catalog().tasks
    return inspect(read_table(data.path, data.reading, follow), tasks).task


def _fitting(run: RunConfig, follow: Follow) -> dict[str, SettingValue]:
    """Returns the settings of a run's task that columns of a new file ask for: several labels for lists."""
    tasks = [task for task in registry.catalog().tasks if task.id == run.task]
    if not any(role.of_lists for task in tasks for role in task.roles):
        return {}
    facts = inspect(read_table(run.data.path, run.data.reading, follow), tasks)
    return facts.settings_for(tasks[0].roles, run.data.columns or facts.columns_for(run.task))


def _default_method() -> str:
    methods = registry.catalog().methods
    return (registry.catalog().tagged("default") or methods[0]).id


def _settings(run: RunConfig, pairs: Sequence[str]) -> dict[str, SettingValue]:
    """Reads ``name=value``; a name that is not known is kept, to be told of with the others."""
    every = registry.fields(registry.method(run.method), task=registry.task(run.task))
    fields = {field.name: field for field in every}
    values: dict[str, SettingValue] = {}
    for text in pairs:
        name, value = pair_of(text, "NAME=VALUE")
        if name not in fields:
            values[name] = value
            continue
        try:
            values[name] = parse_setting(fields[name], value)
        except ValueError as error:
            raise EngineError(settings_problems.setting_out_of_range(fields[name], value)) from error
    return values


def _layer(text: str) -> tuple[str, bool]:
    layer, wish = pair_of(text, "LAYER=thaw|freeze")
    if wish not in {"thaw", "freeze"}:
        raise EngineError(command_line_problems.not_a_pair(text=text, form="LAYER=thaw|freeze"))
    return layer, wish == "thaw"


def pair_of(text: str, form: str) -> tuple[str, str]:
    """Returns name and value out of ``name=value``.

    Args:
        text: What was said.
        form: What it should look like.

    Raises:
        EngineError: When it does not.
    """
    text = printable(text)
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise EngineError(command_line_problems.not_a_pair(text=text, form=form))
    return name.strip(), value.strip()
