"""Columns: what each of them seems to mean, from its name and from what stands in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.data.table import Table, cells, row_numbers
from engine.protocol.catalog import TaskEntry
from engine.protocol.data_facts import ColumnFacts, TableFacts
from engine.protocol.wording import counted

PREVIEW_ROWS = 200
TEXT, LABEL = "text", "label"

_TEXT_NAME = re.compile(
    "texts?|message|sentence|review|tweet|post|body|content|comment|definition|description|document|"
    "utterance|question|headline|title|phrase|sms|e?mail|input|statement|abstract|article|passage|"
    "remark|feedback|quote|complaint|query"
)
_LABEL_NAME = re.compile(
    "labels?|class|category|kind|mood|sentiment|target|answer|tag|topic|type|intent|emotion|polarity|"
    "stars|rating|genre|group|output|gold|truth|verdict|y"
)
_NUMBER = re.compile(r"[+-]?\d[\d.,:/ -]*(e[+-]?\d+)?%?", re.IGNORECASE)
_LOOKED_AT = 20_000
"""Cells of a column that are looked at for its lengths; a guess needs no more."""


@dataclass(frozen=True)
class _Column:
    """What is counted in one column."""

    name: str
    rows: int
    blank: int
    distinct: int
    words: float
    numeric: float

    @property
    def filled(self) -> int:
        return self.rows - self.blank

    def is_called(self, names: re.Pattern[str]) -> bool:
        """Whether a word of its name is one of the usual names."""
        spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.name)
        return any(names.fullmatch(word) for word in re.split(r"[\W_]+", spaced.casefold()))


def guess(table: Table) -> tuple[ColumnFacts, ...]:
    """Returns what each column seems to mean; at most one is the text and one the answer.

    Args:
        table: The file.
    """
    columns = [_count(name, cells(table.dataset, name)) for name in table.columns]
    text = max(columns, key=_text_score, default=None)
    if text is not None and _text_score(text) <= 0:
        text = None
    others = [column for column in columns if column is not text]
    label = max(others, key=_label_score, default=None)
    if label is not None and _label_score(label) <= 0:
        label = None
    facts = []
    for column in columns:
        role = TEXT if column is text else LABEL if column is label else ""
        facts.append(
            ColumnFacts(
                name=column.name,
                role=role,
                reason=_reason(column, role),
                distinct=column.distinct,
                blank=column.blank,
            )
        )
    return tuple(facts)


def inspect(table: Table, tasks: Sequence[TaskEntry] = ()) -> TableFacts:
    """Returns what a person sees of a file: columns, first rows, the task that it seems to be for.

    Args:
        table: The file.
        tasks: The catalog's tasks. The first one whose required roles were all found is taken, else
            the one with the most of them.
    """
    columns = guess(table)
    found = {column.role for column in columns}
    first = table.dataset.select(range(min(PREVIEW_ROWS, table.rows)))
    preview = zip(*(cells(first, name) for name in table.columns), strict=True)
    return TableFacts(
        path=table.path,
        name=table.name,
        rows=table.rows,
        columns=columns,
        preview=tuple(preview),
        preview_rows=tuple(row_numbers(first)),
        encoding=table.encoding,
        delimiter=table.delimiter,
        task=max(tasks, key=lambda task: _share_found(task, found)).id if tasks else "",
        size=table.size,
    )


def roles_of(columns: Sequence[ColumnFacts], chosen: Mapping[str, str] | None = None) -> dict[str, str]:
    """Returns role → column: as the person chose, or as guessed where nothing at all was chosen.

    Once something was chosen, a role without a column is one that the person left without.

    Args:
        columns: What :func:`guess` found.
        chosen: ``DataConfig.columns``; a role may stand for no column with an empty name.
    """
    return dict(chosen) if chosen else with_guesses(columns, {})


def with_guesses(columns: Sequence[ColumnFacts], chosen: Mapping[str, str]) -> dict[str, str]:
    """Returns role → column: as chosen, and as guessed for roles that nothing was chosen for.

    Args:
        columns: What :func:`guess` found.
        chosen: Role → column.
    """
    roles = dict(chosen)
    for column in columns:
        if column.role and column.role not in roles and column.name not in roles.values():
            roles[column.role] = column.name
    return roles


def _share_found(task: TaskEntry, found: set[str]) -> float:
    required = {role.id for role in task.roles if role.required}
    return len(required & found) / max(1, len(required))


def _count(name: str, values: list[str]) -> _Column:
    filled = [value for value in values if value.strip()]
    seen = filled[:_LOOKED_AT]
    size = max(1, len(seen))
    return _Column(
        name=name,
        rows=len(values),
        blank=len(values) - len(filled),
        distinct=len(set(filled)),
        words=sum(_words(value) for value in seen) / size,
        numeric=sum(1 for value in seen if _NUMBER.fullmatch(value.strip())) / size,
    )


def _words(value: str) -> float:
    """Returns how many words a text has; scripts without spaces count four letters as a word."""
    spaced = value.count(" ") + 1
    return spaced if value.isascii() else max(spaced, len(value) / 8)


def _text_score(column: _Column) -> float:
    """Returns how much a column looks like texts to read; 0 or less for not at all."""
    if not column.filled or column.numeric > 0.8:
        return 0.0
    named = 2.0 if column.is_called(_TEXT_NAME) else 0.0
    if column.is_called(_LABEL_NAME) and not named:
        named = -2.0
    variety = column.distinct / column.filled
    long_enough = min(column.words, 20.0) / 5
    if not named and column.words < 2:
        return 0.0
    return named + long_enough + variety


def _label_score(column: _Column) -> float:
    """Returns how much a column looks like answers to learn; 0 or less for not at all."""
    if not column.filled:
        return 0.0
    named = 3.0 if column.is_called(_LABEL_NAME) else 0.0
    comes_back = 1 < column.distinct <= min(200, max(20, 0.05 * column.filled))
    comes_back = comes_back and 2 * column.distinct <= column.filled and column.words < 6
    if not named and not comes_back:
        return 0.0
    few = 1.0 if column.distinct <= 20 else 0.0
    in_words = 0.5 * (1 - column.numeric)
    repeats = 1 - column.distinct / column.filled
    return named + few + in_words + repeats


def _reason(column: _Column, role: str) -> str:
    """Returns why a column was taken for what it is."""
    if not column.filled:
        return "blank in every row"
    if role == TEXT:
        return f"about {counted(max(1, round(column.words)), 'word')} in a row"
    values = counted(column.distinct, "different value")
    if role == LABEL or column.distinct < column.filled:
        return f"{values} in {counted(column.filled, 'row')}"
    return "a different number in every row" if column.numeric > 0.8 else "a different value in every row"
