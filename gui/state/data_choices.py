"""What a person chooses about the rows: columns, split, way of reading, repairs. Each is a step to undo."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from engine.protocol.catalog import TaskEntry
from engine.protocol.config import SplitConfig
from engine.protocol.repairs import BY_HAND, CHANGE_CELLS, Repair, new_cells
from gui.state.project_facts import ProjectFacts
from gui.state.project_file import Choices
from gui.state.table_guess import fitting

_SEEMS_BEST: dict[str, str | int] = {"delimiter": "", "encoding": "", "sheet": "", "header_row": 0}
"""What of a ``Reading`` says how a file is read: nothing."""


class DataChoices(ProjectFacts):
    """The part of a project that says which rows and what is done to them."""

    @property
    def choices(self) -> Choices:
        """Everything chosen."""
        raise NotImplementedError

    @property
    def task_entry(self) -> TaskEntry | None:
        """The chosen task as the catalog describes it."""
        raise NotImplementedError

    def _choose(self, text: str, *, merge: bool = True, **changes: Any) -> None:
        """Makes a choice that can be undone."""
        raise NotImplementedError

    def set_columns(self, columns: dict[str, str]) -> None:
        """Says what the columns mean: role → column name; a role that is left out has no column.

        That nothing is chosen at all is kept as roles without a name, for no roles mean a guess.
        """
        data = self.choices.data
        if data is not None:
            wanted = columns or dict.fromkeys(data.columns, "")
            others = fitting(self.choices, self.task_entry, self.table, wanted)
            self._choose("Choose the columns", data=msgspec.structs.replace(data, columns=wanted), **others)

    def change_split(self, split: SplitConfig, row_limit: int | None) -> None:
        """Divides the rows otherwise.

        Args:
            split: How.
            row_limit: Use only so many rows for training; ``None`` for all.
        """
        self._change_data("Change the split", merge=False, split=split, row_limit=row_limit)

    def set_reading(self, changes: Mapping[str, str | int], title: str = "") -> None:
        """Reads the file otherwise.

        Args:
            changes: Name of a ``Reading``'s field → value.
            title: What the step is called; by default after the field.
        """
        name = next(iter(changes))
        # Other letters, and other rows of the same file, leave columns where they are; all else may not.
        keeps = name in {"encoding", "rows_drawn"}
        data, title = self.choices.data, title or f"Choose the {name.replace('_', ' ')}"
        if keeps or data is None:
            self._change_data(title, **dict[str, Any](changes))
            return
        data = msgspec.structs.replace(data, columns={}, repairs=(), **changes)
        # What the table so far was taken for, not the person, may be something else in this one.
        guessed = self.table is not None and self.table.task == self.choices.task
        self._choose(title, data=data, task="" if guessed else self.choices.task)

    def forget_reading(self) -> None:
        """Reads the file as it seems best, whatever was chosen for it."""
        self.set_reading(_SEEMS_BEST, "Read it as it seems best")

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """The steps that mend the rows."""
        return self.choices.data.repairs if self.choices.data else ()

    def add_repair(self, step: Repair) -> None:
        """Mends the rows by one more step; what was done by hand to the same column joins the last one."""
        done = self.repairs
        last = done[-1] if done else None
        same = last is not None and (last.kind, last.columns) == (step.kind, step.columns)
        if last is not None and same and step.kind in BY_HAND:
            rows = tuple(sorted({*last.rows, *step.rows}))
            step = msgspec.structs.replace(last, rows=rows, values=last.values | step.values)
            done = done[:-1]
        self._change_data("Repair the rows", merge=False, repairs=(*done, step))

    def take_repair_back(self, place: int) -> None:
        """Takes one of the steps out, wherever it stands; the others stay.

        Args:
            place: Its place among them, from 0.
        """
        kept = tuple(step for number, step in enumerate(self.repairs) if number != place)
        self._change_data("Take a repair back", merge=False, repairs=kept)

    def take_cells_back(self, column: str, rows: Collection[int], before: Mapping[int, str]) -> None:
        """Takes back what was written by hand into some cells; what else the same steps say stays.

        Args:
            column: Its name.
            rows: Their numbers in the file.
            before: Row → what was written there already before, and is to stand there again.
        """
        kept: list[Repair] = []
        for step in self.repairs:
            values = (
                {row: text for row, text in step.values.items() if int(row) not in rows}
                if (step.kind == CHANGE_CELLS and step.columns == (column,))
                else step.values
            )
            if values or values == step.values:
                kept.append(msgspec.structs.replace(step, values=values))
        again = {row: before[row] for row in rows if row in before}
        if again:
            kept.append(new_cells(column, again))
        self._change_data("Take labels back", merge=False, repairs=tuple(kept))

    def _change_data(self, text: str, *, merge: bool = True, **changes: Any) -> None:
        if self.choices.data is not None:
            data = msgspec.structs.replace(self.choices.data, **changes)
            self._choose(text, merge=merge, data=data)
