"""Rows with nothing in a column go."""

from __future__ import annotations

from datasets import Dataset

from engine.data.repair_kind import Meaning, Mended, RepairKind, without
from engine.data.table import cells
from engine.protocol.problems import Problem
from engine.protocol.repair_problems import rows_gone
from engine.protocol.repairs import Repair
from engine.protocol.wording import quoted


def _offer(finding: Problem, meaning: Meaning) -> Repair | None:
    column = meaning.columns.get(finding.setting, "")
    wanted = finding.code == f"blank_{finding.setting}" and column
    return Repair(kind=REPAIR.id, columns=(column,)) if wanted else None


def _mend(rows: Dataset, step: Repair) -> Mended:
    values = cells(rows, step.columns[0])
    return without(rows, [place for place, value in enumerate(values) if not value.strip()])


def _told(rows: int, step: Repair) -> tuple[str, str]:
    return rows_gone(rows), f"Nothing stood in {quoted(step.columns)}."


REPAIR = RepairKind(id="remove_blank", name="Remove blank rows", mend=_mend, told=_told, offer=_offer)
