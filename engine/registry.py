"""Finds every method and task, checks what they say, and puts the catalog together.

There is no list to edit: each file in ``engine/methods`` and ``engine/tasks`` ends in one constant.
A file that breaks the rules is an error at the start, with its name, not a surprise later.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping

import msgspec
from rapidfuzz import fuzz, process

from engine import methods, tasks
from engine.contracts import Method, Network, Settings, Task
from engine.data.noise_settings import noise_fields
from engine.data.read_files import file_endings
from engine.discovery import find_constants
from engine.errors import EngineError
from engine.models import sources
from engine.protocol import settings_problems
from engine.protocol.catalog import Catalog, MethodEntry, MethodGroup, TaskEntry
from engine.protocol.fields import Field, IntegerField, SettingValue, as_number, values_that_fit, why_not
from engine.protocol.problems import Problem
from engine.protocol.stack import ModelFacts
from engine.training_fields import MAX_LENGTH, MAX_TARGET_LENGTH, TRAINING_FIELDS, with_training_fields

_ANY_MODEL = ModelFacts(
    source="",
    name="any model",
    architecture="",
    family="",
    blocks=0,
    width=0,
    vocabulary=0,
    parameters=0,
    max_length=0,
)
_TRAINING_NAMES = frozenset(field.name for field in TRAINING_FIELDS)
_LENGTHS = (MAX_LENGTH.name, MAX_TARGET_LENGTH.name)  # a model has only so many positions for them
_NEAR = 62  # of 100: how alike a name must be to be asked "did you mean"; at 60 single letters count


class RegistryError(Exception):
    """A method's or task's file breaks a rule of the house."""


@functools.cache
def all_tasks() -> dict[str, Task]:
    """Returns the tasks by id, in the order of the task list.

    Those that put a new head on a network that reads come first, and of these that which asks the least
    of a file; the first one is where nothing speaks for another.

    Raises:
        RegistryError: When a file breaks a rule.
    """
    found: dict[str, Task] = {}
    for name, task in find_constants(tasks, "TASK", Task):
        _check_id("task", name, task.id, found)
        if not task.metrics or not task.roles:
            raise RegistryError(f"The task {task.id} needs at least one metric and one role.")
        found[task.id] = task
    networks = list(Network)
    order = sorted(
        found.values(),
        key=lambda task: (networks.index(task.network), sum(role.required for role in task.roles)),
    )
    return {task.id: task for task in order}


@functools.cache
def all_methods() -> dict[str, Method]:
    """Returns the methods by id, in the order of the method list: by what they change.

    Raises:
        RegistryError: When a file breaks a rule.
    """
    found: dict[str, Method] = {}
    for name, method in find_constants(methods, "METHOD", Method):
        _check_id("method", name, method.id, found)
        check_method(method)
        found[method.id] = method
    groups = list(MethodGroup)
    order = sorted(
        found.values(), key=lambda method: (groups.index(method.group), "default" not in method.tags)
    )
    return {method.id: method for method in order}


def task(task_id: str) -> Task:
    """Returns a task.

    Raises:
        EngineError: When there is none of that id; it names the nearest.
    """
    known = all_tasks()
    if task_id not in known:
        raise EngineError(settings_problems.unknown_task(task_id, nearest(task_id, known), list(known)))
    return known[task_id]


def method(method_id: str) -> Method:
    """Returns a method.

    Raises:
        EngineError: When there is none of that id; it names the nearest.
    """
    known = all_methods()
    if method_id not in known:
        raise EngineError(settings_problems.unknown_method(method_id, nearest(method_id, known), list(known)))
    return known[method_id]


def fields(
    method: Method,
    model: ModelFacts | None = None,
    task: Task | None = None,
    settings: Settings | None = None,
) -> tuple[Field, ...]:
    """Returns every setting of a run: the task's own, the method's own, then those of training.

    A training setting takes the value that the task recommends, unless the method recommends another.

    Args:
        method: The method.
        model: The model that it is used on; some defaults and ranges depend on it.
        task: The task, where known.
        settings: Every setting with its value, where known: some leave less room for the text.
    """
    declared: list[Field] = []
    if task is not None:
        declared += [*task.settings, *noise_fields(), *task.training]
        declared += task.fields_for(model) if model else ()
    declared += [*method.settings, *(method.fields_for(model) if model else ())]
    own = {field.name: field for field in declared}  # what a method recommends goes before its task
    every = with_training_fields(tuple(own.values()))
    if task is not None:
        said = recommendations(method, task)
        every = tuple(
            msgspec.structs.replace(field, default=said.get(field.name, field.default)) for field in every
        )
    if model is None:
        return every
    taken = method.positions(settings or {field.name: field.default for field in every})
    return tuple(_within_reach(field, model, taken) for field in every)


def task_settings(task: Task, settings: Mapping[str, SettingValue]) -> dict[str, SettingValue]:
    """Returns the task's own settings out of those of a run, filled in where they are missing.

    Args:
        task: The task.
        settings: Name → value; what does not fit is left aside.
    """
    return values_that_fit(task.settings, settings)


def shared_settings(task: Task, settings: Mapping[str, SettingValue]) -> dict[str, SettingValue]:
    """Returns the settings that hold for every method: the task's own and those of noise.

    Args:
        task: The task.
        settings: Name → value; what does not fit is left aside.
    """
    return values_that_fit((*task.settings, *noise_fields()), settings)


def fill_settings(
    method: Method, task_id: str, settings: Mapping[str, SettingValue], model: ModelFacts | None = None
) -> tuple[Settings, list[Problem]]:
    """Fills in what was not set with what is recommended, and looks whether the rest fits.

    Args:
        method: The method.
        task_id: Its defaults may differ between tasks.
        settings: Name → value, as a person set them.
        model: The model, where known; some defaults and ranges depend on it.

    Returns:
        Every setting of the method with a value that fits, and one problem for each value that did
        not (it is replaced by the recommended one) and each unknown name (it is left out).
    """
    task = all_tasks().get(task_id)
    known = {field.name: field for field in fields(method, model, task)}
    filled: dict[str, SettingValue] = {name: field.default for name, field in known.items()}
    problems: dict[str, Problem] = {}
    for name in sorted(settings, key=lambda name: name in _LENGTHS):  # others leave them their room
        value = settings[name]
        if name in _LENGTHS:
            known = {field.name: field for field in fields(method, model, task, filled)}
        if name not in known:
            near = nearest(name, known)
            problems[name] = settings_problems.unknown_setting(name, near, method.name, list(known))
        elif why_not(known[name], as_number(known[name], value)):
            problems[name] = settings_problems.setting_out_of_range(known[name], value)
        else:
            filled[name] = as_number(known[name], value)
    for field in fields(method, model, task, filled):
        if field.name in _LENGTHS and isinstance(field, IntegerField):
            filled[field.name] = min(int(filled[field.name]), field.maximum)
    return filled, [problems[name] for name in settings if name in problems]


def nearest(name: str, known: Iterable[str]) -> str:
    """Returns the name that was probably meant, by its letters or its initials; empty for none.

    Args:
        name: What was said, e.g. ``"lr"``.
        known: The names that there are, e.g. ``"learning_rate"``.
    """
    names = list(known)
    said = name.strip().lower()
    for candidate in names:
        if "_" in candidate and "".join(word[:1] for word in candidate.split("_")) == said:
            return candidate
    near = process.extractOne(said, names, scorer=fuzz.WRatio, score_cutoff=_NEAR)
    return near[0] if near else ""


@functools.cache
def catalog() -> Catalog:
    """Returns all that this engine can do, as data.

    Raises:
        RegistryError: When a method's or task's file breaks a rule.
    """
    for task in all_tasks().values():
        check_recommendations(task)
    return Catalog(
        tasks=tuple(_task_entry(task) for task in all_tasks().values()),
        methods=tuple(_method_entry(method) for method in all_methods().values()),
        models=sources.models(),
        file_endings=file_endings(),
    )


def check_method(method: Method) -> None:
    """Looks whether a method keeps the rules: help texts, defaults in range, no name twice.

    Raises:
        RegistryError: With the method, the setting and the rule.
    """
    if not (method.name and method.summary and method.reference):
        raise RegistryError(f"The method {method.id} needs a name, a summary and a reference.")
    names = [field.name for field in method.settings]
    if len(names) != len(set(names)):
        raise RegistryError(f"The method {method.id} has two settings of the same name.")
    for field in fields(method):
        where = f"The setting {field.name} of {method.id}"
        if not (field.label and field.help):
            raise RegistryError(f"{where} needs a label and a help text.")
        if why_not(field, field.default):
            raise RegistryError(f"{where} starts at {field.default}: {why_not(field, field.default)}")
    for field in method.settings:
        if (field.section == "training") != (field.name in _TRAINING_NAMES):
            raise RegistryError(f"The setting {field.name} of {method.id} stands in the wrong section.")


def recommendations(method: Method, task: Task) -> dict[str, SettingValue]:
    """Returns what a task recommends for settings that are a method's own.

    Raises:
        RegistryError: When the method could not be set so.
    """
    own = _own_fields(method)
    found = {name: value for name, value in task.recommends.items() if name in own}
    for name, value in found.items():
        if reason := why_not(own[name], value):
            raise RegistryError(f"{task.id} recommends {name} = {value} for {method.id}: {reason}")
    return found


def check_recommendations(task: Task) -> None:
    """Looks whether what a task recommends is a setting of some method's own, and fits each of them.

    Raises:
        RegistryError: With the task and the setting.
    """
    known = {name for method in all_methods().values() for name in _own_fields(method)}
    unknown = sorted(set(task.recommends) - known)
    if unknown:
        raise RegistryError(
            f"{task.id} recommends {unknown[0]}, and no method has such a setting of its own."
        )
    for method in all_methods().values():
        recommendations(method, task)


def _own_fields(method: Method) -> dict[str, Field]:
    return {field.name: field for field in method.settings if field.section != "training"}


def _check_id(kind: str, file_name: str, constant_id: str, found: Iterable[str]) -> None:
    if file_name != constant_id:
        raise RegistryError(f"The {kind} in {file_name}.py calls itself {constant_id!r}.")
    if constant_id in found:
        raise RegistryError(f"Two {kind}s are called {constant_id!r}.")


def _within_reach(field: Field, model: ModelFacts, taken: int) -> Field:
    """Returns the longest texts with the model's own limit, every other field as it is.

    Args:
        field: Any.
        model: Has so many positions.
        taken: Of these, those that the text cannot have.
    """
    if field.name not in _LENGTHS or not isinstance(field, IntegerField):
        return field
    longest = min(field.maximum, model.max_length - taken)
    return msgspec.structs.replace(field, maximum=longest, default=min(field.default, longest))


def _task_entry(task: Task) -> TaskEntry:
    return TaskEntry(
        id=task.id,
        name=task.name,
        summary=task.summary,
        icon=task.icon,
        roles=task.roles,
        metrics=task.metrics,
        unit=task.unit,
        labels=task.labels,
        second_first=task.second_first,
        fields=(*task.settings, *noise_fields()),
        training=task.training,
        network=task.network.value,
        input_roles=task.input_roles,
    )


def _method_entry(method: Method) -> MethodEntry:
    served = tuple(task.id for task in all_tasks().values() if not method.supports(task, _ANY_MODEL))
    return MethodEntry(
        id=method.id,
        name=method.name,
        summary=method.summary,
        group=method.group,
        reference=method.reference,
        fields=fields(method),
        tags=method.tags,
        layers_by_hand=method.layers_by_hand,
        task_defaults={task.id: recommendations(method, task) for task in all_tasks().values()},
        tasks=served,
    )
