"""A person's rows as a task has them: usable, in three parts, with noise; and their right answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from datasets import Dataset

from engine.noising import NoisyText
from engine.protocol.problems import Problem
from engine.protocol.right_answers import AnswerForm, GivenAnswer


@dataclass(frozen=True)
class SplitRows:
    """The three parts of the rows; no row stands in two of them."""

    train: Dataset
    validation: Dataset
    test: Dataset


@dataclass(frozen=True)
class NoisyRows:
    """Rows whose texts to read have noise, with what belongs to them moved along.

    Attributes:
        rows: As a task reads them.
        texts: What became of the first text to read of each row, to be shown.
    """

    rows: Dataset
    texts: tuple[NoisyText, ...]


@dataclass(frozen=True)
class TaskRows:
    """A person's rows, matched with a task.

    Attributes:
        rows: Usable rows: a text column for each role, and ``row`` (first row of the file is 1).
        classes: Class names, most frequent first; empty for tasks without.
        stratify: What the split keeps in proportion, a value per row; empty for none.
        label_sets: The labels of each row where it may have several; empty where ``stratify`` is its label.
        groups: A group number per row; rows of one group (duplicates) stay on one side.
        group_roles: The roles whose texts make the groups; empty for those that are read.
        findings: What was noticed, worst first. An error means that training cannot start.
        text_role: The role whose texts are counted and shown.
        length_roles: The roles whose words together are the length of a row; empty for that one only.
        lengths_of: What the texts that are measured are called, plural, where they are not all of a row.
        read_roles: The roles whose texts are read together; empty for that one only.
        counts: What a person sees counted in the place of classes: name → how often (entities of a type,
            say); ``None`` where classes are counted by rows.
        renaming: Id of the repair that renames and merges these classes; empty where none does.
    """

    rows: Dataset
    classes: tuple[str, ...] = ()
    stratify: tuple[str, ...] = ()
    label_sets: tuple[tuple[str, ...], ...] = ()
    groups: tuple[int, ...] = ()
    group_roles: tuple[str, ...] = ()
    findings: tuple[Problem, ...] = ()
    text_role: str = "text"
    length_roles: tuple[str, ...] = ()
    lengths_of: str = ""
    read_roles: tuple[str, ...] = ()
    counts: Mapping[str, int] | None = None
    renaming: str = ""


def _nothing(_cell: str) -> str:
    return ""


@dataclass(frozen=True)
class AnswerPlace:
    """Where a right answer stands.

    Attributes:
        cell: Its cell, as it is.
        column: Name of the column.
        others: Cells of the column, which tell how answers are written there.
        beside: What it is about: the cell of :attr:`RightAnswers.beside`.
        form: Of the answers.
    """

    cell: str
    column: str
    others: Sequence[str]
    beside: str
    form: AnswerForm


@dataclass(frozen=True)
class RightAnswers:
    """How right answers stand in their cells, to be shown and written anew. Each kind has a file of its own.

    Attributes:
        role: Of the column that holds them.
        form: ``(usable rows) -> form`` in which they are given.
        read: ``(places of one column) -> answers`` that stand there.
        write: ``(answer, place) -> cell`` that says so, in the way of the person's file; one that
            cannot be is refused with an ``EngineError``.
        beside: Of the column with the passage or the words in which they mark parts; empty for none.
        text: ``(cell beside) -> text`` in which parts are marked.
    """

    role: str
    form: Callable[[TaskRows], AnswerForm]
    read: Callable[[Sequence[AnswerPlace]], list[GivenAnswer]]
    write: Callable[[GivenAnswer, AnswerPlace], str]
    beside: str = ""
    text: Callable[[str], str] = _nothing
