"""Each text once: of rows that say the same the first one stays."""

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
    """The columns hold the texts; ``values`` name the one with the answers.

    A row goes that says the same as one before it, and one without an answer where another row has it. The
    same text with another answer stays: which of them is right is not for a rule to say.
    """
    texts = same_texts(rows, step.columns)
    answer = step.values.get("answer", "")
    answers = cells(rows, answer) if answer in column_names(rows) else [""] * len(texts)
    answered = {text for text, said in zip(texts, answers, strict=True) if said.strip()}
    seen: set[tuple[int, str]] = set()
    again = []
    for place, (text, said) in enumerate(zip(texts, answers, strict=True)):
        if (text, said.strip()) in seen or (not said.strip() and text in answered):
            again.append(place)
        seen.add((text, said.strip()))
    return without(rows, again)


def _told(rows: int, _step: Repair) -> tuple[str, str]:
    return (
        f"{counted(rows, 'duplicate')} removed",
        "Of rows that say the same the first one stays, so each counts once.",
    )


REPAIR = RepairKind(
    id="remove_duplicates", name="Remove duplicates", mend=_mend, told=_told, offer=_offer, undo="Keep"
)
