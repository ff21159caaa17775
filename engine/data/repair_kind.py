"""What a repair is: how a finding offers it, and what it does to rows. Each stands in ``repairs/``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from datasets import Dataset

from engine.data.match_rows import duplicate_groups
from engine.data.records import is_blank
from engine.data.table import cells, column_names, row_numbers, with_cells
from engine.protocol.config import SplitConfig
from engine.protocol.problems import Problem
from engine.protocol.repairs import Repair


@dataclass(frozen=True)
class Meaning:
    """What columns mean to the task, as far as a repair must know it.

    Attributes:
        columns: Role → column.
        read: Columns that the model reads, those that are chosen.
        learned: Columns that hold what it is to answer.
        split: How rows are divided.
        together: Columns whose texts keep rows in one part of the split.
        hold: What stands in a cell of what is learned, as :func:`~engine.data.cell_labels.labels_of` knows
            it; empty for one label.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    read: tuple[str, ...] = ()
    learned: tuple[str, ...] = ()
    split: SplitConfig = SplitConfig()  # noqa: RUF009 - it is frozen
    together: tuple[str, ...] = ()
    hold: str = ""


@dataclass(frozen=True)
class Mended:
    """Rows after a repair.

    Attributes:
        rows: They.
        concerned: Numbers of the rows that were changed or are gone, as the file counts them.
    """

    rows: Dataset
    concerned: Sequence[int]


def _no_offer(_finding: Problem, _meaning: Meaning) -> Repair | None:
    return None


@dataclass(frozen=True)
class RepairKind:
    """A repair.

    Attributes:
        id: Name of its module.
        name: What a person calls it, e.g. ``"Remove duplicates"``: a verb first.
        mend: ``(rows, step) -> rows after it``; the step's columns are there.
        told: ``(number of rows concerned, step) -> title, reason``: what was done and what for.
        offer: Returns the step that mends a finding; ``None`` where this is not the kind for it.
        undo: The words on the button that takes it back.
        rewrites: Whether it changes what stands in cells, so that other rules may find more to mend.
    """

    id: str
    name: str
    mend: Callable[[Dataset, Repair], Mended]
    told: Callable[[int, Repair], tuple[str, str]]
    offer: Callable[[Problem, Meaning], Repair | None] = _no_offer
    undo: str = "Undo"
    rewrites: bool = False


def without(rows: Dataset, places: Sequence[int]) -> Mended:
    """Returns rows without some of them.

    Args:
        rows: They.
        places: Which go, from 0, in their order.
    """
    gone = set(places)
    numbers = row_numbers(rows)
    kept = rows.select([place for place in range(len(rows)) if place not in gone])
    return Mended(kept, [numbers[place] for place in places])


def about_labels(kind: str, meaning: Meaning, columns: tuple[str, ...], **values: str) -> Repair:
    """Returns a step about labels, which says how they stand in a cell where it is not one in each.

    Args:
        kind: Its id.
        meaning: What the columns mean.
        columns: The columns that it is about.
        values: What else it says.
    """
    return Repair(
        kind=kind, columns=columns, values=values | ({"hold": meaning.hold} if meaning.hold else {})
    )


def with_new_cells(rows: Dataset, column: str, after: Sequence[str]) -> Mended:
    """Returns rows with other texts in one column.

    Args:
        rows: They.
        column: Its name.
        after: What is to stand there, for each row.
    """
    changes = zip(row_numbers(rows), cells(rows, column), after, strict=True)
    concerned = [number for number, old, new in changes if old != new]
    return Mended(with_cells(rows, column, after) if concerned else rows, concerned)


def on_texts(kind: str, meaning: Meaning) -> Repair:
    """Returns a step about texts that are the same or nearly so, where their answers count too.

    Args:
        kind: Its id.
        meaning: What the columns mean.
    """
    answer = {"answer": meaning.learned[0]} if len(meaning.learned) == 1 else {}
    return Repair(kind=kind, columns=meaning.read, values=answer)


def answers_beside(rows: Dataset, step: Repair) -> list[str]:
    """Returns the answer of each row, for a step of :func:`on_texts`; empty where no column holds them.

    Args:
        rows: They.
        step: Its ``values`` name the column.
    """
    column = step.values.get("answer", "")
    known = column in column_names(rows)
    return [cell.strip() for cell in cells(rows, column)] if known else [""] * len(rows)


def same_texts(rows: Dataset, columns: Sequence[str]) -> list[int]:
    """Returns a number for each row; rows whose texts a model cannot tell apart have the same.

    Args:
        rows: They.
        columns: The columns whose texts count. A row in which all of them are blank is like no other.
    """
    texts = list(zip(*(cells(rows, column) for column in columns), strict=True))
    groups = duplicate_groups(["\x00".join(row) for row in texts])
    return [-1 - place if is_blank(list(row)) else groups[place] for place, row in enumerate(texts)]
