"""Pairs go whose two texts are of lengths that do not go together."""

from __future__ import annotations

from datasets import Dataset

from engine.data.pair_lengths import odd_lengths
from engine.data.repair_kind import Meaning, Mended, RepairKind, without
from engine.data.table import cells
from engine.protocol.problems import Problem
from engine.protocol.repair_problems import rows_gone
from engine.protocol.repairs import Repair


def _offer(finding: Problem, meaning: Meaning) -> Repair | None:
    columns = (*meaning.read, *meaning.learned)
    wanted = finding.code == "lengths_do_not_fit" and len(columns) == 2
    return Repair(kind=REPAIR.id, columns=columns) if wanted else None


def _mend(rows: Dataset, step: Repair) -> Mended:
    """The columns hold the text to read and the text to write; a pair that lacks one is left alone."""
    sources, targets = (cells(rows, column) for column in step.columns)
    whole = [place for place in range(len(sources)) if sources[place].strip() and targets[place].strip()]
    odd = odd_lengths([sources[place] for place in whole], [targets[place] for place in whole])
    return without(rows, sorted(whole[place] for place in odd))


def _told(rows: int, _step: Repair) -> tuple[str, str]:
    return rows_gone(rows), "One of their texts was much too long or too short for the other."


REPAIR = RepairKind(id="remove_odd_lengths", name="Remove odd pairs", mend=_mend, told=_told, offer=_offer)
