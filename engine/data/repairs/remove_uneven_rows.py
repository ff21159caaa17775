"""Sentences go that do not have a tag for each word."""

from __future__ import annotations

from datasets import Dataset

from engine.data.cell_lists import words_of
from engine.data.repair_kind import Meaning, Mended, RepairKind, without
from engine.data.roles import TAGS, TOKENS
from engine.data.table import cells
from engine.protocol.problems import Problem
from engine.protocol.repair_problems import rows_gone
from engine.protocol.repairs import Repair


def _offer(finding: Problem, meaning: Meaning) -> Repair | None:
    columns = tuple(meaning.columns.get(role.id, "") for role in (TOKENS, TAGS))
    wanted = finding.code == "unequal_words_and_tags" and all(columns)
    return Repair(kind=REPAIR.id, columns=columns) if wanted else None


def _mend(rows: Dataset, step: Repair) -> Mended:
    """The columns hold the words and the tags; a row that lacks one of them is left alone."""
    both = list(zip(*(cells(rows, column) for column in step.columns), strict=True))
    uneven = [
        place
        for place, (words, tags) in enumerate(both)
        if words.strip() and tags.strip() and len(words_of(words)) != len(words_of(tags))
    ]
    return without(rows, uneven)


def _told(rows: int, _step: Repair) -> tuple[str, str]:
    return rows_gone(rows), "They had more words than tags, or fewer, so they were left out anyway."


REPAIR = RepairKind(id="remove_uneven_rows", name="Remove uneven rows", mend=_mend, told=_told, offer=_offer)
