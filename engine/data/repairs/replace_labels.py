"""One label takes the place of another where a cell holds several: labels are merged or renamed by it."""

from __future__ import annotations

from datasets import Dataset

from engine.answer_cells import label_sets
from engine.data.cell_lists import list_cell
from engine.data.repair_kind import Mended, RepairKind, with_new_cells
from engine.data.repairs.replace_values import REPAIR as ONE_LABEL
from engine.data.table import cells
from engine.protocol.repairs import Repair


def _mend(rows: Dataset, step: Repair) -> Mended:
    """``values`` are label → label. A cell in which none of them stands is left letter by letter."""
    before = cells(rows, step.columns[0])
    after = []
    for cell, labels in zip(before, label_sets(before), strict=True):
        renamed = list(dict.fromkeys(step.values.get(label, label) for label in labels))
        after.append(cell if renamed == list(labels) else list_cell(renamed))
    return with_new_cells(rows, step.columns[0], after)


REPAIR = RepairKind(id="replace_labels", name="Merge labels", mend=_mend, told=ONE_LABEL.told, rewrites=True)
