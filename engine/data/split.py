"""The split: which rows are learned from, which choose the best checkpoint, which judge it.

Every random choice is taken from the raw numbers of PCG64, whose stream numpy guarantees: the same
seed gives the same split with every version of every library.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from engine.contracts import SplitRows, TaskRows
from engine.data.split_values import SplitValues
from engine.errors import EngineError
from engine.protocol import split_problems
from engine.protocol.config import SplitConfig
from engine.protocol.data_facts import TEST, TRAIN, VALIDATION

_PARTS = 3


def split_rows(
    task_rows: TaskRows,
    config: SplitConfig,
    row_limit: int | None = None,
    values: SplitValues = SplitValues(),  # noqa: B008 - it is frozen
) -> SplitRows:
    """Divides rows into train, validation and test: by lot, by time, or as the file says.

    Each class keeps its share in each part within one row, as far as duplicates permit, which stay
    together; a class with three different texts or more stands in every part. A class with one is
    only trained on, a class with two is trained on and tested.

    Args:
        task_rows: The rows of a task.
        config: Shares and seed.
        row_limit: Train on so many rows only, each class in its share; validation and test stay the
            same rows.
        values: What the file says about it. Where it names no validation rows, some of those to learn
            from are taken. By time the last rows are the test and those before them validation.

    Raises:
        EngineError: When a part would be empty, or the limit cannot hold a row of each class.
    """
    if not (config.validation > 0 and config.test > 0 and config.validation + config.test < 1):
        raise EngineError(split_problems.split_out_of_range(config.validation, config.test))
    strata = list(task_rows.stratify) or [""] * len(task_rows.rows)
    groups = _joined(list(task_rows.groups) or list(range(len(strata))), values.keys)
    if values.parts:
        parts = _as_given(strata, groups, values.parts, config)
    elif values.times:
        parts = _by_time(groups, values.times, config)
    else:
        parts = _assign(strata, groups, config)
    names = ("to learn from", "to check with", "for the final test")
    empty = next((name for part, name in zip(parts, names, strict=True) if not part), "")
    if empty:
        raise EngineError(split_problems.cannot_split(len(strata), len(set(groups)), empty))
    train, validation, test = parts
    if row_limit is not None and row_limit < len(train):
        train = _limited(train, strata, row_limit, config.seed)
    rows = task_rows.rows
    return SplitRows(train=rows.select(train), validation=rows.select(validation), test=rows.select(test))


def _joined(groups: Sequence[int], keys: Sequence[str]) -> list[int]:
    """Returns group numbers in which rows with the same key are together, too; an empty key joins none."""
    parent: dict[int | str, int | str] = {}

    def root(one: int | str) -> int | str:
        while parent.setdefault(one, one) != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for group, key in zip(groups, keys, strict=False):
        if key:
            parent[root(key)] = root(group)
    numbers: dict[int | str, int] = {}
    return [numbers.setdefault(root(group), len(numbers)) for group in groups]


def _as_given(
    strata: Sequence[str], groups: Sequence[int], parts: Sequence[str], config: SplitConfig
) -> tuple[list[int], ...]:
    """Returns the rows as the file divides them; validation rows out of training where it names none."""
    train, validation, test = (
        [index for index, part in enumerate(parts) if part == name] for name in (TRAIN, VALIDATION, TEST)
    )
    if not validation:
        of_train = _assign([strata[index] for index in train], [groups[index] for index in train], config)
        validation = [train[place] for place in of_train[1]]
        train = sorted({*train} - {*validation})
    return train, validation, test


def _by_time(groups: Sequence[int], times: Sequence[float], config: SplitConfig) -> tuple[list[int], ...]:
    """Returns the earliest rows for training and the last ones for the test; without a date is earliest.

    Rows that stay together count from the first of them on: what was known then is no test later.
    """
    members: defaultdict[int, list[int]] = defaultdict(list)
    for index, group in enumerate(groups):
        members[group].append(index)
    known = [-math.inf if math.isnan(time) else time for time in times]
    units = sorted(members.values(), key=lambda unit: (min(known[index] for index in unit), unit[0]))
    ends = (1 - config.validation - config.test, 1 - config.test)
    train: list[int] = []
    validation: list[int] = []
    test: list[int] = []
    placed = 0
    for unit in units:
        middle = (placed + len(unit) / 2) / len(groups)
        part = train if middle <= ends[0] else validation if middle <= ends[1] else test
        part.extend(unit)
        placed += len(unit)
    return sorted(train), sorted(validation), sorted(test)


def _assign(strata: Sequence[str], groups: Sequence[int], config: SplitConfig) -> tuple[list[int], ...]:
    """Returns the row indices of train, validation and test, each in the order of the file."""
    members: defaultdict[int, list[int]] = defaultdict(list)
    for index, group in enumerate(groups):
        members[group].append(index)
    units = list(members.values())
    order = _order(len(units), config.seed)
    by_class: defaultdict[str, list[list[int]]] = defaultdict(list)
    for position in order:
        unit = units[position]
        by_class[_usual(strata, unit)].append(unit)
    sizes = {label: sum(map(len, of_class)) for label, of_class in sorted(by_class.items())}
    tests = _quotas(sizes, config.test)
    validations = _quotas(sizes, config.validation)
    train: list[int] = []
    validation: list[int] = []
    test: list[int] = []
    for label, of_class in sorted(by_class.items()):
        for part, chosen in zip(
            (train, validation, test), _deal(of_class, validations[label], tests[label]), strict=True
        ):
            part.extend(index for unit in chosen for index in unit)
    return sorted(train), sorted(validation), sorted(test)


def _deal(units: list[list[int]], validation_rows: int, test_rows: int) -> tuple[list[list[int]], ...]:
    """Returns the units of one class for train, validation and test.

    Args:
        units: Rows that stay together, in random order.
        validation_rows: How many rows validation should get.
        test_rows: How many the test should get.
    """
    if len(units) < _PARTS:
        smallest_last = sorted(units, key=len, reverse=True)
        return smallest_last[:1], [], smallest_last[1:]
    train: list[list[int]] = []
    validation: list[list[int]] = []
    test: list[list[int]] = []
    # One unit for each part first, the smallest ones where the quotas are small.
    smallest = sorted(range(len(units)), key=lambda position: (len(units[position]), position))[:2]
    test.append(units[smallest[0]])
    validation.append(units[smallest[1]])
    rest = [unit for position, unit in enumerate(units) if position not in smallest]
    train.append(rest.pop())
    missing_test = test_rows - len(test[0])
    missing_validation = validation_rows - len(validation[0])
    for unit in rest:
        if len(unit) <= missing_test:
            test.append(unit)
            missing_test -= len(unit)
        elif len(unit) <= missing_validation:
            validation.append(unit)
            missing_validation -= len(unit)
        else:
            train.append(unit)
    return train, validation, test


def _quotas(sizes: Mapping[str, int], share: float) -> dict[str, int]:
    """Returns how many rows of each class a part should get: its share, rounded up or down.

    The largest remainders are rounded up, so that the whole part has its share too.
    """
    exact = {label: size * share for label, size in sizes.items()}
    quotas = {label: int(value) for label, value in exact.items()}
    left = round(sum(exact.values())) - sum(quotas.values())
    for label in sorted(exact, key=lambda label: quotas[label] - exact[label])[: max(0, left)]:
        quotas[label] += 1
    return quotas


def _limited(train: list[int], strata: Sequence[str], limit: int, seed: int) -> list[int]:
    """Returns ``limit`` of the training rows, each class in its share and none without a row."""
    counts = Counter(strata[index] for index in train)
    if limit < len(counts):
        raise EngineError(split_problems.row_limit_too_small(limit, len(counts)))
    # A row for each class is set aside; the others are shared out in proportion.
    spare = {label: count - 1 for label, count in sorted(counts.items())}
    total = sum(spare.values())
    quotas = _quotas(spare, (limit - len(counts)) / total) if total else dict.fromkeys(spare, 0)
    kept: list[int] = []
    taken: Counter[str] = Counter()
    for position in _order(len(train), seed + 1):
        label = strata[train[position]]
        if taken[label] < quotas[label] + 1:
            taken[label] += 1
            kept.append(train[position])
    return sorted(kept)


def _usual(strata: Sequence[str], unit: Sequence[int]) -> str:
    """Returns the class of rows that stay together: the most frequent one, the first of equals."""
    if len(unit) == 1:
        return strata[unit[0]]
    return Counter(strata[index] for index in unit).most_common(1)[0][0]


def _order(count: int, seed: int) -> list[int]:
    """Returns the numbers below ``count`` in an order that depends on the seed alone."""
    keys = np.random.PCG64(seed % 2**63).random_raw(count)
    order: list[int] = np.argsort(keys, kind="stable").tolist()
    return order
