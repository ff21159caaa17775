"""Rows dealt into parts: those that belong together as one unit, each class in its share, by a seed.

Every random choice is taken from the raw numbers of PCG64, whose stream numpy guarantees: the same
seed gives the same parts with every version of every library.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

Unit: TypeAlias = list[int]
"""Indices of rows that stay together."""

_PARTS = 3


def units_of(groups: Sequence[int]) -> list[Unit]:
    """Returns the rows of each group, groups in the order of their first row."""
    members: defaultdict[int, Unit] = defaultdict(list)
    for index, group in enumerate(groups):
        members[group].append(index)
    return list(members.values())


def three_parts(
    strata: Sequence[str], groups: Sequence[int], validation: float, test: float, seed: int
) -> tuple[list[int], ...]:
    """Returns the row indices of train, validation and test, each in the order of the file.

    Each class keeps its share within one row, as far as units permit; one with three units or more stands
    in every part. Where there are three units at all no part stays empty: one is then moved from where
    the fewest labels are lost.

    Args:
        strata: The class of each row.
        groups: A number for each row; rows with the same one are a unit.
        validation: Share of the rows for validation, 0 to 1.
        test: Share of the rows for the test, 0 to 1.
        seed: Of the lot.
    """
    by_class = _by_class(strata, units_of(groups), seed)
    sizes = {label: sum(map(len, units)) for label, units in by_class.items()}
    tests, validations = quotas(sizes, test), quotas(sizes, validation)
    parts: tuple[list[Unit], ...] = ([], [], [])
    for label, units in by_class.items():
        for part, chosen in zip(parts, _deal(units, validations[label], tests[label]), strict=True):
            part.extend(chosen)
    _leave_none_empty(parts, strata, (0, round(validation * len(strata)), round(test * len(strata))))
    return tuple(_rows(part) for part in parts)


def one_part(strata: Sequence[str], groups: Sequence[int], share: float, seed: int) -> list[int]:
    """Returns the indices of rows that are taken out, each class in its share, and one unit of it at least.

    Of each class a unit stays, too. Where no class has two units, one unit is taken of all of them.

    Args:
        strata: The class of each row.
        groups: A number for each row; rows with the same one are a unit.
        share: Of the rows, 0 to 1.
        seed: Of the lot.
    """
    by_class = _by_class(strata, units_of(groups), seed)
    wanted = quotas({label: sum(map(len, units)) for label, units in by_class.items()}, share)
    stay: list[Unit] = []
    taken: list[Unit] = []
    for label, units in by_class.items():
        first = min(units, key=len)
        rest = [unit for unit in units if unit is not first]
        if not rest:
            stay.append(first)
            continue
        taken.append(first)
        stay.append(rest.pop())
        missing = wanted[label] - len(first)
        for unit in rest:
            fits = len(unit) <= missing
            (taken if fits else stay).append(unit)
            missing -= len(unit) if fits else 0
    _leave_none_empty((stay, taken), strata, (0, round(share * len(strata))))
    return _rows(taken)


def folds(strata: Sequence[str], groups: Sequence[int], count: int, seed: int) -> list[int]:
    """Returns for each row the number of its fold, below ``count``.

    Each class is spread evenly, and so are all rows, within one row as far as units permit. None is empty
    where there are as many units.

    Args:
        strata: The class of each row.
        groups: A number for each row; rows with the same one are a unit.
        count: How many folds.
        seed: Of the lot.
    """
    fold_of = [0] * len(strata)
    sizes = [0] * count
    for units in _by_class(strata, units_of(groups), seed).values():
        of_class = [0] * count
        for unit in sorted(units, key=len, reverse=True):
            fold = min(range(count), key=lambda fold: (of_class[fold], sizes[fold], fold))
            of_class[fold] += len(unit)
            sizes[fold] += len(unit)
            for index in unit:
                fold_of[index] = fold
    return fold_of


def quotas(sizes: Mapping[str, int], share: float) -> dict[str, int]:
    """Returns how many rows of each class a part should get: its share, rounded up or down.

    The largest remainders are rounded up, so that the whole part has its share too.
    """
    exact = {label: size * share for label, size in sizes.items()}
    wanted = {label: int(value) for label, value in exact.items()}
    left = round(sum(exact.values())) - sum(wanted.values())
    for label in sorted(exact, key=lambda label: wanted[label] - exact[label])[: max(0, left)]:
        wanted[label] += 1
    return wanted


def shuffled(count: int, seed: int) -> list[int]:
    """Returns the numbers below ``count`` in an order that depends on the seed alone."""
    keys = np.random.PCG64(seed % 2**63).random_raw(count)
    order: list[int] = np.argsort(keys, kind="stable").tolist()
    return order


def _by_class(strata: Sequence[str], units: Sequence[Unit], seed: int) -> dict[str, list[Unit]]:
    """Returns the units of each class in random order."""
    by_class: defaultdict[str, list[Unit]] = defaultdict(list)
    for position in shuffled(len(units), seed):
        unit = units[position]
        by_class[_usual(strata, unit)].append(unit)
    return dict(sorted(by_class.items()))


def _usual(strata: Sequence[str], unit: Unit) -> str:
    """Returns the class that most rows of a unit have, the first of equals."""
    if len(unit) == 1:
        return strata[unit[0]]
    return Counter(strata[index] for index in unit).most_common(1)[0][0]


def _deal(units: list[Unit], validation_rows: int, test_rows: int) -> tuple[list[Unit], ...]:
    """Returns the units of one class for train, validation and test.

    Args:
        units: In random order.
        validation_rows: How many rows validation should get.
        test_rows: How many the test should get.
    """
    if len(units) < _PARTS:
        smallest_last = sorted(units, key=len, reverse=True)
        return smallest_last[:1], [], smallest_last[1:]
    train: list[Unit] = []
    validation: list[Unit] = []
    test: list[Unit] = []
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


def _leave_none_empty(parts: Sequence[list[Unit]], strata: Sequence[str], wanted: Sequence[int]) -> None:
    """Moves a unit into each empty part out of the first one that has two.

    That one is moved of which the fewest labels are lost there, and of equals the one that is nearest to
    the size that was wanted.
    """
    for part, size in zip(parts, wanted, strict=True):
        giver = next((one for one in parts if len(one) > 1), None)
        if part or giver is None:
            continue
        holding = Counter(label for unit in giver for label in {strata[index] for index in unit})
        moved = min(
            giver,
            key=lambda unit: (
                sum(holding[label] == 1 for label in {strata[index] for index in unit}),
                abs(len(unit) - size),
            ),
        )
        giver.remove(moved)
        part.append(moved)


def _rows(units: Sequence[Unit]) -> list[int]:
    return sorted(index for unit in units for index in unit)
