"""Each text once: of rows with the same text the first one stays."""

from __future__ import annotations

from datasets import Dataset

from engine.data.repair_kind import Meaning, Mended, RepairKind, same_texts, without
from engine.data.table import cells, column_names
from engine.protocol.problems import Problem
from engine.protocol.repairs import Repair
from engine.protocol.wording import counted


def _offer(finding: Problem, meaning: Meaning) -> Repair | None:
    if finding.code not in {"duplicates", "texts_in_two_parts"} or not meaning.read:
        return None
    answer = {"answer": meaning.learned[0]} if len(meaning.learned) == 1 else {}
    return Repair(kind=REPAIR.id, columns=meaning.read, values=answer)


def _mend(rows: Dataset, step: Repair) -> Mended:
    """The columns hold the texts; ``values`` name the one with the answers, without which a row is no use."""
    texts = same_texts(rows, step.columns)
    answer = step.values.get("answer", "")
    answers = cells(rows, answer) if answer in column_names(rows) else [""] * len(texts)
    stays: dict[int, int] = {}
    for place, text in enumerate(texts):
        first = stays.setdefault(text, place)
        if answers[place].strip() and not answers[first].strip():
            stays[text] = place
    return without(rows, [place for place, text in enumerate(texts) if stays[text] != place])


def _told(rows: int, _step: Repair) -> tuple[str, str]:
    return (
        f"{counted(rows, 'duplicate')} removed",
        "Of rows with the same text the first one stays that has an answer, so each text counts once.",
    )


REPAIR = RepairKind(
    id="remove_duplicates", name="Remove duplicates", mend=_mend, told=_told, offer=_offer, undo="Keep"
)
