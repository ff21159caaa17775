"""What a script that repeats a run is made of, and what is known of the run when one is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.contracts import Asked, BaseModel, Settings, TaskModel
from engine.export.contract import RunToExport


@dataclass(frozen=True, kw_only=True)
class RunAtStart:
    """A run as it was before its first step.

    Attributes:
        source: The run.
        settings: Every setting.
        base: Tokenizer and facts.
        asked: Part → rows as they were read.
        model: The model that was trained, with what learns marked.
        strength: Inverse regularisation of a head that is solved on all rows at once, else ``None``.
    """

    source: RunToExport
    settings: Settings
    base: BaseModel
    asked: Mapping[str, Asked]
    model: TaskModel
    strength: float | None

    @property
    def bits(self) -> str:
        """Returns how the base model's weights are read, as arguments; empty where they are whole."""
        return ", **FOUR_BITS" if self.source.saved.four_bit else ""


def _of_its_own(_start: RunAtStart) -> str:
    return ""


def _always(_source: RunToExport) -> str:
    return ""


@dataclass(frozen=True, kw_only=True)
class TaskLines:
    """How a task is written in plain lines.

    Attributes:
        columns: Names of what a script reads of each row, in the order of the roles.
        imports: ``(run) -> lines`` of imports beside the script's own; none by default.
        pieces: ``(run) -> lines`` that define ``encode(rows)``, a list with ``input_ids`` and the answer of
            each row, and ``batch_of(encoded)``, tensors.
        answers: ``(run) -> lines`` that define ``loss_of(said, batch)``, a mean; ``weight_of(batch)``, over
            how many things; ``kept_of(said, batch)``, what is kept of each row; and
            ``scores_of(rows, kept)``, metric id → value.
        rows: ``(rows of a part) -> what a script reads of each``, where that is not the columns.
        why_not: ``(run) -> reason`` why this run cannot be written so; empty when it can.
    """

    columns: tuple[str, ...]
    pieces: Callable[[RunAtStart], str]
    answers: Callable[[RunAtStart], str]
    imports: Callable[[RunAtStart], str] = _of_its_own
    why_not: Callable[[RunToExport], str] = _always
    rows: Callable[[Asked], Iterable[Mapping[str, Any]]] | None = None
