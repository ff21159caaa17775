"""Which rows an earlier run has read with the same frozen layers, known before a run starts.

What is kept is found by checksums of rows and weights, which only a run knows. So a run writes down by what
was *chosen*, and by the texts, which rows it keeps, and whoever chooses alike is told what is done of it: of
other answers to the same texts, of another split, of fewer rows or a copy of the file, too. The run itself
goes by the checksums: where rows are claimed that are not there, they are computed.
"""

from __future__ import annotations

from engine.head_facts import HeadFacts
from engine.models.structure import EMBEDDINGS
from engine.protocol.stack import StackFacts
from engine.training.kept_states import states_folder
from engine.training.kept_texts import files_named, rows_in, share_in
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
    files = files_named(states_folder())
    known: dict[str, float] = {}
    own: dict[str, float] = {}
    for part, rows in work.counts.items():
        others = files.get(chosen.name(part, read), [])
        if not others or not rows:
            continue  # the texts need not be looked at
        very = files.get(chosen.own_name(part, read), [])[:1]
        if very:  # the run opens this file, and looks into no other
            known[part] = own[part] = min(1.0, rows_in(very[0]) / rows)
        elif chosen.finds_single_rows(part):
            known[part] = share_in(others, chosen.texts()[part])
    return work.with_known(known, own)
