"""One label takes the place of another where a cell holds one: labels are merged or renamed by it."""

from __future__ import annotations

from datasets import Dataset

from engine.data.repair_kind import Mended, RepairKind, with_new_cells
from engine.data.table import cells
from engine.protocol.repairs import Repair
from engine.protocol.wording import counted, listed, shortened


def _mend(rows: Dataset, step: Repair) -> Mended:
    """``values`` are what stands there → what is to stand there, compared as they stand."""
    before = cells(rows, step.columns[0])
    return with_new_cells(rows, step.columns[0], [step.values.get(cell, cell) for cell in before])


def _told(rows: int, step: Repair) -> tuple[str, str]:
    pairs = [f'"{shortened(old)}" is "{shortened(new)}" now' for old, new in step.values.items()]
    return f"{counted(rows, 'row')} relabelled", f'In "{shortened(step.columns[0])}": {listed(pairs, 4)}.'


REPAIR = RepairKind(id="replace_values", name="Merge labels", mend=_mend, told=_told, rewrites=True)
