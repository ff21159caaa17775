"""What a head multiplies where nothing below it learns: little, unless it has layers for each word piece."""

from __future__ import annotations

from dataclasses import dataclass

from engine.protocol.stack import LayerKind, StackFacts
from engine.training.judged_work import JudgedWork
from engine.training.work import Work

_AND_BACK = 3
"""How often as much is multiplied forward and back."""

_IN_TURN, _ROWS_A_TURN = 0.9, 5.0
"""How long a recurrent head takes to multiply as much as a block, and how many rows take as long as reading
its matrices: a BiLSTM of two layers took twice as long a piece in batches of 4 rows as in those of 32."""


@dataclass(frozen=True)
class HeadWork:
    """How often a block would have to run for a word piece, in 32 bits, for as much as the head multiplies.

    Attributes:
        steps: In all steps.
        looks: In all validations.
        test: In the test.
    """

    steps: float
    looks: float
    test: float


def head_work(stack: StackFacts, work: Work) -> HeadWork:
    """Counts what the head of a run multiplies, from features that are there.

    Args:
        stack: The model as it would be trained.
        work: What is computed of the rows.
    """

    def judged(one: JudgedWork) -> float:
        return _of(stack, one.pieces, one.rows, one.batches)

    often = work.epochs * work.readings_a_step
    learned = _of(stack, work.train, work.rows, work.batches / max(1, work.epochs))
    looks = work.evaluations * (judged(work.look) + judged(work.watched))
    return HeadWork(
        steps=_AND_BACK * often * learned,
        looks=looks + judged(work.sample) + judged(work.settled),
        test=judged(work.final),
    )


def _of(stack: StackFacts, pieces: float, rows: float, batches: float) -> float:
    """Counts some rows once.

    Args:
        stack: The model.
        pieces: Word pieces that are read.
        rows: Rows that they stand in.
        batches: Batches that these make.
    """
    blocks = [layer.parameters for layer in stack.layers if layer.kind is LayerKind.BLOCK]
    head = sum(layer.parameters for layer in stack.layers if layer.kind is LayerKind.HEAD)
    if not rows or not sum(blocks):
        return 0.0
    slower = _IN_TURN * (1 + _ROWS_A_TURN * batches / rows) if stack.recurs else 1.0
    things = pieces if stack.reads_pieces else rows
    return things * slower * head * len(blocks) / sum(blocks)
