"""Rows go whose answer is no number where answers are scores."""

from __future__ import annotations

from datasets import Dataset

from engine.data.repair_kind import Meaning, Mended, RepairKind, without
from engine.data.table import cells
from engine.protocol.cell_numbers import number_of
from engine.protocol.problems import Problem
from engine.protocol.repair_problems import rows_gone
from engine.protocol.repairs import Repair
from engine.protocol.wording import quoted


def _offer(finding: Problem, meaning: Meaning) -> Repair | None:
    wanted = finding.code == "scores_not_numbers" and len(meaning.learned) == 1
    return Repair(kind=REPAIR.id, columns=meaning.learned) if wanted else None


def _mend(rows: Dataset, step: Repair) -> Mended:
    """A row without an answer is left alone: that is another finding."""
    values = cells(rows, step.columns[0])
    odd = [place for place, value in enumerate(values) if value.strip() and number_of(value) is None]
    return without(rows, odd)


def _told(rows: int, step: Repair) -> tuple[str, str]:
    return rows_gone(
        rows
    ), f"What stood in {quoted(step.columns)} is no number, so they were left out anyway."


REPAIR = RepairKind(id="remove_odd_scores", name="Remove odd scores", mend=_mend, told=_told, offer=_offer)
