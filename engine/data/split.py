"""The split: which rows are learned from, which choose the best checkpoint, which judge it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from datasets import Dataset

from engine.contracts import SplitRows, TaskRows
from engine.data.split_values import SplitValues
from engine.data.stratified import folds, one_part, quotas, shuffled, three_parts, units_of
from engine.errors import EngineError
from engine.protocol import fold_problems, split_problems
from engine.protocol.config import SplitConfig
from engine.protocol.data_facts import TEST, TRAIN, VALIDATION
from engine.protocol.problems import Problem

_PARTS = 3


class Division(NamedTuple):
    """Which rows stand in which part: their indices, in the order of the file."""

    train: list[int]
    validation: list[int]
    test: list[int]

    def of(self, rows: Dataset) -> SplitRows:
        """Returns the rows themselves.

        Args:
            rows: All of them.
        """
        return SplitRows(*(rows.select(part) for part in self))


def divide(
    task_rows: TaskRows,
    config: SplitConfig,
    row_limit: int | None = None,
    values: SplitValues = SplitValues(),  # noqa: B008 - it is frozen
) -> Division:
    """Divides rows into train, validation and test: by lot, in folds, by time, or as the file says.

    Each class keeps its share in each part within one row, as far as duplicates permit, which stay
    together; a class with three different texts or more stands in every part. A class with one is
    only trained on, a class with two is trained on and tested. In folds each row is in the test of one.

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
    faults = config_faults(config)
    if faults:
        raise EngineError(faults[0])
    strata = list(task_rows.stratify) or [""] * len(task_rows.rows)
    groups = kept_together(task_rows, values)
    if values.parts:
        division = _as_given(strata, groups, values.parts, config)
    elif values.times:
        division = _by_time(groups, values.times, config)
    elif config.folds:
        division = _by_fold(strata, groups, config)
    else:
        parts = three_parts(strata, groups, config.validation, config.test, config.seed)
        division = Division(*parts)
    names = ("to learn from", "to check with", "for the final test")
    empty = next((name for part, name in zip(division, names, strict=True) if not part), "")
    if empty:
        of_all = groups if not values.parts else [groups[index] for index in division.train]
        raise EngineError(
            split_problems.cannot_split(
                len(of_all),
                len(set(of_all)),
                empty,
                config.group_column,
                from_training=bool(values.parts),
            )
        )
    if row_limit is not None and row_limit < len(division.train):
        division = division._replace(train=_limited(division.train, strata, row_limit, config.seed))
    return division


def split_rows(
    task_rows: TaskRows,
    config: SplitConfig,
    row_limit: int | None = None,
    values: SplitValues = SplitValues(),  # noqa: B008 - it is frozen
) -> SplitRows:
    """Returns the rows as :func:`divide` divides them.

    Raises:
        EngineError: When they cannot be divided so.
    """
    return divide(task_rows, config, row_limit, values).of(task_rows.rows)


def config_faults(config: SplitConfig) -> list[Problem]:
    """Returns what is wrong with how rows are to be divided, whatever the rows are.

    Shares that a division does not ask for are not looked at.

    Args:
        config: What was chosen.
    """
    if len(config.ways) > 1:
        return [split_problems.several_ways(config.ways)]
    in_range = config.validation > 0 and config.test > 0 and config.validation + config.test < 1
    if config.folds or config.fold:
        if not fold_problems.FEWEST <= config.folds <= fold_problems.MOST or not (
            0 <= config.fold < config.folds
        ):
            return [fold_problems.wrong_folds(config.folds, config.fold)]
        in_range = 0 < config.validation < 1
    if config.part_column or in_range:  # of a given split only :func:`divide` knows whether it asks
        return []
    return [split_problems.split_out_of_range(config.validation, None if config.folds else config.test)]


def kept_together(task_rows: TaskRows, values: SplitValues) -> list[int]:
    """Returns a number for each row; rows with the same one stay in one part, whoever asks for that.

    Args:
        task_rows: Texts that are the same have a group.
        values: Rows with the same key are together, too; an empty one joins none.
    """
    parent: dict[int | str, int | str] = {}

    def root(one: int | str) -> int | str:
        while parent.setdefault(one, one) != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    groups = task_rows.groups or range(len(task_rows.rows))
    for group, key in zip(groups, values.keys, strict=False):
        if key:
            parent[root(key)] = root(group)
    numbers: dict[int | str, int] = {}
    return [numbers.setdefault(root(group), len(numbers)) for group in groups]


def _as_given(
    strata: Sequence[str], groups: Sequence[int], parts: Sequence[str], config: SplitConfig
) -> Division:
    """Returns the rows as the file divides them; validation rows out of training where it names none.

    Raises:
        EngineError: When it names none, and the share that was asked for is no share.
    """
    division = Division(
        *([index for index, part in enumerate(parts) if part == name] for name in (TRAIN, VALIDATION, TEST))
    )
    if division.validation:
        return division
    if not 0 < config.validation < 1:
        raise EngineError(split_problems.split_out_of_range(config.validation))
    return _with_validation(strata, groups, division.train, division.test, config)


def _with_validation(
    strata: Sequence[str],
    groups: Sequence[int],
    rest: Sequence[int],
    test: list[int],
    config: SplitConfig,
) -> Division:
    """Takes the validation rows, in their share, out of those that are not for the test."""
    taken = one_part(
        [strata[index] for index in rest], [groups[index] for index in rest], config.validation, config.seed
    )
    validation = [rest[place] for place in taken]
    return Division(sorted({*rest} - {*validation}), validation, test)


def _by_fold(strata: Sequence[str], groups: Sequence[int], config: SplitConfig) -> Division:
    """Returns one fold for the test; of the others validation rows are taken.

    Raises:
        EngineError: When there are fewer groups than folds, or none is left to check with.
    """
    distinct = len(set(groups))
    if distinct < max(config.folds, _PARTS):
        raise EngineError(fold_problems.too_few_for_folds(config.folds, distinct, config.group_column))
    fold_of = folds(strata, groups, config.folds, config.seed)
    test = [index for index, fold in enumerate(fold_of) if fold == config.fold]
    rest = [index for index, fold in enumerate(fold_of) if fold != config.fold]
    return _with_validation(strata, groups, rest, test, config)


def _by_time(groups: Sequence[int], times: Sequence[float], config: SplitConfig) -> Division:
    """Returns the earliest rows for training and the last ones for the test; without a date is earliest.

    Rows that stay together count from the first of them on: what was known then is no test later. Each
    part gets a unit where there are three.
    """
    known = [-math.inf if math.isnan(time) else time for time in times]
    units = sorted(units_of(groups), key=lambda unit: (min(known[index] for index in unit), unit[0]))
    middles = []
    placed = 0
    for unit in units:
        middles.append((placed + len(unit) / 2) / len(groups))
        placed += len(unit)
    first = sum(middle <= 1 - config.validation - config.test for middle in middles)
    second = sum(middle <= 1 - config.test for middle in middles)
    first = max(1, min(first, len(units) - 2))
    second = max(first + 1, min(second, len(units) - 1))
    parts = (units[:first], units[first:second], units[second:])
    return Division(*(sorted(index for unit in part for index in unit) for part in parts))


def _limited(train: list[int], strata: Sequence[str], limit: int, seed: int) -> list[int]:
    """Returns ``limit`` of the training rows, each class in its share and none without a row."""
    counts = Counter(strata[index] for index in train)
    if limit < len(counts):
        raise EngineError(split_problems.row_limit_too_small(limit, len(counts)))
    # A row for each class is set aside; the others are shared out in proportion.
    spare = {label: count - 1 for label, count in sorted(counts.items())}
    total = sum(spare.values())
    wanted = quotas(spare, (limit - len(counts)) / total) if total else dict.fromkeys(spare, 0)
    kept: list[int] = []
    taken: Counter[str] = Counter()
    for position in shuffled(len(train), seed + 1):
        label = strata[train[position]]
        if taken[label] < wanted[label] + 1:
            taken[label] += 1
            kept.append(train[position])
    return sorted(kept)
