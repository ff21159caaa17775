"""Labels go, with their rows, that have too few different texts to be judged."""

from __future__ import annotations

from collections import defaultdict

from datasets import Dataset

from engine.data.cell_labels import labels_of
from engine.data.repair_kind import Meaning, Mended, RepairKind, about_labels, same_texts, without
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
    return about_labels(REPAIR.id, meaning, columns, texts=str(_FEWEST[finding.code]))


def _mend(rows: Dataset, step: Repair) -> Mended:
    """The first column holds the labels, the others the texts.

    ``values`` say how many texts are enough, and how labels stand in a cell.
    """
    held = labels_of(cells(rows, step.columns[0]), step.values.get("hold", ""))
    texts: defaultdict[str, set[int]] = defaultdict(set)
    for labels, text in zip(held, same_texts(rows, step.columns[1:]), strict=True):
        for label in labels:
            texts[label].add(text)
    fewest = int(step.values.get("texts", "2"))
    rare = {label for label, others in texts.items() if len(others) < fewest}
    return without(rows, [place for place, labels in enumerate(held) if not rare.isdisjoint(labels)])


def _told(rows: int, step: Repair) -> tuple[str, str]:
    fewest = step.values.get("texts", "2")
    return rows_gone(rows), f"Their labels had fewer than {fewest} different texts, too few to be judged."


REPAIR = RepairKind(id="remove_rare_labels", name="Remove rare labels", mend=_mend, told=_told, offer=_offer)
