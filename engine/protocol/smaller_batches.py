"""Smaller batches: how a run reads the rows of a step once memory has run out, and the event that says so."""

from __future__ import annotations

import msgspec

from engine.protocol.event_header import EventHeader as _Event


class Batches(msgspec.Struct, frozen=True, kw_only=True):
    """Into what the rows of an optimizer step are divided.

    Attributes:
        size: Rows in a batch, at most.
        rows: Rows in a step, at most; they stay as they are when batches become smaller.
    """

    size: int
    rows: int

    @property
    def per_step(self) -> int:
        """Returns how many batches a step has."""
        return -(-self.rows // self.size)

    @property
    def words(self) -> str:
        """Returns e.g. ``"2 batches of 16"``."""
        return f"{self.per_step:,} {'batch' if self.per_step == 1 else 'batches'} of {self.size:,}"


def halved(batches: Batches) -> Batches | None:
    """Returns half the batches for the same rows; ``None`` where a batch is a single row already.

    Of an odd number the larger half counts, so that 25 rows are read as 13 and 12.

    Args:
        batches: As they are.
    """
    if batches.size <= 1:
        return None
    return Batches(size=-(-batches.size // 2), rows=batches.rows)


class BatchesHalved(_Event, frozen=True, kw_only=True, tag="BatchesHalved"):
    """Memory ran out; from here the rows of a step are read in smaller batches. The steps are the same.

    Attributes:
        step: Steps done before; the next is the first that is read so.
        epoch: The same in epochs.
        batches: What a step is read in from here.
        asked: Whether the person said so; else the run went on by itself.
    """

    step: int
    epoch: float
    batches: Batches
    asked: bool = False

    @property
    def words(self) -> str:
        """Returns what a chart says there, e.g. ``"Memory ran out; from here 2 batches of 16"``."""
        return f"Memory ran out; from here {self.batches.words}"
