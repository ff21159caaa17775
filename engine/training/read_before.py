"""Which rows an earlier run has read with the same frozen layers, known before a run starts.

What is kept is found by checksums of rows and weights, which only a run knows. So a run writes down by what
was *chosen*, too, and whoever chooses the same again is told that most of it is done. The run itself goes by
the checksums: where a name claims rows that are not there, they are computed.
"""

from __future__ import annotations

from engine.head_facts import HeadFacts
from engine.models.structure import EMBEDDINGS
from engine.protocol.stack import StackFacts
from engine.training.kept_states import rows_there, states_folder
from engine.training.kept_work import frozen_blocks
from engine.training.ledger import learns_below
from engine.training.rows_chosen import RowsChosen, features_read
from engine.training.work import Work


def with_rows_read(work: Work, chosen: RowsChosen, stack: StackFacts, facts: HeadFacts) -> Work:
    """Returns the work of a run, with what earlier runs have done of it.

    Args:
        work: What it computes.
        chosen: Its rows.
        stack: The model as it would be trained.
        facts: Of its head.
    """
    prefix = [layer.id for layer in frozen_blocks(stack)]
    read = (EMBEDDINGS, *prefix) if learns_below(stack) or stack.words else features_read(facts)
    names = {part: chosen.name(part, read) for part in work.counts}
    there = rows_there(states_folder(), names.values())
    known = {part: min(1.0, there[names[part]] / max(1, rows)) for part, rows in work.counts.items()}
    return work.with_known(known)
