"""What can be written of a finished run to take it away, and what was found while writing it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from engine.protocol.fields import Field


class CheckOutcome(StrEnum):
    """How a check came out."""

    PASSED = "passed"
    FAILED = "failed"
    TOLD = "told"
    """Nothing is wrong, but a person should read what is said."""


class ExportCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at while an item was written.

    Attributes:
        id: ``"same_answers"``, ``"nothing_of_the_data"``, ``"base_model"``.
        title: A short statement, e.g. ``"Same answers as in Thaw"``.
        detail: What was measured, one sentence.
        outcome: How it came out.
        difference: The largest difference between two answers, where answers were compared: between two
            probabilities, or two numbers in the unit of the scores.
    """

    id: str
    title: str
    detail: str
    outcome: CheckOutcome = CheckOutcome.PASSED
    difference: float | None = None


class ExportedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was written.

    Attributes:
        path: Relative to the folder that was exported to, with ``/``.
        size: Bytes.
    """

    path: str
    size: int


class ExportedItem(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of what was written.

    Attributes:
        kind: Id of the kind.
        name: What it is called.
        files: What it is made of.
        checks: What was looked at.
    """

    kind: str
    name: str
    files: tuple[ExportedFile, ...]
    checks: tuple[ExportCheck, ...] = ()

    @property
    def size(self) -> int:
        """Returns its bytes."""
        return sum(file.size for file in self.files)


class ExportOffer(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a kind can be written of one run.

    Attributes:
        kind: Id of the kind.
        summary: What it would be of this run, one sentence.
        reason: Why it cannot be written; empty when it can.
        size: Bytes, about; 0 when not known.
        idle: Names of the kind's fields that change nothing for this run.
    """

    kind: str
    summary: str
    reason: str = ""
    size: int = 0
    idle: tuple[str, ...] = ()


class ExportEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of export, as the window sees it.

    Attributes:
        id: What ``ExportModel.kinds`` says.
        name: E.g. ``"Adapter only"``.
        summary: One sentence.
        opens_with: E.g. ``"opens with peft"``.
        icon: Name of an icon in the theme.
        fields: What a person may choose about it.
        on_page: Whether it has a card of its own on the page.
        suggested: Whether it is ticked at first.
        for_hub: Whether it may be put on the Hugging Face hub.
    """

    id: str
    name: str
    summary: str
    opens_with: str
    icon: str
    fields: tuple[Field, ...] = ()
    on_page: bool = True
    suggested: bool = False
    for_hub: bool = False
