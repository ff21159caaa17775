"""How much it computes to judge rows once, counted from the very batches in which they are read."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from engine.training.batching import batches_to_judge, of_one_length, padded_pieces
from engine.training.kept_prefix import rows_together

PROGRAMS_KEPT = 30
"""Sizes of a batch of which oneDNN keeps its programs for multiplying in 16 bits: measured."""

_WRITES_ON = 2.0
"""How many times as long the longest answer of a batch becomes as the longest right one, before training and
after: measured with the small translator. None becomes longer than the longest that it has seen, about."""


@dataclass(frozen=True)
class ReadAlike:
    """Rows as what is frozen reads them once: on a processor beside rows of their own length.

    Attributes:
        pieces: Word pieces, all rows together.
        batches: In how many batches.
        fresh: How many of these have a size that was not met shortly before.
    """

    pieces: int = 0
    batches: int = 0
    fresh: int = 0


@dataclass(frozen=True)
class JudgedWork:
    """What it computes to judge some rows once.

    Attributes:
        rows: How many.
        pieces: Word pieces with their padding.
        batches: In how many batches.
        sizes: Word pieces of each batch.
        answered: Rows to which something is written.
        calls: In how many batches that is done.
        turns: How often the model runs to write the next piece, of all rows of a batch at once.
        written: Pieces that it writes: all rows of a batch go on until the last has ended.
        alike: The same rows as what is frozen reads them once.
    """

    rows: int = 0
    pieces: int = 0
    batches: int = 0
    sizes: tuple[int, ...] = ()
    answered: int = 0
    calls: int = 0
    turns: int = 0
    written: int = 0
    alike: ReadAlike = field(default_factory=ReadAlike)


NOTHING_JUDGED = JudgedWork()


def judged_work(
    lengths: Sequence[int],
    *,
    most: int,
    threads: int = 1,
    added: int = 0,
    answers: Sequence[float] = (),
    beams: int = 1,
) -> JudgedWork:
    """Counts what it computes to judge rows.

    Args:
        lengths: Word pieces in each row.
        most: Word pieces in a batch at most; of :func:`engine.training.judging.pieces_in_batch`.
        threads: That compute them; 0 where a graphics card does.
        added: How much longer learned vectors make each of them; batches are made without these.
        answers: How many pieces are written to each row, 0 for none; empty where nothing is written.
        beams: Beginnings of an answer that are followed side by side.
    """
    batches = list(batches_to_judge(lengths, pieces=most)) if lengths else []
    long = [length + added for length in lengths]
    sizes = tuple(padded_pieces(long, [batch]) for batch in batches)
    asked = [[answers[row] for row in batch if answers[row]] for batch in batches] if answers else []
    limit = max(answers, default=0.0)
    longest = [round(min(limit, _WRITES_ON * max(own, default=0.0))) for own in asked]
    return JudgedWork(
        rows=len(lengths),
        pieces=sum(sizes),
        batches=len(batches),
        sizes=sizes,
        answered=sum(map(len, asked)),
        calls=sum(map(bool, longest)),
        turns=sum(longest),
        written=beams * sum(len(own) * turns for own, turns in zip(asked, longest, strict=True)),
        alike=read_alike(batches, long, threads),
    )


def read_alike(batches: Iterable[Sequence[int]], lengths: Sequence[int], threads: int) -> ReadAlike:
    """Counts what is computed of rows that are read once: those of a batch that are equally long together.

    Args:
        batches: Numbers of rows.
        lengths: Word pieces in each row.
        threads: That compute them; 0 where a graphics card does, which reads a batch as it is.
    """
    sizes: list[int] = []
    for batch in batches:
        if not threads:
            sizes.append(padded_pieces(lengths, [batch]))
            continue
        for same in of_one_length(batch, lengths):
            length = lengths[same[0]]
            sizes.append(rows_together(len(same), length, threads) * length)
    return ReadAlike(sum(sizes), len(sizes), fresh_sizes(sizes))


def fresh_sizes(sizes: Iterable[int], kept: int = PROGRAMS_KEPT) -> int:
    """Returns for how many batches, one after the other, something has to be prepared for their size.

    Args:
        sizes: Word pieces of each batch.
        kept: Of how many sizes what was prepared is kept, those used last.
    """
    known: OrderedDict[int, None] = OrderedDict()
    fresh = 0
    for size in sizes:
        fresh += size not in known
        known[size] = None
        known.move_to_end(size)
        if len(known) > kept:
            known.popitem(last=False)
    return fresh
