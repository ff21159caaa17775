"""Building a task's model again from what is known of its head."""

from __future__ import annotations

from engine.contracts import BaseModel, HeadFacts, HeadKind, TaskModel
from engine.models.heads import assemble
from engine.models.token_heads import assemble_tokens
from engine.models.writing import WritingModel


def rebuild(base: BaseModel, facts: HeadFacts) -> TaskModel:
    """Puts a head of a known make on a network; its numbers are still to be read.

    Args:
        base: The network, loaded as ``facts.network``; it becomes part of the result.
        facts: What the head is.
    """
    if facts.kind is HeadKind.WORDS:
        return WritingModel(base.network, facts, head_is_new=base.lacks_head)
    if facts.kind is HeadKind.WORD_PIECES:
        return assemble_tokens(base.network, facts)
    return assemble(base.network, facts)
