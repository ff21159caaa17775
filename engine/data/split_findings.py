"""What there is to say about a split once it is made: leaks, labels that a part lacks, sizes, dates."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from engine.contracts import TaskRows
from engine.data.split import Division, kept_together
from engine.data.split_values import SplitValues
from engine.data.table import usable_numbers
from engine.protocol import fold_problems, parts_problems, repair_problems, time_problems
from engine.protocol.config import SplitConfig
from engine.protocol.data_facts import TEST, TRAIN, VALIDATION
from engine.protocol.problems import Problem

Group = TypeVar("Group", int, str)

_SMALL_TEST = 30
_FEW = 3
"""Rows that a label must have to be missed in a part: with fewer it cannot be in all of them."""
_OFF = 0.1
"""Share of all rows by which a part may be larger or smaller than was asked for without a word."""
_JUDGING = {VALIDATION: "to check with", TEST: "for the final test"}


@dataclass(frozen=True)
class MadeSplit:
    """A split with all that it was made of.

    Attributes:
        task_rows: What was divided.
        config: How it was to be divided.
        values: What the file says about it.
        division: The rows of each part.
        row_limit: Of training rows, if any.
    """

    task_rows: TaskRows
    config: SplitConfig
    values: SplitValues
    division: Division
    row_limit: int | None = None

    @property
    def parts(self) -> dict[int, str]:
        """Returns the part of each row that is used."""
        named = zip((TRAIN, VALIDATION, TEST), self.division, strict=True)
        return {index: name for name, part in named for index in part}

    @property
    def _kept_together(self) -> str:
        """Returns what keeps rows together, in words; empty where each stands alone."""
        if self.config.group_column:
            return f'rows with the same "{self.config.group_column}"'
        return (
            "texts that are the same" if len(set(self.task_rows.groups)) < len(self.task_rows.groups) else ""
        )

    def findings(self) -> list[Problem]:
        """Returns what deserves a look."""
        numbers = usable_numbers(self.task_rows.rows)
        return [
            *self.values.findings,
            *self._same_texts(numbers),
            *self._same_groups(numbers),
            *self._undated(numbers),
            *self._labels(numbers),
            *self._sizes(),
            *self._small_test(),
        ]

    def _same_texts(self, numbers: Sequence[int]) -> list[Problem]:
        """Tells of texts that a given split has put into training and into another part, too."""
        given = self.values.parts
        where = _parts_of(self.task_rows.groups, given)
        twice = [
            index
            for index, group in enumerate(self.task_rows.groups)
            if given and given[index] in _JUDGING and TRAIN in where[group]
        ]
        if twice and not self.values.by_file:
            known = {self.task_rows.groups[index] for index in twice}
            learned = [
                numbers[index]
                for index, group in enumerate(self.task_rows.groups)
                if group in known and given[index] == TRAIN
            ]
            return [repair_problems.texts_in_two_parts([numbers[index] for index in twice], learned)]
        tests = sum(given[index] == TEST for index in twice)
        return [parts_problems.rows_in_two_parts([numbers[index] for index in twice], tests)] if twice else []

    def _same_groups(self, numbers: Sequence[int]) -> list[Problem]:
        """Tells of rows that a given split has put apart although they are to stay together."""
        given, keys = self.values.parts, self.values.keys
        where = _parts_of(keys, given)
        apart = [
            index
            for index, key in enumerate(keys)
            if given and key and given[index] in _JUDGING and len(where[key] - {""}) > 1
        ]
        if not apart or not self.values.by_file:
            return []
        groups = list(dict.fromkeys(keys[index] for index in apart))
        tests = sum(given[index] == TEST for index in apart)
        rows = [numbers[index] for index in apart]
        return [parts_problems.groups_in_two_parts(self.config.group_column, rows, groups, tests)]

    def _undated(self, numbers: Sequence[int]) -> list[Problem]:
        undated = [index for index, time in enumerate(self.values.times) if math.isnan(time)]
        if not undated:
            return []
        parts = self.parts
        spread = Counter(parts.get(index, "") for index in undated)
        unused = spread.pop("", 0)
        ordered = {name: spread[name] for name in (TRAIN, VALIDATION, TEST)}
        rows = [numbers[index] for index in undated]
        return [time_problems.rows_without_date(self.config.time_column, rows, ordered, unused)]

    def _labels(self, numbers: Sequence[int]) -> list[Problem]:
        """Tells of labels that are judged and never learned, and of those that a part cannot judge."""
        labels = self.task_rows.label_sets or [(label,) for label in self.task_rows.stratify]
        if not labels:
            return []
        held = {
            name: Counter(one for index in part for one in set(labels[index])) for name, part in self._named()
        }
        judged = held[VALIDATION] + held[TEST]
        unknown = [label for label in judged if label not in held[TRAIN]]
        findings = [self._not_learned(unknown, labels, numbers)] if unknown else []
        counts = sum(held.values(), Counter())
        lacking = {
            name: {label for label, count in counts.items() if count >= _FEW and label not in held[name]}
            for name in _JUDGING
        }
        missed = [label for label in counts if any(label in lacks for lacks in lacking.values())]
        if missed and not self.values.parts and not self.values.times:
            words = [words for name, words in _JUDGING.items() if lacking[name]]
            findings.append(parts_problems.labels_not_tested(missed, words, self._kept_together))
        return findings

    def _not_learned(
        self, unknown: Sequence[str], labels: Sequence[Sequence[str]], numbers: Sequence[int]
    ) -> Problem:
        rows = {
            name: [index for index in part if not set(unknown).isdisjoint(labels[index])]
            for name, part in self._named()
        }
        places = sorted(numbers[index] for name in _JUDGING for index in rows[name])
        way = next(iter(self.config.ways), "")
        return parts_problems.labels_not_learned(
            unknown, places, len(rows[TEST]), way, self.config.group_column
        )

    def _sizes(self) -> list[Problem]:
        """Tells where rows that stay together make the parts much larger or smaller than was asked for."""
        config, rows = self.config, len(self.task_rows.rows)
        kept = self._kept_together
        if self.values.parts or self.row_limit is not None or not kept:
            return []
        test = 1 / config.folds if config.folds else config.test
        validation = config.validation * (1 - test) if config.folds else config.validation
        asked = (1 - validation - test, validation, test)
        got = [len(part) / rows for part in self.division]
        if all(abs(is_ - was) <= max(_OFF, 2 / rows) for is_, was in zip(got, asked, strict=True)):
            return []
        return [parts_problems.uneven_split(asked, got, kept)]

    def _small_test(self) -> list[Problem]:
        config, test, usable = self.config, len(self.division.test), len(self.task_rows.rows)
        if test >= _SMALL_TEST:
            return []
        if config.folds:
            return [fold_problems.small_fold(test, usable, config.folds)]
        groups = len(set(kept_together(self.task_rows, self.values)))
        possible = 0 if config.ways else min(fold_problems.USUAL, groups)
        return [parts_problems.small_test(test, usable, possible)]

    def _named(self) -> Sequence[tuple[str, list[int]]]:
        return list(zip((TRAIN, VALIDATION, TEST), self.division, strict=True))


def _parts_of(groups: Sequence[Group], parts: Sequence[str]) -> Mapping[Group, set[str]]:
    """Returns in which parts the rows of each group stand."""
    where: defaultdict[Group, set[str]] = defaultdict(set)
    for group, part in zip(groups, parts, strict=False):
        where[group].add(part)
    return where
