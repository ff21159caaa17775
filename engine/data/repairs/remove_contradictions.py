"""Texts that stand with different answers go, all of their rows."""

from __future__ import annotations

from collections import defaultdict

from datasets import Dataset

from engine.data.repair_kind import Meaning, Mended, RepairKind, same_texts, without
from engine.data.table import cells
from engine.protocol.problems import Problem
from engine.protocol.repair_problems import rows_gone
from engine.protocol.repairs import Repair


def _offer(finding: Problem, meaning: Meaning) -> Repair | None:
    wanted = finding.code == "conflicting_labels" and meaning.read and len(meaning.learned) == 1
    return Repair(kind=REPAIR.id, columns=(*meaning.learned, *meaning.read)) if wanted else None


def _mend(rows: Dataset, step: Repair) -> Mended:
    """The first column holds the answers, the others the texts."""
    texts, answers = same_texts(rows, step.columns[1:]), cells(rows, step.columns[0])
    given: defaultdict[int, set[str]] = defaultdict(set)
    for text, answer in zip(texts, answers, strict=True):
        if answer.strip():
            given[text].add(answer)
    return without(rows, [place for place, text in enumerate(texts) if len(given[text]) > 1])


def _told(rows: int, _step: Repair) -> tuple[str, str]:
    return rows_gone(rows), "Their texts stood with different answers, so no model could be right about all."


REPAIR = RepairKind(
    id="remove_contradictions", name="Remove contradictions", mend=_mend, told=_told, offer=_offer
)
