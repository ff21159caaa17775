"""Addresses and numbers of persons are put out of sight: a word says what stood there."""

from __future__ import annotations

from datasets import Dataset

from engine.data.personal_data import personal_data
from engine.data.repair_kind import Meaning, Mended, RepairKind, with_new_cells
from engine.data.table import cells
from engine.protocol.problems import Problem
from engine.protocol.repairs import Repair
from engine.protocol.wording import counted, quoted


def _offer(finding: Problem, meaning: Meaning) -> Repair | None:
    columns = tuple(dict.fromkeys((*meaning.read, *meaning.learned)))
    return Repair(kind=REPAIR.id, columns=columns) if finding.code == "personal_data" else None


def _mend(rows: Dataset, step: Repair) -> Mended:
    concerned: set[int] = set()
    for column in step.columns:
        mended = with_new_cells(rows, column, [_masked(cell) for cell in cells(rows, column)])
        rows = mended.rows
        concerned.update(mended.concerned)
    return Mended(rows, sorted(concerned))


def _masked(text: str) -> str:
    """Returns a text with a word such as PHONE in the place of each number and address."""
    for found in sorted(personal_data(text), key=lambda one: one.start, reverse=True):
        text = f"{text[: found.start]}{found.kind.value.upper()}{text[found.end :]}"
    return text


def _told(rows: int, step: Repair) -> tuple[str, str]:
    return (
        f"Personal data masked in {counted(rows, 'row')}",
        f"In {quoted(step.columns)} a word such as PHONE or MAIL stands in its place.",
    )


REPAIR = RepairKind(
    id="mask_personal_data", name="Mask personal data", mend=_mend, told=_told, offer=_offer, rewrites=True
)
