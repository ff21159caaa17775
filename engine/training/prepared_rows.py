"""A person's rows as a task uses them, divided and counted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from transformers import PreTrainedTokenizerBase

from engine.contracts import Asked, Settings, SplitRows, TaskRows
from engine.data.table import cells
from engine.errors import EngineError
from engine.protocol.catalog import RoleEntry
from engine.protocol.data_facts import TEST, TRAIN, VALIDATION, PreparedFacts
from engine.protocol.file_problems import drawn_of
from engine.protocol.problems import Problem
from engine.training.rows_chosen import TextMarks, text_marks


@dataclass(frozen=True)
class PreparedRows:
    """A person's rows as a task uses them.

    Attributes:
        facts: What is said about them.
        classes: Class names.
        split: The three parts; ``None`` when a finding is an error.
        errors: The findings that stand in the way.
        matched: All usable rows, before they are divided.
        roles: What their columns can mean to the task.
    """

    facts: PreparedFacts
    classes: tuple[str, ...]
    split: SplitRows | None
    errors: tuple[Problem, ...]
    matched: TaskRows
    roles: tuple[RoleEntry, ...]

    def texts(self) -> list[str]:
        """Returns the texts that are counted and shown."""
        return cells(self.matched.rows, self.matched.text_role)

    @cached_property
    def text_marks(self) -> dict[str, TextMarks]:
        """Returns part → a checksum of the text of each row; nothing where something stands in the way."""
        if self.split is None:
            return {}
        parts = {TRAIN: self.split.train, VALIDATION: self.split.validation, TEST: self.split.test}
        return {name: text_marks(rows, self.roles) for name, rows in parts.items()}

    def how_many(self, unit: str) -> str:
        """Returns how many rows there are, and whether they were drawn from more.

        Args:
            unit: What a row is called, plural.
        """
        drawn = drawn_of(self.facts.findings)
        return f"{self.facts.usable:,} {unit}" + (f" ({drawn})" if drawn else "")

    def whole(self) -> SplitRows:
        """Returns the parts.

        Raises:
            EngineError: When something stands in the way, with the first reason.
        """
        if self.split is None:
            raise EngineError(self.errors[0])
        return self.split

    def asked(self, settings: Settings, tokenizer: PreTrainedTokenizerBase) -> dict[str, Asked]:
        """Returns the rows of the three parts as they are put to a model, not yet as word pieces.

        Args:
            settings: Of the run, every one.
            tokenizer: The model's own.

        Raises:
            EngineError: When something stands in the way, with the first reason.
        """
        split = self.whole()
        parts = {"train": split.train, "validation": split.validation, "test": split.test}
        return {
            name: Asked(
                part,
                self.classes,
                settings,
                tokenizer,
                learns=name == "train",
                roles=tuple(role for role in part.column_names if role != "row"),
            )
            for name, part in parts.items()
        }
