"""Of texts that stand with different answers the one that most rows give stays; without one all go."""

from __future__ import annotations

from collections import Counter, defaultdict

from datasets import Dataset

from engine.data.cell_labels import as_compared
from engine.data.repair_kind import Meaning, Mended, RepairKind, about_labels, same_texts, without
from engine.data.table import cells
from engine.protocol.problems import Problem
from engine.protocol.repair_problems import rows_gone
from engine.protocol.repairs import Repair

_MAJORITY = "majority"


def _offer(finding: Problem, meaning: Meaning) -> Repair | None:
    wanted = finding.code == "conflicting_labels" and meaning.read and len(meaning.learned) == 1
    columns = (*meaning.learned, *meaning.read)
    return about_labels(REPAIR.id, meaning, columns, keep=_MAJORITY) if wanted else None


def _mend(rows: Dataset, step: Repair) -> Mended:
    """The first column holds the answers, the others the texts; without ``keep`` no answer is kept.

    A row without an answer contradicts nothing; it goes only where the others of its text go, too.
    """
    texts = same_texts(rows, step.columns[1:])
    answers = as_compared(cells(rows, step.columns[0]), step.values.get("hold", ""))
    given: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for text, answer in zip(texts, answers, strict=True):
        if answer.strip():
            given[text][answer] += 1
    right = {
        text: _majority(counts) if step.values.get("keep") == _MAJORITY else None
        for text, counts in given.items()
        if len(counts) > 1
    }
    gone = [
        place
        for place, (text, answer) in enumerate(zip(texts, answers, strict=True))
        if text in right and answer != right[text] and (answer.strip() or right[text] is None)
    ]
    return without(rows, gone)


def _majority(counts: Counter[str]) -> str | None:
    """Returns what more than half of them say; ``None`` where nothing is."""
    answer, times = counts.most_common(1)[0]
    return answer if 2 * times > counts.total() else None


def _told(rows: int, step: Repair) -> tuple[str, str]:
    kept = " The answer of most rows of a text stays." if step.values.get("keep") == _MAJORITY else ""
    why = f"Their texts stood with different answers, so no model could be right about all.{kept}"
    return rows_gone(rows), why


REPAIR = RepairKind(
    id="remove_contradictions", name="Remove contradictions", mend=_mend, told=_told, offer=_offer
)
