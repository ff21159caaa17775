"""Labels: the classes of a table, and what is odd about them before anything is trained."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from engine.answer_cells import label_sets, listed_in
from engine.data.ids import id_kind
from engine.data.match_rows import MatchedRows
from engine.protocol import id_problems, label_problems
from engine.protocol.cell_numbers import number_of
from engine.protocol.problems import Problem, Severity

_UNEVEN_SHARE = 0.65
_UNEVEN_RATIO = 10
_MANY_CLASSES = 100
_FEW_NUMBERS = 3
"""Different numbers up to which a column of numbers is rather one of labels."""
_ENOUGH = 6
"""Rows from which labels that never come back say something about the column."""
_PARTS = 3
"""Train, validation and test: so many different texts a class needs to stand in each."""


def ordered_classes(labels: Sequence[str]) -> tuple[str, ...]:
    """Returns the different labels, most frequent first; equally frequent ones by name."""
    counts = Counter(labels)
    return tuple(sorted(counts, key=lambda label: (-counts[label], label)))


def label_findings(
    labels: Sequence[str], groups: Sequence[int], numbers: Sequence[int], column: str, metric: str
) -> list[Problem]:
    """Returns what there is to say about the labels of usable rows.

    Args:
        labels: The label of each row, compared as it stands.
        groups: Duplicate group of each row.
        numbers: Where the rows stand in the file.
        column: Name of the label column.
        metric: Label of the metric that runs are judged by.
    """
    classes = ordered_classes(labels)
    if len(classes) < 2:
        return [label_problems.single_class(classes[0], len(labels), column)] if classes else []
    distinct = len(classes)
    none_twice = distinct == len(labels) and distinct >= _ENOUGH
    if kind := id_kind(labels):
        error = Severity.ERROR
        return [id_problems.answer_looks_like_id("label", column, kind, labels[0], len(labels), error)]
    if none_twice or (len(labels) >= 20 and 2 * distinct > len(labels)):
        longest = max(classes, key=len)
        return [label_problems.label_looks_like_text(column, distinct, len(labels), longest)]
    findings = _mixed_spellings(labels, numbers)
    if distinct > _MANY_CLASSES:
        findings.append(label_problems.many_classes(column, distinct, len(labels)))
    findings += _rare(labels, classes, groups, numbers)
    findings += _uneven(labels, classes, metric)
    return findings


def other_answers(cells: Sequence[str], column: str) -> list[Problem]:
    """Returns a note where answers that are taken as one label each look like something else.

    Args:
        cells: The answers.
        column: Name of their column.
    """
    numbers = {value for cell in cells if (value := number_of(cell)) is not None}
    if len(numbers) > _FEW_NUMBERS and all(number_of(cell) is not None for cell in cells):
        return [label_problems.labels_look_like_scores(column, min(numbers), max(numbers), len(numbers))]
    sets = label_sets(cells)
    single = {labels[0] for labels in sets if len(labels) == 1}
    several = [labels for labels in sets if len(labels) > 1]
    if several and _are_lists(cells):
        return [label_problems.labels_look_like_sets(column, len(several), len(cells), several[0])]
    # Names that stand alone elsewhere, not a label with a comma in it.
    if len(several) >= 2 and all(label in single for labels in several for label in labels):
        return [label_problems.labels_look_like_sets(column, len(several), len(cells), several[0])]
    return []


def lists_noted(cells: Sequence[str], column: str) -> list[Problem]:
    """Returns a note that lists are taken as several labels, where the cells hold lists.

    Args:
        cells: The answers.
        column: Name of their column.
    """
    example = max(label_sets(cells[:_ENOUGH]), key=len, default=())
    return [label_problems.lists_are_several(column, example)] if example and _are_lists(cells) else []


def _are_lists(cells: Sequence[str]) -> bool:
    return 2 * sum(1 for cell in cells if listed_in(cell) is not None) > len(cells)


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


def _uneven(labels: Sequence[str], classes: Sequence[str], metric: str) -> list[Problem]:
    """Returns a finding when always giving the same answer would look good."""
    counts = Counter(labels)
    most, least = classes[0], classes[-1]
    share = counts[most] / len(labels)
    if share < _UNEVEN_SHARE and counts[most] < _UNEVEN_RATIO * counts[least]:
        return []
    return [label_problems.uneven_labels(most, share, least, metric=metric, others=len(classes) > 2)]


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


def rarest(labels: Sequence[str], classes: Sequence[str]) -> str:
    """Returns the label of a set that is the rarest of all, for the split to keep in proportion.

    Args:
        labels: The set; empty for none.
        classes: Class names, most frequent first.
    """
    places = {name: place for place, name in enumerate(classes)}
    return max(labels, key=lambda label: places[label], default="")


def set_findings(
    sets: Sequence[Sequence[str]], classes: Sequence[str], numbers: Sequence[int], column: str, metric: str
) -> list[Problem]:
    """Returns what there is to say about rows with several labels each.

    Args:
        sets: The labels of each row.
        classes: Class names, most frequent first.
        numbers: Where the rows stand in the file.
        column: Name of the label column.
        metric: Label of the metric that runs are judged by.
    """
    if len(classes) < 2:
        return [label_problems.single_class(classes[0], len(sets), column)] if classes else []
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for labels, number in zip(sets, numbers, strict=True):
        for label in labels:
            rows[label].append(number)
    single = [label for label in classes if len(rows[label]) == 1]
    findings = _mixed_spellings([label for labels in sets for label in labels], _repeated(sets, numbers))
    if len(classes) > _MANY_CLASSES:
        findings.append(label_problems.many_classes(column, len(classes), len(sets)))
    if single:
        findings.append(label_problems.class_with_one_row(single, [rows[label][0] for label in single]))
    most, least = ((label, len(rows[label])) for label in (classes[0], classes[-1]))
    if most[1] >= _UNEVEN_RATIO * least[1]:
        findings.append(label_problems.uneven_sets(most, least, len(sets), metric=metric))
    return findings


def _repeated(sets: Sequence[Sequence[str]], numbers: Sequence[int]) -> list[int]:
    return [number for labels, number in zip(sets, numbers, strict=True) for _ in labels]


def number_findings(cells: Sequence[str], column: str) -> list[Problem]:
    """Returns what there is to say about answers that are scores.

    Args:
        cells: The answers, numbers all of them.
        column: Name of their column.
    """
    values = {number_of(cell) for cell in cells}
    if len(values) == 1 and (value := next(iter(values))) is not None:
        return [label_problems.single_score(column, len(cells), value)]
    return []


def numbers_only(matched: MatchedRows, role: str, column: str) -> tuple[MatchedRows, list[Problem]]:
    """Returns the rows whose answer is a number, and a finding on the others.

    Args:
        matched: Rows in which every role is filled.
        role: The role of the answer.
        column: Name of its column.
    """
    answers = matched.cells[role]
    kept = [place for place, cell in enumerate(answers) if number_of(cell) is not None]
    if len(kept) == len(answers):
        return matched, []
    whole = set(kept)
    odd = [place for place in range(len(answers)) if place not in whole]
    finding = label_problems.scores_not_numbers(
        column, [matched.numbers[place] for place in odd], answers[odd[0]]
    )
    cells = {name: [values[place] for place in kept] for name, values in matched.cells.items()}
    return MatchedRows(cells, [matched.numbers[place] for place in kept], matched.findings), [finding]
