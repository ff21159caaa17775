"""Pairs go that say the same on both sides."""

from __future__ import annotations

from datasets import Dataset

from engine.data.repair_kind import Meaning, Mended, RepairKind, without
from engine.data.table import cells
from engine.protocol.problems import Problem
from engine.protocol.repair_problems import rows_gone
from engine.protocol.repairs import Repair


def _offer(finding: Problem, meaning: Meaning) -> Repair | None:
    columns = (*meaning.read, *meaning.learned)
    wanted = finding.code == "equal_sides" and len(columns) == 2
    return Repair(kind=REPAIR.id, columns=columns) if wanted else None


def _mend(rows: Dataset, step: Repair) -> Mended:
    sides = zip(*(cells(rows, column) for column in step.columns), strict=True)
    return without(rows, [place for place, (one, other) in enumerate(sides) if one.strip() == other.strip()])


def _told(rows: int, _step: Repair) -> tuple[str, str]:
    return rows_gone(rows), "They said the same on both sides."


REPAIR = RepairKind(id="remove_equal_sides", name="Remove equal pairs", mend=_mend, told=_told, offer=_offer)
