"""Rows that a person picked go."""

from __future__ import annotations

from datasets import Dataset

from engine.data.repair_kind import Mended, RepairKind, without
from engine.data.table import row_numbers
from engine.protocol.repair_problems import rows_gone
from engine.protocol.repairs import REMOVE_ROWS, Repair
from engine.protocol.wording import rows_named


def _mend(rows: Dataset, step: Repair) -> Mended:
    wanted = set(step.rows)
    return without(rows, [place for place, number in enumerate(row_numbers(rows)) if number in wanted])


def _told(rows: int, step: Repair) -> tuple[str, str]:
    return rows_gone(rows), f"{rows_named(step.rows)}, as you said."


REPAIR = RepairKind(id=REMOVE_ROWS, name="Remove rows", mend=_mend, told=_told)
