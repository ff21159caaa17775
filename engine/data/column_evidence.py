"""What speaks for a column having a role: its name, and what stands in its cells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from engine.answer_cells import listed_in
from engine.data.answers import is_answers
from engine.protocol.catalog import RoleEntry, RoleKind

_TEXT_NAME = re.compile(
    "texts?|message|sentence|review|tweet|post|body|content|comment|definition|description|document|"
    "utterance|question|headline|title|phrase|sms|e?mail|input|statement|abstract|article|passage|"
    "remark|feedback|quote|complaint|query|premise|paragraph"
)
_LABEL_NAME = re.compile(
    "labels?|class|category|categories|kind|mood|sentiment|target|answer|tags?|topics?|type|intent|emotions?|"
    "polarity|stars|rating|genres?|group|output|gold|truth|verdict|y|score|similarity|grade"
)
_NUMBER = re.compile(r"[+-]?\d[\d.,:/ -]*(e[+-]?\d+)?%?", re.IGNORECASE)
_TAG = re.compile(r"O|[BIESLUMW][-_]\S+|[BI]")
_LOOKED_AT = 20_000
"""Cells of a column that are looked at for its lengths; a guess needs no more."""
_TRIED = 50
"""Cells that are tried as lists before all of them are read as such."""
_MOSTLY = 0.9
_MANY_LABELS = 200
_OWN_NAME = 6.0
"""What a name of the role weighs: more than anything that stands in the cells."""


@dataclass(frozen=True)
class Column:
    """What is counted in one column.

    Attributes:
        name: Its name.
        rows: How many cells it has.
        blank: How many of them hold nothing.
        distinct: How many different values stand in the others.
        words: How many words a cell has, on the average.
        numeric: Share of the cells that are numbers.
        listed: Share of the cells that are lists.
        answered: Share of the cells that are answers as SQuAD has them.
        items: How many different things stand in its lists.
        variety: The same as a share of all that stands in them.
        tagged: Share of them that look like tags of words.
        without: How many of its lists are empty.
    """

    name: str
    rows: int
    blank: int
    distinct: int
    words: float
    numeric: float
    listed: float = 0.0
    answered: float = 0.0
    items: int = 0
    variety: float = 0.0
    tagged: float = 0.0
    without: int = 0

    @property
    def filled(self) -> int:
        """Returns how many cells hold something."""
        return self.rows - self.blank

    @property
    def comes_back(self) -> bool:
        """Whether its values are few and come back, as labels do."""
        few = 1 < self.distinct <= min(_MANY_LABELS, max(20, 0.05 * self.filled))
        return few and 2 * self.distinct <= self.filled and self.words < 6

    @property
    def holds_lists(self) -> bool:
        """Whether its cells hold lists, and no tags of words."""
        return self.listed > _MOSTLY and self.items > 0 and self.tagged <= 0.5

    @property
    def lists_come_back(self) -> bool:
        """Whether its lists are short and hold few things that come back, as sets of labels do."""
        few = 1 < self.items <= _MANY_LABELS and 2 * self.variety <= 1
        return self.holds_lists and few and self.words < 6

    def is_called(self, role: RoleEntry) -> bool:
        """Whether its name is one that the role usually has."""
        words = " ".join(_name_words(self.name))
        return any(f" {name} " in f" {words} " for name in role.names)

    def has_word_of(self, names: re.Pattern[str]) -> bool:
        """Whether a word of its name is one of some usual names."""
        return any(names.fullmatch(word) for word in _name_words(self.name))


class Evidence(NamedTuple):
    """What speaks for a column having a role.

    Attributes:
        weight: Against other columns for the same role; 0 or less for nothing at all.
        share: Against other roles for the same column, 0 to 1.5: how sure it is.
        named: Whether the name says so.
    """

    weight: float
    share: float
    named: bool = False


NOTHING = Evidence(0.0, 0.0)


def count_column(name: str, values: list[str]) -> Column:
    """Counts what stands in a column.

    Args:
        name: Its name.
        values: Its cells.
    """
    filled = [value for value in values if value.strip()]
    seen = filled[:_LOOKED_AT]
    size = max(1, len(seen))
    plain = Column(
        name=name,
        rows=len(values),
        blank=len(values) - len(filled),
        distinct=len(set(filled)),
        words=sum(_words(value) for value in seen) / size,
        numeric=sum(1 for value in seen if _NUMBER.fullmatch(value.strip())) / size,
    )
    tried = filled[:_TRIED]
    if 2 * sum(1 for value in tried if value.lstrip().startswith(("[", "{"))) <= len(tried):
        return plain
    lists = [listed for value in seen if (listed := listed_in(value)) is not None]
    items = [item for listed in lists for item in listed]
    return Column(
        name=name,
        rows=plain.rows,
        blank=plain.blank,
        distinct=plain.distinct,
        words=len(items) / max(1, len(lists)) if lists else plain.words,
        numeric=plain.numeric,
        listed=len(lists) / size,
        answered=sum(1 for value in tried if is_answers(value)) / max(1, len(tried)),
        items=len(set(items)),
        variety=len(set(items)) / max(1, len(items)),
        tagged=sum(1 for item in items if _TAG.fullmatch(item)) / max(1, len(items)),
        without=sum(1 for value in filled if value.strip() in {"[]", "{}"}),
    )


def evidence(column: Column, role: RoleEntry) -> Evidence:
    """Returns what speaks for a column having a role; what is not required is found by name only.

    Args:
        column: What was counted in it.
        role: The role.
    """
    if not column.filled:
        return NOTHING
    named = column.is_called(role)
    if not role.required and not named:
        return NOTHING
    return _OF_KIND[role.kind](column, role, named)


def _text(column: Column, role: RoleEntry, named: bool) -> Evidence:
    """Words to read: rather long, rather different from each other, no lists and no numbers."""
    if column.numeric > 0.8 or max(column.listed, column.answered) > _MOSTLY:
        return NOTHING
    usual = not role.names and column.has_word_of(_TEXT_NAME)
    if not named and not usual and column.words < 2:
        return NOTHING
    weight = min(column.words, 20.0) / 5 + column.distinct / column.filled + column.filled / column.rows
    if named or usual:
        weight += _OWN_NAME if named else 2.0
    elif column.has_word_of(_LABEL_NAME):
        weight -= 2.0
    return Evidence(weight, 1.0 if named else 0.75 if usual else 0.5, named)


def _label(column: Column, role: RoleEntry, named: bool) -> Evidence:
    """Answers to learn: few values that come back, or called so."""
    usual = named or (not role.names and column.has_word_of(_LABEL_NAME))
    is_other = column.answered > _MOSTLY and column.listed <= _MOSTLY
    comes_back = column.comes_back or column.lists_come_back
    if is_other or column.tagged > 0.5 or not (usual or comes_back):
        return NOTHING
    weight = _OWN_NAME if named else 3.0 if usual else 0.0
    weight += 1.0 if column.distinct <= 20 else 0.0
    weight += 0.5 * (1 - column.numeric) + 1 - column.distinct / column.filled
    return Evidence(weight, 0.5 * usual + 1.0 * comes_back, named)


def _words_role(column: Column, _role: RoleEntry, named: bool) -> Evidence:
    """The words of a sentence: lists with many different things in them, or called so."""
    is_list = column.listed > _MOSTLY and column.tagged < 0.5
    if not is_list and (not named or column.numeric > 0.8):
        return NOTHING
    weight = (4.0 + column.variety if is_list else 0.0) + (_OWN_NAME if named else 0.0)
    return Evidence(weight, 1.0 if is_list else 0.75, named)


def _tags_role(column: Column, _role: RoleEntry, named: bool) -> Evidence:
    """A tag for each word: lists of few things that look like tags, or called so."""
    is_list = column.listed > _MOSTLY and (column.tagged > 0.5 or named)
    if not is_list and (not named or column.words < 2):
        return NOTHING
    weight = (3.0 + column.tagged + 1 - column.variety if is_list else 0.0) + (_OWN_NAME if named else 0.0)
    return Evidence(weight, 1.0 if is_list else 0.75, named)


def _answers(column: Column, _role: RoleEntry, named: bool) -> Evidence:
    """The right answers of a question: written as SQuAD has them, or called so."""
    known = column.answered > _MOSTLY
    if not known and not named:
        return NOTHING
    return Evidence((5.0 if known else 0.0) + (_OWN_NAME if named else 0.0), 1.0 if known else 0.75, named)


def _group(column: Column, _role: RoleEntry, named: bool) -> Evidence:
    """What rows have in common: called so, and not different in every row."""
    return Evidence(_OWN_NAME, 0.25, named) if column.distinct < column.filled else NOTHING


_OF_KIND = {
    RoleKind.TEXT: _text,
    RoleKind.LABEL: _label,
    RoleKind.WORDS: _words_role,
    RoleKind.TAGS: _tags_role,
    RoleKind.ANSWERS: _answers,
    RoleKind.GROUP: _group,
}


def _name_words(name: str) -> list[str]:
    """Returns the words of a name: ``["text", "2"]`` for ``"text2"``, ``"Text_2"``, ``"text 2"``."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[^\W\d_])(?=\d)", " ", name)
    return [word for word in re.split(r"[\W_]+", spaced.casefold()) if word]


def _words(value: str) -> float:
    """Returns how many words a text has; scripts without spaces count four letters as a word."""
    spaced = value.count(" ") + 1
    return spaced if value.isascii() else max(spaced, len(value) / 8)
