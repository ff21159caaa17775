"""What a person wrote into cells stands there instead."""

from __future__ import annotations

from datasets import Dataset

from engine.data.repair_kind import Mended, RepairKind, with_new_cells
from engine.data.table import cells, row_numbers
from engine.protocol.repairs import CHANGE_CELLS, Repair
from engine.protocol.wording import counted, rows_named, shortened


def _mend(rows: Dataset, step: Repair) -> Mended:
    """``values`` are row number → text."""
    before = zip(row_numbers(rows), cells(rows, step.columns[0]), strict=True)
    return with_new_cells(
        rows, step.columns[0], [step.values.get(str(number), cell) for number, cell in before]
    )


def _told(rows: int, step: Repair) -> tuple[str, str]:
    numbers = rows_named(sorted(int(number) for number in step.values))
    return f"{counted(rows, 'cell')} changed", f'{numbers} in "{shortened(step.columns[0])}", as you wrote.'


REPAIR = RepairKind(id=CHANGE_CELLS, name="Change cells", mend=_mend, told=_told)
