"""How much a run computes, counted from the very batches that it will be given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.contracts import Settings, Task
from engine.protocol.stack import StackFacts
from engine.training.batching import batches_to_judge, padded_pieces, steps_of_epoch, steps_per_epoch
from engine.training.kept_work import NOTHING_KEPT, KeptRows, frozen_blocks
from engine.training.noisy_parts import has_fresh_noise
from engine.training_fields import FROZEN_STATES

_SAMPLE = 4000
"""Rows whose batches are laid out; the rest is like them."""


@dataclass(frozen=True)
class WordsSaid:
    """How many words a model has to say, where it says words of its vocabulary.

    Attributes:
        share: For each word piece that it reads while it learns.
        a_row: For each row.
    """

    share: float = 0.0
    a_row: float = 0.0


@dataclass(frozen=True)
class Work:
    """How much a run computes, in word pieces with their padding.

    Attributes:
        train: Of the training rows, once.
        judge: Of validation rows, once.
        test: Of the test rows.
        largest: Of the largest batch.
        sizes: How many sizes the batches to learn from have.
        width: Size of the hidden states; 0 when not known.
        rows: Training rows.
        steps: Optimizer steps in all.
        batches: Batches in all, of which several may make a step.
        evaluations: Validations, the one before the first step among them.
        epochs: How often the training rows are read.
        readings: How often what is below the head reads them where it learns nothing.
        length: Word pieces in a usual row.
        said: Words that are said for each word piece that is read.
        written: Word pieces that are written one after the other, to all rows together.
        turns: How often the model runs to write the next piece, of all rows of a batch at once.
        pieces: Part → word pieces of all its rows, without padding.
        counts: Part → rows.
        kept: Which rows' frozen layers are computed once.
    """

    train: int
    judge: int
    test: int
    largest: int
    rows: int
    steps: int
    batches: int
    evaluations: int
    epochs: int
    readings: int
    length: int
    said: float = 0.0
    written: int = 0
    turns: int = 0
    pieces: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    sizes: int = 1
    width: int = 0
    kept: KeptRows = NOTHING_KEPT


def work_of(
    lengths: Mapping[str, Sequence[int]],
    settings: Settings,
    added: int = 0,
    said: WordsSaid | None = None,
    task: Task | None = None,
) -> Work:
    """Counts what a run computes, from the very batches that it will be given.

    Args:
        lengths: Part → word pieces in each row, before they are cut.
        settings: Batch size, epochs and so on.
        added: How much longer learned vectors make every text.
        said: How many words are said.
        task: Says how many rows are judged at most, and to how many an answer is written.
    """
    said = said or WordsSaid()
    longest = int(settings["max_length"])
    cut = {name: [min(length, longest) + added for length in part] for name, part in lengths.items()}
    batch_size, accumulation = int(settings["batch_size"]), int(settings["gradient_accumulation_steps"])
    epochs = int(settings["epochs"])
    rows = len(cut["train"])
    pieces = {name: sum(part) for name, part in cut.items()}
    sample = cut["train"][:_SAMPLE]
    order = steps_of_epoch(sample, batch_size=batch_size, accumulation=accumulation, seed=0, epoch=0)
    batches = [batch for step in order for batch in step]
    sizes = {len(batch) * max(sample[row] for row in batch) for batch in batches}
    if task is not None:
        cut["validation"] = cut["validation"][: task.judged_rows]
    together = {name: list(batches_to_judge(cut[name])) for name in ("validation", "test")}
    judged = {name: padded_pieces(cut[name], parts) for name, parts in together.items()}
    in_epoch = steps_per_epoch(rows, batch_size=batch_size, accumulation=accumulation)
    evaluations = min(int(settings["evaluations_per_epoch"]), in_epoch) * epochs + 1
    answered = {name: _written_rows(len(cut[name]), task) for name in together}
    turns = {name: min(len(parts), answered[name]) for name, parts in together.items()}
    beams = int(settings.get("num_beams", 1))
    return Work(
        train=round(padded_pieces(sample, batches) * rows / max(1, len(sample))),
        judge=judged["validation"],
        test=judged["test"],
        largest=max(sizes, default=0),
        sizes=len(sizes),
        rows=rows,
        steps=in_epoch * epochs,
        batches=round(len(batches) * rows / max(1, len(sample))) * epochs,
        evaluations=evaluations,
        epochs=epochs,
        readings=epochs if task is not None and has_fresh_noise(task, settings) else 1,
        length=sorted(sample)[len(sample) // 2] if sample else longest,
        said=said.share,
        written=round((evaluations * answered["validation"] + answered["test"]) * said.a_row * beams),
        turns=round((evaluations * turns["validation"] + turns["test"]) * said.a_row),
        pieces=pieces,
        counts={name: len(part) for name, part in lengths.items()},
    )


def with_kept(
    work: Work,
    task: Task,
    settings: Settings,
    stack: StackFacts,
    width: int,
    *,
    drawn: frozenset[str],
    free: int,
) -> Work:
    """Returns the work of a run that keeps what its lowest frozen layers say.

    Args:
        work: What it computes.
        task: Its task.
        settings: Every setting.
        stack: The model as it would be trained.
        width: Size of the hidden states.
        drawn: Parts of whose rows something is drawn anew each time they are read.
        free: Bytes that may be taken on the disk.
    """
    frozen = frozen_blocks(stack)
    each = any(block.stack != "decoder" for block in frozen) + work.said * any(
        block.stack == "decoder" for block in frozen
    )
    kept = KeptRows(
        numbers={name: round(pieces * each * width) for name, pieces in work.pieces.items()},
        rows=work.counts,
        budget=min(int(settings.get(FROZEN_STATES.name, 0)) * 1_000_000, free),
        is_fresh=has_fresh_noise(task, settings),
        drawn=drawn,
    )
    return replace(work, kept=kept, width=width)


def _written_rows(rows: int, task: Task | None) -> int:
    """Returns to how many of a part's rows an answer is written when they are judged."""
    most = 0 if task is None else task.written_rows
    return rows if most is None else min(rows, most)
