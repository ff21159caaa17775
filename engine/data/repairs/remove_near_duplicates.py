"""Of texts that are almost the same, with the same answer, the first one stays."""

from __future__ import annotations

from datasets import Dataset

from engine.data.near_duplicates import near_duplicates
from engine.data.repair_kind import Meaning, Mended, RepairKind, same_texts, without
from engine.data.table import cells, column_names
from engine.protocol.problems import Problem
from engine.protocol.repairs import Repair
from engine.protocol.wording import counted


def _offer(finding: Problem, meaning: Meaning) -> Repair | None:
    if finding.code != "near_duplicates" or not meaning.read:
        return None
    answer = {"answer": meaning.learned[0]} if len(meaning.learned) == 1 else {}
    return Repair(kind=REPAIR.id, columns=meaning.read, values=answer)


def _mend(rows: Dataset, step: Repair) -> Mended:
    """The columns hold the texts; ``values`` name the one with the answers.

    Texts that are the very same are left to the repair of duplicates.
    """
    same = same_texts(rows, step.columns)
    texts = [" ".join(row) for row in zip(*(cells(rows, name) for name in step.columns), strict=True)]
    alike = near_duplicates(texts, same).groups
    answer = step.values.get("answer", "")
    answers = cells(rows, answer) if answer in column_names(rows) else [""] * len(texts)
    first: dict[tuple[int, str], int] = {}
    for place, key in enumerate(zip(alike, answers, strict=True)):
        first.setdefault(key, place)
    again = [
        place
        for place, key in enumerate(zip(alike, answers, strict=True))
        if same[place] >= 0 and same[first[key]] != same[place]
    ]
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
