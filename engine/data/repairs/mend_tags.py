"""Parts that go on without a beginning begin where they stand."""

from __future__ import annotations

from datasets import Dataset

from engine.data.cell_lists import list_cell, words_of
from engine.data.repair_kind import Meaning, Mended, RepairKind, with_new_cells
from engine.data.roles import TAGS
from engine.data.table import cells
from engine.data.tag_schemes import with_beginnings
from engine.protocol.problems import Problem
from engine.protocol.repairs import Repair
from engine.protocol.wording import counted, quoted


def _offer(finding: Problem, meaning: Meaning) -> Repair | None:
    column = meaning.columns.get(TAGS.id, "")
    return Repair(kind=REPAIR.id, columns=(column,)) if finding.code == "stray_tags" and column else None


def _mend(rows: Dataset, step: Repair) -> Mended:
    """A cell in which nothing is mended is left letter by letter."""
    before = cells(rows, step.columns[0])
    tags = [words_of(cell) for cell in before]
    mended = zip(before, tags, with_beginnings(tags), strict=True)
    after = [cell if old == new else list_cell(new) for cell, old, new in mended]
    return with_new_cells(rows, step.columns[0], after)


def _told(rows: int, step: Repair) -> tuple[str, str]:
    return (
        f"Tags of {counted(rows, 'row')} mended",
        f"In {quoted(step.columns)} parts that went on without a beginning begin where they stand.",
    )


REPAIR = RepairKind(id="mend_tags", name="Mend tags", mend=_mend, told=_told, offer=_offer, rewrites=True)
