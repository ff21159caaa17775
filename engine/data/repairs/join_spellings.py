"""Labels that differ only in capitals or spaces become one: the way most rows write it."""

from __future__ import annotations

from collections import defaultdict

from datasets import Dataset

from engine.data.labels import ordered_classes
from engine.data.repair_kind import Meaning, Mended, RepairKind, with_new_cells
from engine.data.table import cells
from engine.protocol.problems import Problem
from engine.protocol.repairs import Repair
from engine.protocol.wording import counted, quoted


def _offer(finding: Problem, meaning: Meaning) -> Repair | None:
    wanted = finding.code == "mixed_labels" and len(meaning.learned) == 1
    return Repair(kind=REPAIR.id, columns=meaning.learned) if wanted else None


def _mend(rows: Dataset, step: Repair) -> Mended:
    before = cells(rows, step.columns[0])
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for label in ordered_classes([cell for cell in before if cell.strip()]):
        alike[" ".join(label.split()).casefold()].append(label)
    usual = {label: spellings[0] for spellings in alike.values() for label in spellings}
    return with_new_cells(rows, step.columns[0], [usual.get(cell, cell) for cell in before])


def _told(rows: int, step: Repair) -> tuple[str, str]:
    return (
        f"{counted(rows, 'label')} written alike",
        f"Values of {quoted(step.columns)} that differed only in capitals or spaces are one label now.",
    )


REPAIR = RepairKind(id="join_spellings", name="Join spellings", mend=_mend, told=_told, offer=_offer)
