"""Of texts that are almost the same, with the same answer, the first one stays."""

from __future__ import annotations

from datasets import Dataset

from engine.data.near_duplicates import near_duplicates
from engine.data.repair_kind import (
    Meaning,
    Mended,
    RepairKind,
    answers_beside,
    on_texts,
    same_texts,
    without,
)
from engine.data.table import cells
from engine.protocol.problems import Problem
from engine.protocol.repairs import Repair
from engine.protocol.wording import counted


def _offer(finding: Problem, meaning: Meaning) -> Repair | None:
    wanted = finding.code == "near_duplicates" and meaning.read
    return on_texts(REPAIR.id, meaning) if wanted else None


def _mend(rows: Dataset, step: Repair) -> Mended:
    """The columns hold the texts. Those that are the very same are left to the repair of duplicates."""
    same = same_texts(rows, step.columns)
    texts = [" ".join(row) for row in zip(*(cells(rows, name) for name in step.columns), strict=True)]
    alike = near_duplicates(texts, same).groups
    keys = list(zip(alike, answers_beside(rows, step), strict=True))
    first: dict[tuple[int, str], int] = {}
    for place, key in enumerate(keys):
        first.setdefault(key, place)
    again = [place for place, key in enumerate(keys) if same[place] >= 0 and same[first[key]] != same[place]]
    return without(rows, again)


def _told(rows: int, _step: Repair) -> tuple[str, str]:
    return (
        f"{counted(rows, 'near duplicate')} removed",
        "Of texts that are almost the same, with the same answer, the first one stays.",
    )


REPAIR = RepairKind(
    id="remove_near_duplicates",
    name="Remove near duplicates",
    mend=_mend,
    told=_told,
    offer=_offer,
    undo="Keep",
)
