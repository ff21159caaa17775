"""Each text once: of rows that say the same the first one stays."""

from __future__ import annotations

from datasets import Dataset

from engine.data.repair_kind import (
    Meaning,
    Mended,
    RepairKind,
    answers_beside,
    on_texts,
    same_texts,
    without,
)
from engine.protocol.problems import Problem
from engine.protocol.repairs import Repair
from engine.protocol.wording import counted


def _offer(finding: Problem, meaning: Meaning) -> Repair | None:
    wanted = finding.code == "duplicates" and meaning.read
    return on_texts(REPAIR.id, meaning) if wanted else None


def _mend(rows: Dataset, step: Repair) -> Mended:
    """The columns hold the texts.

    A row goes that says the same as one before it, and one without an answer where another row has it. The
    same text with another answer stays: which of them is right is not for a rule to say.
    """
    texts, answers = same_texts(rows, step.columns), answers_beside(rows, step)
    answered = {text for text, said in zip(texts, answers, strict=True) if said}
    seen: set[tuple[int, str]] = set()
    again = []
    for place, (text, said) in enumerate(zip(texts, answers, strict=True)):
        if (text, said) in seen or (not said and text in answered):
            again.append(place)
        seen.add((text, said))
    return without(rows, again)


def _told(rows: int, _step: Repair) -> tuple[str, str]:
    return (
        f"{counted(rows, 'duplicate')} removed",
        "Of rows that say the same the first one stays, so each counts once.",
    )


REPAIR = RepairKind(
    id="remove_duplicates", name="Remove duplicates", mend=_mend, told=_told, offer=_offer, undo="Keep"
)
