"""Labels that differ only in capitals or spaces become one: the way most rows write it."""

from __future__ import annotations

from collections import defaultdict

from datasets import Dataset

from engine.data.cell_labels import SEVERAL, labels_of
from engine.data.labels import ordered_classes
from engine.data.repair_kind import Meaning, Mended, RepairKind, about_labels
from engine.data.repairs.replace_labels import REPAIR as SEVERAL_LABELS
from engine.data.repairs.replace_values import REPAIR as ONE_LABEL
from engine.data.table import cells
from engine.protocol.problems import Problem
from engine.protocol.repairs import Repair
from engine.protocol.wording import counted, quoted


def _offer(finding: Problem, meaning: Meaning) -> Repair | None:
    wanted = finding.code == "mixed_labels" and len(meaning.learned) == 1
    return about_labels(REPAIR.id, meaning, meaning.learned) if wanted else None


def _mend(rows: Dataset, step: Repair) -> Mended:
    """``values`` say how labels stand in a cell."""
    column, hold = step.columns[0], step.values.get("hold", "")
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for label in ordered_classes(
        [label for labels in labels_of(cells(rows, column), hold) for label in labels]
    ):
        alike[" ".join(label.split()).casefold()].append(label)
    usual = {label: spellings[0] for spellings in alike.values() for label in spellings}
    renamed = SEVERAL_LABELS if hold == SEVERAL else ONE_LABEL
    return renamed.mend(rows, Repair(kind=renamed.id, columns=(column,), values=usual))


def _told(rows: int, step: Repair) -> tuple[str, str]:
    return (
        f"{counted(rows, 'label')} written alike",
        f"Values of {quoted(step.columns)} that differed only in capitals or spaces are one label now.",
    )


REPAIR = RepairKind(
    id="join_spellings", name="Join spellings", mend=_mend, told=_told, offer=_offer, rewrites=True
)
