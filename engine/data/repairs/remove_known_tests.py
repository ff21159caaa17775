"""Rows to learn from go whose text stands in another part of a given split, too."""

from __future__ import annotations

from datasets import Dataset

from engine.data.repair_kind import Meaning, Mended, RepairKind, same_texts, without
from engine.data.repairs.remove_rows import REPAIR as NAMED_ROWS
from engine.data.table import cells
from engine.protocol.data_facts import PARTS, TEST, TRAIN, VALIDATION
from engine.protocol.problems import Problem
from engine.protocol.repair_problems import rows_gone
from engine.protocol.repairs import REMOVE_KNOWN_TESTS, Repair


def _offer(finding: Problem, meaning: Meaning) -> Repair | None:
    said = meaning.split.part_column
    if finding.code != "rows_in_two_parts" or not said or not meaning.together:
        return None
    return Repair(kind=REPAIR.id, columns=(said, *meaning.together))


def _mend(rows: Dataset, step: Repair) -> Mended:
    """The first column says the part, the others hold the texts; without columns the rows are named.

    Named they are where the file does not say the part: a step knows the file and not how it was divided.
    """
    if not step.columns:
        return NAMED_ROWS.mend(rows, step)
    parts = [PARTS.get(cell.strip().lower(), "") for cell in cells(rows, step.columns[0])]
    texts = same_texts(rows, step.columns[1:])
    judged = {text for text, part in zip(texts, parts, strict=True) if part in {VALIDATION, TEST}}
    known = [
        place
        for place, (text, part) in enumerate(zip(texts, parts, strict=True))
        if part == TRAIN and text in judged
    ]
    return without(rows, known)


def _told(rows: int, _step: Repair) -> tuple[str, str]:
    return rows_gone(rows), "They were to be learned from, and their texts are judged by in another part."


REPAIR = RepairKind(
    id=REMOVE_KNOWN_TESTS, name="Remove known test texts", mend=_mend, told=_told, offer=_offer
)
