"""Answers that stand in their passage almost are written as it writes them."""

from __future__ import annotations

from datasets import Dataset

from engine.data.near_answers import corrected_cell
from engine.data.repair_kind import Meaning, Mended, RepairKind, with_new_cells
from engine.data.roles import ANSWERS, PASSAGE
from engine.data.table import cells
from engine.protocol.problems import Problem
from engine.protocol.repairs import Repair
from engine.protocol.wording import counted


def _offer(finding: Problem, meaning: Meaning) -> Repair | None:
    columns = tuple(meaning.columns.get(role.id, "") for role in (ANSWERS, PASSAGE))
    wanted = finding.code == "answers_nearly_found" and all(columns)
    return Repair(kind=REPAIR.id, columns=columns) if wanted else None


def _mend(rows: Dataset, step: Repair) -> Mended:
    """The columns hold the answers and the passages."""
    answers, passages = (cells(rows, column) for column in step.columns)
    after = [corrected_cell(passage, cell) for passage, cell in zip(passages, answers, strict=True)]
    return with_new_cells(rows, step.columns[0], after)


def _told(rows: int, _step: Repair) -> tuple[str, str]:
    return (
        f"Answers of {counted(rows, 'row')} corrected",
        "They are written as their passage writes them, in the one place that says the same.",
    )


REPAIR = RepairKind(
    id="correct_answers", name="Correct answers", mend=_mend, told=_told, offer=_offer, rewrites=True
)
