"""What frozen lower layers say of the rows: computed once and kept, and how that is said."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from engine.protocol.number_words import bytes_number


class WhyNotKept(StrEnum):
    """Why what frozen layers say is computed each time, for some rows or for all."""

    NOTHING = ""
    FRESH_NOISE = "fresh_noise"
    DRAWN_ANEW = "drawn_anew"
    NO_BUDGET = "no_budget"
    NO_ROOM = "no_room"


class KeptFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What frozen lower layers say of the rows, which is computed once and kept.

    Attributes:
        blocks: Transformer blocks that are skipped; 0 where nothing is kept.
        rows: Rows that there is room for.
        size: Bytes of them.
        frozen: Lowest blocks that never change, whether they are skipped or not.
        of_blocks: Blocks of the whole model.
        of_rows: Rows in all.
        why_not: Why not all rows, or none, are kept.
        whole: Whether nothing below the head changes, so that only what the head reads is kept.
        known: Rows that an earlier run has read, so that this one need not; before a run.
    """

    blocks: int = 0
    rows: int = 0
    size: int = 0
    frozen: int = 0
    of_blocks: int = 0
    of_rows: int = 0
    why_not: WhyNotKept = WhyNotKept.NOTHING
    whole: bool = False
    known: int = 0


NOTHING_KEPT = KeptFacts()
"""Nothing is known of it, or nothing is frozen."""

_ANEW = {
    WhyNotKept.FRESH_NOISE: "their noise is fresh",
    WhyNotKept.DRAWN_ANEW: "words are hidden anew each time a text is read",
}
_REASONS = {
    WhyNotKept.DRAWN_ANEW: _ANEW[WhyNotKept.DRAWN_ANEW],
    WhyNotKept.NO_BUDGET: "Keep of frozen layers is 0 MB",
    WhyNotKept.NO_ROOM: "there is no room to keep it",
}


def in_words(kept: KeptFacts) -> str:
    """Returns what is computed once, and why not where it is not; empty where there is nothing to say.

    E.g. ``"The lower 4 of 6 blocks are computed once: 108 MB kept on the disk."``

    Args:
        kept: What is kept, before a run or in it.
    """
    said = _once(kept)
    if not said or not kept.known:
        return said
    rows = "all rows" if kept.known >= kept.of_rows else f"{kept.known:,} of {kept.of_rows:,} rows"
    return f"{said} An earlier run has read {rows} already."


def _once(kept: KeptFacts) -> str:
    if kept.whole:
        is_fresh = kept.why_not is WhyNotKept.FRESH_NOISE
        if kept.rows < kept.of_rows and not is_fresh:
            some = f"once for {kept.rows:,} of {kept.of_rows:,} rows, in each epoch for the others"
            return (
                f"{_blocks(kept.of_blocks, kept.of_blocks)} computed {some}: {_REASONS[WhyNotKept.NO_ROOM]}."
            )
        often = "once in each epoch, for its noise is fresh" if is_fresh else "once"
        return f"{_blocks(kept.of_blocks, kept.of_blocks)} computed {often}; then only the head is."
    if not kept.frozen:
        return ""
    which = _blocks(kept.frozen, kept.of_blocks)
    if not kept.blocks:
        return f"{which} computed in each epoch: {_REASONS.get(kept.why_not, 'nothing is kept')}."
    size = f"{bytes_number(kept.size)} kept on the disk"
    if kept.why_not in _ANEW:
        judged = f"once for rows that are judged ({size})"
        return f"{which} computed {judged}, in each epoch for the others: {_ANEW[kept.why_not]}."
    if kept.rows < kept.of_rows:
        return f"{which} computed once for {kept.rows:,} of {kept.of_rows:,} rows: {size}, as much as may be."
    return f"{which} computed once: {size}."


def _blocks(some: int, every: int) -> str:
    if some >= every:
        return "The only block is" if every == 1 else f"All {every} blocks are"
    return f"The lowest of {every} blocks is" if some == 1 else f"The lower {some} of {every} blocks are"
