"""Labels: the classes of a table, and what is odd about them before anything is trained."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from engine.protocol import label_problems
from engine.protocol.problems import Problem

_UNEVEN_SHARE = 0.65
_UNEVEN_RATIO = 10
_MANY_CLASSES = 100
_ENOUGH = 6
"""Rows from which labels that never come back say something about the column."""
_PARTS = 3
"""Train, validation and test: so many different texts a class needs to stand in each."""


def ordered_classes(labels: Sequence[str]) -> tuple[str, ...]:
    """Returns the different labels, most frequent first; equally frequent ones by name."""
    counts = Counter(labels)
    return tuple(sorted(counts, key=lambda label: (-counts[label], label)))


def label_findings(
    labels: Sequence[str], groups: Sequence[int], numbers: Sequence[int], column: str
) -> list[Problem]:
    """Returns what there is to say about the labels of usable rows.

    Args:
        labels: The label of each row, compared as it stands.
        groups: Duplicate group of each row.
        numbers: Where the rows stand in the file.
        column: Name of the label column.
    """
    classes = ordered_classes(labels)
    if len(classes) < 2:
        return [label_problems.single_class(classes[0], len(labels), column)] if classes else []
    distinct = len(classes)
    none_twice = distinct == len(labels) and distinct >= _ENOUGH
    if none_twice or (len(labels) >= 20 and 2 * distinct > len(labels)):
        longest = max(classes, key=len)
        return [label_problems.label_looks_like_text(column, distinct, len(labels), longest)]
    findings = _mixed_spellings(labels, numbers)
    if distinct > _MANY_CLASSES:
        findings.append(label_problems.many_classes(column, distinct, len(labels)))
    findings += _rare(labels, classes, groups, numbers)
    findings += _uneven(labels, classes)
    return findings


def _rare(
    labels: Sequence[str], classes: Sequence[str], groups: Sequence[int], numbers: Sequence[int]
) -> list[Problem]:
    """Returns findings on classes that cannot stand in all three parts of a split."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    texts: defaultdict[str, set[int]] = defaultdict(set)
    for label, group, number in zip(labels, groups, numbers, strict=True):
        rows[label].append(number)
        texts[label].add(group)
    findings = []
    single = [label for label in classes if len(rows[label]) == 1]
    if single:
        findings.append(label_problems.class_with_one_row(single, [rows[label][0] for label in single]))
    few = [label for label in classes if len(rows[label]) > 1 and len(texts[label]) < _PARTS]
    if few:
        concerned = sorted(number for label in few for number in rows[label])
        findings.append(label_problems.rare_classes(few, concerned, _PARTS))
    return findings


def _uneven(labels: Sequence[str], classes: Sequence[str]) -> list[Problem]:
    """Returns a finding when always giving the same answer would look good."""
    counts = Counter(labels)
    most, least = classes[0], classes[-1]
    share = counts[most] / len(labels)
    if share < _UNEVEN_SHARE and counts[most] < _UNEVEN_RATIO * counts[least]:
        return []
    return [label_problems.uneven_labels(most, share, least, others=len(classes) > 2)]


def _mixed_spellings(labels: Sequence[str], numbers: Sequence[int]) -> list[Problem]:
    """Returns a finding on labels that differ only in capitals or spaces."""
    counts = Counter(labels)
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for label in ordered_classes(labels):
        alike[" ".join(label.split()).casefold()].append(label)
    mixed = [spellings for spellings in alike.values() if len(spellings) > 1]
    if not mixed:
        return []
    rarer = {label for spellings in mixed for label in spellings[1:]}
    rows = [number for label, number in zip(labels, numbers, strict=True) if label in rarer]
    return [label_problems.mixed_labels([[(s, counts[s]) for s in group] for group in mixed], rows)]
