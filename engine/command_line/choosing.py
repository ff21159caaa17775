"""From words on the command line to a run: settings are checked against the method's own fields."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from engine import registry
from engine.data.columns import guess, inspect
from engine.data.encodings import decode
from engine.data.read_files import read_table
from engine.data.table import cells
from engine.errors import EngineError
from engine.protocol import command_line_problems, file_problems, settings_problems
from engine.protocol.config import DataConfig, RunConfig
from engine.protocol.fields import SettingValue, parse_setting
from engine.protocol.run_files import RUN_FILE
from engine.run_folder import run_of

_TABLES = (".csv", ".tsv", ".tab", ".jsonl", ".ndjson")


def choose_run(
    run_file: Path | None,
    *,
    data: str,
    task: str,
    method: str,
    model: str,
    settings: Sequence[str],
    columns: Sequence[str],
    layers: Sequence[str],
    rows: int | None,
    watch: Sequence[str],
    seed: int | None,
    name: str,
) -> RunConfig:
    """Puts a run together; what is said beside a saved run takes the place of what stands there.

    Args:
        run_file: A saved run to repeat: its file or its folder.
        data: The rows to learn from.
        task: Id of the task; empty to guess.
        method: Id of the method; empty for the one that is tagged as default.
        model: A built-in model or a folder; empty for the default.
        settings: ``name=value``.
        columns: ``role=column``.
        layers: ``layer=thaw`` or ``layer=freeze``.
        rows: Train on so many rows only.
        watch: Texts to follow.
        seed: Of the run.
        name: What to call it.

    Raises:
        EngineError: When something does not fit.
    """
    if run_file is not None:
        run = _saved_run(run_file)
    elif data:
        run = RunConfig(data=DataConfig(path=data), task="", method="")
    else:
        raise EngineError(command_line_problems.nothing_to_train_on())
    if data:
        run = msgspec.structs.replace(run, data=msgspec.structs.replace(run.data, path=data))
    if rows is not None:
        run = msgspec.structs.replace(run, data=msgspec.structs.replace(run.data, row_limit=rows))
    if columns:
        chosen = run.data.columns | read_columns(columns)
        run = msgspec.structs.replace(run, data=msgspec.structs.replace(run.data, columns=chosen))
    if method and method != run.method:
        run = msgspec.structs.replace(run, method=method, settings={}, layers={})
    run = msgspec.structs.replace(
        run,
        task=task or run.task or _guess_task(run.data),
        method=run.method or _default_method(),
        model=model or run.model,
        seed=run.seed if seed is None else seed,
        name=name or run.name,
        watch=tuple(watch) or run.watch,
        layers=run.layers | dict(_layer(text) for text in layers),
    )
    return msgspec.structs.replace(run, settings=run.settings | _settings(run.method, settings))


def read_columns(pairs: Sequence[str]) -> dict[str, str]:
    """Returns role → column, from ``role=column``.

    Raises:
        EngineError: When one of them is no such pair.
    """
    return dict(_pair(text, "ROLE=COLUMN") for text in pairs)


def choose_folder(out: Path | None, run: RunConfig) -> Path:
    """Returns the folder that a new run goes to.

    Args:
        out: What was asked for; a folder that holds runs gets a new one inside it.
        run: Gives the folder its name where none was asked for.
    """
    stamp = time.strftime("%Y%m%d-%H%M%S")
    parent = out or Path("runs")
    if out is not None and not any(out.glob(f"*/{RUN_FILE}")):
        return out
    folder = parent / f"{stamp}-{run.method}"
    number = 2
    while folder.exists():
        folder = parent / f"{stamp}-{run.method}-{number}"
        number += 1
    return folder


def read_texts(texts: Sequence[str], file: str, run: RunConfig) -> list[str]:
    """Returns the texts to answer.

    Args:
        texts: Given one by one.
        file: A table with the run's text column, or any text file with one on each line.
        run: The run that answers.

    Raises:
        EngineError: When there are none.
    """
    found = list(texts)
    if Path(file).suffix.lower() in _TABLES:
        table = read_table(file)
        role = registry.task(run.task).roles[0].id
        column = run.data.columns.get(role, "")
        if column not in table.columns:
            column = {fact.role: fact.name for fact in guess(table)}.get(role, table.columns[0])
        found += cells(table.dataset, column)
    elif file:
        found += _lines(file)
    if not found:
        raise EngineError(command_line_problems.nothing_to_answer())
    return found


def _lines(file: str) -> list[str]:
    try:
        data = Path(file).read_bytes()
    except FileNotFoundError as error:
        raise EngineError(file_problems.no_file(file)) from error
    except OSError as error:
        raise EngineError(file_problems.cannot_open(file, error)) from error
    return [line for line in decode(data, file, "").text.splitlines() if line.strip()]


def _saved_run(path: Path) -> RunConfig:
    return run_of(path.parent if path.is_file() else path)


def _guess_task(data: DataConfig) -> str:
    tasks = registry.catalog().tasks
    return inspect(read_table(data.path, data.encoding, data.delimiter), tasks).task


def _default_method() -> str:
    methods = registry.catalog().methods
    return (registry.catalog().tagged("default") or methods[0]).id


def _settings(method_id: str, pairs: Sequence[str]) -> dict[str, SettingValue]:
    """Reads ``name=value``; a name that is not known is kept, to be told of with the others."""
    fields = {field.name: field for field in registry.fields(registry.method(method_id))}
    values: dict[str, SettingValue] = {}
    for text in pairs:
        name, value = _pair(text, "NAME=VALUE")
        if name not in fields:
            values[name] = value
            continue
        try:
            values[name] = parse_setting(fields[name], value)
        except ValueError as error:
            raise EngineError(settings_problems.setting_out_of_range(fields[name], value)) from error
    return values


def _layer(text: str) -> tuple[str, bool]:
    layer, wish = _pair(text, "LAYER=thaw|freeze")
    if wish not in {"thaw", "freeze"}:
        raise EngineError(command_line_problems.not_a_pair(text=text, form="LAYER=thaw|freeze"))
    return layer, wish == "thaw"


def _pair(text: str, form: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise EngineError(command_line_problems.not_a_pair(text=text, form=form))
    return name.strip(), value.strip()
