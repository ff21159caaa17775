"""Sentences with tags: taken out of a table, tags made IOB2, what is odd about them told."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import msgspec
from datasets import Dataset

from engine.contracts import TaskRows
from engine.data.cell_lists import list_cell, words_of
from engine.data.labels import ordered_classes
from engine.data.match_rows import (
    MatchedRows,
    duplicate_findings,
    duplicate_groups,
    match_cells,
    match_columns,
    worst_first,
)
from engine.data.roles import TAGS, TOKENS
from engine.data.tag_schemes import OUTSIDE, to_iob2
from engine.protocol import data_problems, label_problems, tag_problems
from engine.protocol.problems import Problem

_FEWEST_ROWS = 6
_PARTS = 3
"""Train, validation and test: so many different sentences a type needs to stand in each."""
_UNEVEN_RATIO = 10
_MANY_TYPES = 20
"""Types from which it says something that hardly one of them comes back."""


def match_sentences(table: Dataset, columns: Mapping[str, str]) -> TaskRows:
    """Takes sentences and their tags out of a table and says what is odd about them.

    Words stay letter by letter; tags become IOB2, whatever scheme they are of.

    Args:
        table: The rows as text columns; words and tags are lists in cells.
        columns: Role → column.

    Returns:
        Rows with ``text``, ``tokens`` and ``tags``. Classes are the tags that occur, and what is counted
        are entities by their type. Each row is held in proportion by its rarest type.
    """
    problems = match_columns(table, columns, (TOKENS, TAGS))
    if problems:
        return TaskRows(rows=_rows([], [], []), findings=tuple(problems))
    matched = match_cells(table, columns, (TOKENS, TAGS))
    words, tags, numbers, findings = _even_rows(matched, columns)
    tags, about_tags = to_iob2(tags, numbers, columns[TAGS.id])
    texts = [" ".join(row) for row in words]
    groups = duplicate_groups(texts)
    kinds = [[tag[2:] for tag in row if tag.startswith("B-")] for row in tags]
    if not texts:
        findings.append(data_problems.no_usable_rows(len(table), "words with a tag each", TAGS.id))
    elif len(texts) < _FEWEST_ROWS:
        findings.append(data_problems.too_few_rows(len(texts), _FEWEST_ROWS))
    elif not findings:
        findings.append(data_problems.all_rows_complete(len(texts), "words with a tag each"))
    classes = ordered_classes([tag for row in tags for tag in row])
    if texts:
        findings += _about_types(kinds, classes, groups, numbers, columns[TAGS.id])
    findings += about_tags
    findings += duplicate_findings(texts, groups, numbers, [" ".join(row) for row in tags])
    counts = Counter(kind for row in kinds for kind in row)
    return TaskRows(
        rows=_rows(words, tags, numbers),
        classes=classes,
        stratify=tuple(_rarest(kinds)),
        label_sets=tuple(tuple(row) for row in kinds),
        groups=tuple(groups),
        findings=worst_first(findings),
        counts={name: counts[name] for name in sorted(counts, key=lambda name: (-counts[name], name))},
    )


def _even_rows(
    matched: MatchedRows, columns: Mapping[str, str]
) -> tuple[list[list[str]], list[list[str]], list[int], list[Problem]]:
    """Returns words, tags and numbers of the rows that have a tag for each word, and what was left out."""
    words: list[list[str]] = []
    tags: list[list[str]] = []
    numbers: list[int] = []
    empty: list[int] = []
    uneven: list[tuple[int, int, int]] = []
    for number, *cells in zip(matched.numbers, matched.cells[TOKENS.id], matched.cells[TAGS.id], strict=True):
        own, given = (words_of(cell) for cell in cells)
        if len(own) != len(given):
            uneven.append((number, len(own), len(given)))
        elif not any(word.strip() for word in own):
            empty.append(number)
        else:
            words.append(own)
            tags.append(given)
            numbers.append(number)
    findings = list(matched.findings)
    if empty:
        findings.append(
            data_problems.blank_cells(
                TOKENS.id, TOKENS.label, columns[TOKENS.id], empty, max(matched.numbers)
            )
        )
    if uneven:
        _, first, second = uneven[0]
        findings.append(tag_problems.unequal_words_and_tags([row for row, _, _ in uneven], first, second))
    return words, tags, numbers, findings


def _about_types(
    kinds: Sequence[Sequence[str]],
    classes: Sequence[str],
    groups: Sequence[int],
    numbers: Sequence[int],
    column: str,
) -> list[Problem]:
    """Returns what there is to say about the types of entities.

    Args:
        kinds: The types of each row's entities.
        classes: The tags that occur.
        groups: Duplicate group of each row.
        numbers: Where the rows stand in the file.
        column: Name of the column of tags.
    """
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(kinds):
        for kind in dict.fromkeys(row):
            rows[kind].append(place)
    if not rows:
        return [tag_problems.nothing_marked(column, len(kinds))]
    if len(classes) == 1:
        return [_of_tags(label_problems.single_class(classes[0], len(kinds), column))]
    entities = sum(len(row) for row in kinds)
    if len(rows) >= _MANY_TYPES and 2 * len(rows) > entities:
        longest = max(rows, key=len)
        return [_of_tags(label_problems.label_looks_like_text(column, len(rows), len(kinds), longest))]
    single = [kind for kind in rows if len(rows[kind]) == 1]
    few = [
        kind for kind in rows if len(rows[kind]) > 1 and len({groups[place] for place in rows[kind]}) < _PARTS
    ]
    findings = _uneven(kinds)
    if single:
        places = [numbers[rows[kind][0]] for kind in single]
        findings.append(_of_tags(label_problems.class_with_one_row(single, places)))
    if few:
        concerned = sorted(numbers[place] for kind in few for place in rows[kind])
        findings.append(_of_tags(label_problems.rare_classes(few, concerned, _PARTS)))
    return findings


def _uneven(kinds: Sequence[Sequence[str]]) -> list[Problem]:
    """Returns a note where one type is much more frequent than another."""
    counts = Counter(kind for row in kinds for kind in row).most_common()
    most, least = counts[0], counts[-1]
    return [tag_problems.uneven_types(most, least)] if most[1] >= _UNEVEN_RATIO * least[1] else []


def _of_tags(problem: Problem) -> Problem:
    """Returns a problem of labels as one of tags."""
    actions = tuple(
        msgspec.structs.replace(action, arguments={**action.arguments, "role": TAGS.id})
        if "role" in action.arguments
        else action
        for action in problem.actions
    )
    return msgspec.structs.replace(problem, setting=TAGS.id, actions=actions)


def _rarest(kinds: Sequence[Sequence[str]]) -> list[str]:
    """Returns each row's rarest type, by the rows that have it; ``"O"`` where nothing is marked."""
    counts = Counter(kind for row in kinds for kind in set(row))
    return [min(row, key=lambda kind: (counts[kind], kind), default=OUTSIDE) for row in kinds]


def _rows(words: Sequence[Sequence[str]], tags: Sequence[Sequence[str]], numbers: list[int]) -> Dataset:
    return Dataset.from_dict(
        {
            "text": [" ".join(row) for row in words],
            TOKENS.id: [list_cell(row) for row in words],
            TAGS.id: [list_cell(row) for row in tags],
            "row": numbers,
        }
    )
