"""Questions go whose answers do not stand in their passage, not even almost."""

from __future__ import annotations

from datasets import Dataset

from engine.data.near_answers import is_lost
from engine.data.repair_kind import Meaning, Mended, RepairKind, without
from engine.data.roles import ANSWERS, PASSAGE
from engine.data.table import cells
from engine.protocol.problems import Problem
from engine.protocol.repair_problems import rows_gone
from engine.protocol.repairs import Repair


def _offer(finding: Problem, meaning: Meaning) -> Repair | None:
    columns = tuple(meaning.columns.get(role.id, "") for role in (ANSWERS, PASSAGE))
    wanted = finding.code == "answers_not_found" and all(columns)
    return Repair(kind=REPAIR.id, columns=columns) if wanted else None


def _mend(rows: Dataset, step: Repair) -> Mended:
    """The columns hold the answers and the passages; a row that lacks one of them is left alone."""
    answers, passages = (cells(rows, column) for column in step.columns)
    pairs = enumerate(zip(answers, passages, strict=True))
    return without(rows, [place for place, (cell, passage) in pairs if is_lost(passage, cell)])


def _told(rows: int, _step: Repair) -> tuple[str, str]:
    return rows_gone(rows), "Their answers do not stand in their passages, so they were left out anyway."


REPAIR = RepairKind(
    id="remove_lost_answers", name="Remove lost answers", mend=_mend, told=_told, offer=_offer
)
