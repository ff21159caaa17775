"""A problem's first button, as words of the command line: where the window has a button, it has an option."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping

import msgspec

from engine.protocol.config import RunConfig
from engine.protocol.problems import Action, Problem


def _column(arguments: Mapping[str, str]) -> str:
    return f"--column {arguments['role']}={shlex.quote(arguments.get('column', 'COLUMN'))}"


def _settings(arguments: Mapping[str, str]) -> str:
    return " ".join(f"--set {name}={shlex.quote(value)}" for name, value in arguments.items())


def _split(arguments: Mapping[str, str]) -> str:
    return " ".join(f"--split {name}={shlex.quote(value)}" for name, value in arguments.items())


_DEFAULT_MODEL = next(field.default for field in msgspec.structs.fields(RunConfig) if field.name == "model")
_OPTIONS: dict[str, Callable[[Mapping[str, str]], str]] = {
    "choose_column": _column,
    "choose_encoding": lambda _: "--encoding NAME",
    "choose_sheet": lambda _: "--sheet NAME",
    "choose_header_row": lambda _: "--header-row N",
    "set_settings": _settings,
    "change_split": _split,
    "use_rows": lambda arguments: f"--rows {arguments['row_limit']}",
    "use_method": lambda arguments: f"--method {arguments['method']}",
    "use_device": lambda arguments: f"--device {arguments['device']}",
    "use_built_in_model": lambda arguments: f"--model {arguments.get('model', _DEFAULT_MODEL)}",
    "download_model": lambda arguments: f"thaw-engine models --download {shlex.quote(arguments['model'])}",
    "download_data_set": lambda arguments: (
        f"thaw-engine data --download {shlex.quote(arguments['data_set'])}"
    ),
    "resume": lambda arguments: (
        f"thaw-engine resume {shlex.quote(arguments['folder'])}"
        + (" --smaller-batches" if arguments.get("smaller_batches") else "")
    ),
}
_READ_AS = {"delimiter": "--delimiter SIGN", "rows_drawn": "--rows-drawn N"}
_FOLDERS = {"folder_not_empty": "--out DIR", "cannot_write": "--out DIR"}
"""Which folder is to be chosen, by the problem's code; those of models have their setting."""


def option_for(problem: Problem) -> str:
    """Returns a line that says how the suggested repair is written; empty where there is none.

    Args:
        problem: Any problem.
    """
    if problem.setting in _READ_AS:
        return f"On the command line: {_READ_AS[problem.setting]}"
    if not problem.actions:
        return ""
    words = _words_of(problem, problem.actions[0])
    return f"On the command line: {words}" if words else ""


def ways_on(problem: Problem) -> list[str]:
    """Returns for each of a problem's buttons what is written in its place, as far as there is something.

    Args:
        problem: Any problem.
    """
    return list(filter(None, (_words_of(problem, action) for action in problem.actions)))


def _words_of(problem: Problem, action: Action) -> str:
    if action.repair is not None:
        return f"--repair {problem.code}"
    if action.id == "choose_folder":
        return "--model DIR" if problem.setting == "model" else _FOLDERS.get(problem.code, "")
    return _OPTIONS[action.id](action.arguments) if action.id in _OPTIONS else ""
