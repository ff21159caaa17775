"""Labels go, with their rows, that have too few different texts to be judged."""

from __future__ import annotations

from collections import defaultdict

from datasets import Dataset

from engine.data.repair_kind import Meaning, Mended, RepairKind, same_texts, without
from engine.data.table import cells
from engine.protocol.problems import Problem
from engine.protocol.repair_problems import rows_gone
from engine.protocol.repairs import Repair

_FEWEST = {"class_with_one_row": 2, "rare_classes": 3}
"""Code → different texts that a label must have to stay."""


def _offer(finding: Problem, meaning: Meaning) -> Repair | None:
    if finding.code not in _FEWEST or not meaning.read or len(meaning.learned) != 1:
        return None
    columns = (*meaning.learned, *meaning.read)
    return Repair(kind=REPAIR.id, columns=columns, values={"texts": str(_FEWEST[finding.code])})


def _mend(rows: Dataset, step: Repair) -> Mended:
    """The first column holds the labels, the others the texts; ``values`` say how many texts are enough."""
    labels = cells(rows, step.columns[0])
    texts: defaultdict[str, set[int]] = defaultdict(set)
    for label, text in zip(labels, same_texts(rows, step.columns[1:]), strict=True):
        texts[label].add(text)
    fewest = int(step.values.get("texts", "2"))
    rare = [place for place, label in enumerate(labels) if label.strip() and len(texts[label]) < fewest]
    return without(rows, rare)


def _told(rows: int, step: Repair) -> tuple[str, str]:
    fewest = step.values.get("texts", "2")
    return rows_gone(rows), f"Their labels had fewer than {fewest} different texts, too few to be judged."


REPAIR = RepairKind(id="remove_rare_labels", name="Remove rare labels", mend=_mend, told=_told, offer=_offer)
