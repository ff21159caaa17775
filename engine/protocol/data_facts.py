"""What was found in a person's file: columns, rows, classes, lengths, splits, findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from engine.protocol.catalog import RoleEntry
from engine.protocol.fields import SettingValue
from engine.protocol.problems import Problem
from engine.protocol.repairs import Repair
from engine.protocol.results import Span

TEXT_ENDINGS = (".txt", ".md", ".text")
"""How the names of files end that hold running text, and now and then a table; of a folder these are read."""


TRAIN, VALIDATION, TEST = "train", "validation", "test"

PARTS = {
    **dict.fromkeys(("train", "training", "trn", "learn"), TRAIN),
    **dict.fromkeys(("validation", "valid", "val", "dev", "development"), VALIDATION),
    **dict.fromkeys(("test", "testing", "tst", "eval", "evaluation"), TEST),
}
"""How people call the parts of a split → the part."""


class ColumnFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One column of the file.

    Attributes:
        role: The guessed role's id, ``""`` for ignore.
        reason: Why that role, e.g. ``"2 different values in 3,099 rows"``.
        distinct: Number of different values.
        blank: Number of blank cells.
        is_list: Whether cells hold lists or answers with their places, and are shown in other words.
        holds_lists: Whether nearly all cells hold lists that are no tags of words: several labels each, if
            labels they are.
    """

    name: str
    role: str
    reason: str
    distinct: int = 0
    blank: int = 0
    is_list: bool = False
    holds_lists: bool = False


class TableFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was read.

    Attributes:
        rows: How many rows of data there are.
        preview: The first rows (at most 200), a value per column.
        preview_rows: Where these rows stand in the file (the first row of data is 1; in a workbook as its
            program numbers them); blank rows are left out and counted.
        encoding: Encoding that was used; of a folder every one, the most frequent first, with commas between
            them; empty for files of bytes.
        delimiter: Delimiter that was used; empty where nothing stands between columns.
        sheet: The sheet that was read; empty where there are none.
        sheets: Names of all sheets of a workbook.
        header_row: Row of the sheet that holds the column names, from 1; 0 where there are no sheets.
        task: Id of the guessed task; the roles of the columns are those that they seem to have for it.
        size: Bytes of the file.
        rows_in_file: How many rows the file has, where only some of them were drawn; else 0.
        part_column: Column that says for each row whether it is to learn from or for the test; empty
            where none does.
        guesses: For every task of the catalog role → column, as far as they were found.
    """

    path: str
    name: str
    rows: int
    columns: tuple[ColumnFacts, ...]
    preview: tuple[tuple[str, ...], ...]
    encoding: str
    delimiter: str
    task: str
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    header_row: int = 0
    size: int = 0
    rows_in_file: int = 0
    part_column: str = ""
    preview_rows: tuple[int, ...] = ()
    guesses: dict[str, dict[str, str]] = {}

    def columns_for(self, task: str) -> dict[str, str]:
        """Returns role → column as they were found for a task; as the columns say where it is not known.

        Args:
            task: Id of the task.
        """
        said = {column.role: column.name for column in reversed(self.columns) if column.role}
        return self.guesses.get(task, said)

    def settings_for(self, roles: Iterable[RoleEntry], columns: Mapping[str, str]) -> dict[str, SettingValue]:
        """Returns the settings of a task that its columns ask for, such as several labels for lists.

        Args:
            roles: The roles of the task.
            columns: Role → column.
        """
        lists = {column.name for column in self.columns if column.holds_lists}
        found: dict[str, SettingValue] = {}
        for role in roles:
            if columns.get(role.id) in lists:
                found |= role.of_lists
        return found


class RowQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which rows of a file are wanted; all that it says must hold, and nothing said means all rows.

    Attributes:
        search: Words that stand in any column; capitals do not count.
        label_column: Column of the label.
        label: What stands there, alone or among others.
        labels: All labels that there are: a cell that is none of them holds several.
        rows: Their numbers in the file.
    """

    search: str = ""
    label_column: str = ""
    label: str = ""
    labels: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()


class ClassCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows have a label."""

    name: str
    count: int


class HistogramBin(msgspec.Struct, frozen=True, kw_only=True):
    """A bar of the length histogram: texts of ``low`` to below ``high`` words."""

    low: int
    high: int
    count: int


class PreparedFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The rows as a task will use them.

    Attributes:
        usable: Rows that can be used.
        train: Number of rows to train on.
        validation: Number of rows that choose the best checkpoint.
        test: Number of rows for the result.
        classes: Labels with their counts, most frequent first; class 1 of the palette first.
        lengths: Words per text.
        lengths_of: What these texts are called, plural, where they are not all of a row.
        majority_share: Share of the most frequent label, 0 to 1; 0 without labels.
        findings: What deserves a look, worst first (errors, warnings, notes).
        examples: A few texts, for the bottom of the layer map.
        renaming: A step that would rename and merge classes, without its ``values``; ``None`` where these
            are no names in a column.
    """

    usable: int
    train: int
    validation: int
    test: int
    classes: tuple[ClassCount, ...] = ()
    lengths: tuple[HistogramBin, ...] = ()
    lengths_of: str = ""
    majority_share: float = 0.0
    findings: tuple[Problem, ...] = ()
    examples: tuple[str, ...] = ()
    renaming: Repair | None = None


class NoisyExample(msgspec.Struct, frozen=True, kw_only=True):
    """One of the person's texts with noise.

    Attributes:
        row: Row of the file (first row of data is 1).
        text: As it stands there.
        noisy: As a model would read it.
        changes: Parts of ``noisy`` that noise has touched; labels are the names of the kinds. Where something
            was left out they are the characters beside it.
    """

    row: int
    text: str
    noisy: str
    changes: tuple[Span, ...] = ()
