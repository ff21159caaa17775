"""How many bytes a run needs, in memory and on the disk: counted from the model as it stands."""

from __future__ import annotations

import math

from engine.protocol.stack import LayerKind, StackFacts
from engine.training.calibration import Calibration
from engine.training.judged_work import PROGRAMS_KEPT
from engine.training.kept_work import frozen_blocks
from engine.training.work import Work

_FLOAT = 4  # bytes of a number
_ADAM = 4 * _FLOAT  # gradient, two moments, and the copy that changes are measured from
_KEPT_OF_WORDS = 3 * _FLOAT  # of each word that could be said: a number, its share, its gradient
LIBRARIES = 820_000_000  # bytes that libraries and tables hold before a model is loaded: measured
_HOLES = 1.4  # what is kept for the way back lies in memory with holes between: measured
_READ_AT_ONCE = 4096  # word pieces in a batch that is only read
_PASSING = 190  # bytes for each of these and number of the width while a block reads them: measured
_LEFT = 0.8  # share of that which steps cannot use again, because it lies between what they keep: measured
_PREPARED = (
    4_500_000  # bytes of oneDNN's programs for multiplying in 16 bits, for each size of a batch: measured
)


def checkpoint_size(stack: StackFacts) -> int:
    """Returns the bytes that a run needs on the disk while it trains.

    The best and the last state, the moments of the optimizer, the state that is being written beside
    the last, and the saved model.
    """
    state = stack.trainable_parameters * _FLOAT
    return state + 2 * 3 * state + saved_size(stack)


def width_of(stack: StackFacts) -> float:
    """Returns about how large the hidden states are: a block has 12 · width² numbers."""
    blocks = [layer.parameters for layer in stack.layers if layer.kind is LayerKind.BLOCK]
    return math.sqrt(max(blocks, default=0) / 12)


def memory_of(
    stack: StackFacts,
    work: Work,
    speed: Calibration,
    *,
    again: bool = False,
    prepares: bool = False,
    libraries: int = LIBRARIES,
) -> int:
    """Adds up libraries, weights, what learning adds to them, and what is kept for the way back.

    Args:
        stack: The model as it would be trained.
        work: What it computes.
        speed: What a block keeps of each word piece.
        again: Whether blocks are computed again on the way back: then only what goes into each is kept, and
            all of the one that is at work.
        prepares: Whether a program is made for each size of a batch, as on processors in 16 bits.
        libraries: Bytes that are held before; none on a graphics card, whose own memory counts there.
    """
    kept, largest, flows = 0.0, 0.0, False
    for layer in stack.layers:
        flows = flows or (bool(layer.trainable_parameters or layer.inserts) and not layer.is_new)
        if layer.kind is LayerKind.BLOCK and flows:
            own = speed.bytes_learn if layer.trainable_parameters else speed.bytes_through
            largest = max(largest, own)
            kept += (_FLOAT * width_of(stack) if again else own) * layer.times
            kept += 0 if again else len(layer.inserts) * speed.bytes_insert * layer.times
    kept += largest if again else 0.0
    weights = stack.weight_bytes + stack.trainable_parameters * _ADAM
    passing = 16 * width_of(stack) * max(work.largest, _READ_AT_ONCE)  # what one block works with
    words = _KEPT_OF_WORDS * stack.words * work.said * work.largest
    learning = _HOLES * (work.largest * kept + passing) + words
    reading = _read_at_once(work, flows=flows) * (
        _PASSING * width_of(stack) + _FLOAT * stack.words * work.said
    )
    features = work.features.held if not flows and not stack.words else 0
    programs = _PREPARED * min(work.sizes, PROGRAMS_KEPT) if prepares and flows else 0
    is_kept = flows and bool(frozen_blocks(stack)) and work.kept.share("train") > 0
    left = _LEFT * reading * (2 if is_kept else 1)  # rows read one by one leave as many holes again
    return int(speed.memory * (libraries + weights + learning + left + programs) + features)


def _read_at_once(work: Work, *, flows: bool) -> int:
    """Returns the word pieces of the largest batch that is only read: all that there are, of few short rows.

    Args:
        work: What it computes.
        flows: Whether rows to learn from pass through what learns; else they are only read, too.
    """
    read = [pieces for part, pieces in work.pieces.items() if part != "train" or not flows]
    return min(_READ_AT_ONCE, max(read, default=_READ_AT_ONCE))


def saved_size(stack: StackFacts) -> int:
    """Returns the bytes of the saved result: the whole model where its own numbers may change."""
    changes = any(layer.trainable_parameters for layer in stack.layers if not layer.is_new)
    inserted = any(layer.new_parameters for layer in stack.layers)
    numbers = stack.total_parameters if changes and not inserted else stack.trainable_parameters
    return numbers * _FLOAT
