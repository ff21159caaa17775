"""How much a run computes, counted from the very batches that it will be given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.contracts import Settings, Task
from engine.protocol.stack import StackFacts
from engine.training.batching import padded_pieces, steps_of_epoch, steps_per_epoch
from engine.training.judged_work import (
    NOTHING_JUDGED,
    JudgedWork,
    ReadAlike,
    fresh_sizes,
    judged_work,
    read_alike,
)
from engine.training.judging import pieces_in_batch
from engine.training.kept_states import HELD
from engine.training.kept_work import ALL_KEPT, NOTHING_KEPT, KeptFeatures, KeptRows, frozen_blocks
from engine.training.noisy_parts import has_fresh_noise
from engine.training.solving import ITERATIONS
from engine.training.validating import judged_numbers
from engine.training.watching import HELD_OUT, sampled_rows
from engine.training_fields import FROZEN_STATES

_SAMPLE = 4000
"""Rows whose batches are laid out; the rest is like them."""

_LAID_OUT = 12_000
"""Rows that are laid out, all epochs together; the other epochs are like those before."""


@dataclass(frozen=True)
class WordsSaid:
    """How many words a model has to say, where it says words of its vocabulary.

    Attributes:
        share: For each word piece that it reads while it learns.
        a_row: For each row.
        answers: Part → how many pieces are written to each row, 0 for none; where they are known.
    """

    share: float = 0.0
    a_row: float = 0.0
    answers: Mapping[str, Sequence[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Work:
    """How much a run computes, in word pieces with their padding.

    Attributes:
        train: Of the training rows, once; the mean of all epochs.
        look: A validation.
        watched: What is asked of the watched rows after it.
        whole: The validation rows, all of them.
        sample: The validation rows among which the watched ones are chosen.
        settled: The validation rows once more, where something is chosen by them in the end.
        final: The test.
        largest: Of the largest batch.
        sizes: How many sizes the batches to learn from have.
        fresh: For how many of these batches something has to be prepared for their size, in the whole run.
        width: Size of the hidden states; 0 when not known.
        rows: Training rows.
        steps: Optimizer steps in all.
        batches: Batches in all, of which several may make a step.
        readings_a_step: How often each of them is read for a step.
        evaluations: Validations, the one before the first step among them.
        epochs: How often the training rows are read.
        readings: How often what is below the head reads them where it learns nothing.
        length: Word pieces in a usual row.
        said: Words that are said for each word piece that is read.
        once: The training rows as they are read once where what is below the head learns nothing.
        alike: The training rows as a frozen prefix reads them in the first epoch.
        pieces: Part → word pieces of all its rows, without padding.
        counts: Part → rows.
        kept: Which rows' frozen layers are computed once.
        features: Of which rows the head's features are computed once, where nothing below it learns.
        tried: Word pieces of the two rows that a frozen prefix is tried with.
        row: Seconds in which a row is put into a batch.
    """

    train: float
    look: JudgedWork
    final: JudgedWork
    largest: int
    rows: int
    steps: int
    batches: int
    evaluations: int
    epochs: int
    readings: int
    length: int
    watched: JudgedWork = NOTHING_JUDGED
    sample: JudgedWork = NOTHING_JUDGED
    settled: JudgedWork = NOTHING_JUDGED
    whole: JudgedWork = NOTHING_JUDGED
    once: JudgedWork = NOTHING_JUDGED
    alike: ReadAlike = NOTHING_JUDGED.alike
    said: float = 0.0
    pieces: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    sizes: int = 1
    fresh: int = 0
    readings_a_step: int = 1
    width: int = 0
    kept: KeptRows = NOTHING_KEPT
    features: KeptFeatures = ALL_KEPT
    tried: int = 0
    row: float = 0.0

    @property
    def judge(self) -> int:
        """Returns the word pieces of a validation."""
        return self.look.pieces

    @property
    def test(self) -> int:
        """Returns the word pieces of the test rows."""
        return self.final.pieces

    @property
    def judgings(self) -> list[JudgedWork]:
        """Returns all that is judged, one after the other."""
        looks = [one for _ in range(self.evaluations) for one in (self.look, self.watched)]
        return [self.sample, *looks, self.settled, self.final]

    def with_known(self, known: Mapping[str, float], own: Mapping[str, float]) -> Work:
        """Returns the same where earlier runs have left something.

        Args:
            known: Part → share of its rows that was read, 0 to 1.
            own: Part → share that lies in the very file of these rows.
        """
        kept, features = self.kept.with_known(known, own), self.features.with_known(known, own)
        return replace(self, kept=kept, features=features)

    @property
    def written(self) -> int:
        """Returns how many word pieces are written one after the other, to all rows together."""
        return sum(one.written for one in self.judgings)

    @property
    def turns(self) -> int:
        """Returns how often the model runs to write the next piece, of all rows of a batch at once."""
        return sum(one.turns for one in self.judgings)


def work_of(
    lengths: Mapping[str, Sequence[int]],
    settings: Settings,
    added: int = 0,
    said: WordsSaid | None = None,
    task: Task | None = None,
    *,
    seed: int = 0,
    threads: int = 1,
    solved: bool = False,
    words: int = 1,
) -> Work:
    """Counts what a run computes, from the very batches that it will be given.

    Args:
        lengths: Part → word pieces in each row, before they are cut.
        settings: Batch size, epochs and so on.
        added: How much longer learned vectors make every text.
        said: How many words are said.
        task: Says how many rows are judged at most, and to how many an answer is written.
        seed: Of the run.
        threads: That compute it; 0 where a graphics card does.
        solved: Whether the head is solved on all rows at once.
        words: Numbers that come out for each word piece.
    """
    said = said or WordsSaid()
    longest = int(settings["max_length"])
    cut = {name: [min(length, longest) for length in part] for name, part in lengths.items()}
    pieces = {name: sum(part) + added * len(part) for name, part in cut.items()}
    batch_size, accumulation = int(settings["batch_size"]), int(settings["gradient_accumulation_steps"])
    rows, epochs = len(cut["train"]), int(settings["epochs"])
    if solved:
        accumulation = max(1, -(-rows // batch_size))
    sample = cut["train"][:_SAMPLE]
    more = rows / max(1, len(sample))
    orders = [
        [
            batch
            for step in steps_of_epoch(
                sample, batch_size=batch_size, accumulation=accumulation, seed=seed, epoch=epoch
            )
            for batch in step
        ]
        for epoch in range(min(epochs, max(1, _LAID_OUT // max(1, len(sample)))))
    ]
    long = [length + added for length in sample]
    sizes = [padded_pieces(long, [batch]) for order in orders for batch in order]
    fresh = [fresh_sizes(sizes[: count * len(orders[0])]) for count in (len(orders) - 1, len(orders))]
    in_epoch = steps_per_epoch(rows, batch_size=batch_size, accumulation=accumulation)

    beams = int(settings.get("num_beams", 1))
    judging = _Judging(cut, said, task, added, pieces_in_batch(words), threads, beams)
    validation = range(len(cut["validation"]))
    chosen: Sequence[int] = validation
    if task is not None and task.judged_rows is not None and len(validation) > task.judged_rows:
        chosen = judged_numbers(len(validation), task.judged_rows, seed)
    return Work(
        train=sum(sizes) / len(orders) * more,
        look=judging.of("validation", chosen),
        watched=judging.usual("validation", HELD_OUT),
        sample=judging.of("validation", sampled_rows(len(validation), seed)),
        whole=judging.of("validation"),
        settled=judging.of("validation", validation if task is not None and task.settle else ()),
        final=judging.of("test"),
        once=judging.of("train"),
        alike=_more(read_alike(orders[0], long, threads), more),
        largest=max(sizes, default=0),
        sizes=len(set(sizes[: len(orders[0])])),
        fresh=round((fresh[-1] + (epochs - len(orders)) * (fresh[-1] - fresh[0])) * more),
        rows=rows,
        steps=in_epoch * epochs,
        batches=round(len(orders[0]) * more) * epochs,
        readings_a_step=ITERATIONS if solved else 1,
        evaluations=min(int(settings["evaluations_per_epoch"]), in_epoch) * epochs + 1,
        epochs=epochs,
        readings=epochs if task is not None and has_fresh_noise(task, settings) else 1,
        length=sorted(long)[len(long) // 2] if long else longest,
        said=said.share,
        tried=2 * sorted(cut["validation"] or [0])[-1 - len(validation) // 10] + 2 * added,
        pieces=pieces,
        counts={name: len(part) for name, part in lengths.items()},
    )


@dataclass(frozen=True)
class _Judging:
    """Counts what it computes to judge rows of a part."""

    lengths: Mapping[str, Sequence[int]]
    said: WordsSaid
    task: Task | None
    added: int
    most: int
    threads: int
    beams: int

    def of(self, part: str, rows: Sequence[int] | None = None) -> JudgedWork:
        """Counts some rows of a part, or all."""
        every = self.lengths[part]
        rows = range(len(every)) if rows is None else rows
        answers = self._answers(part) if part != "train" else []
        own = [every[row] for row in rows]
        return self._counted(own, [answers[row] for row in rows] if answers else ())

    def usual(self, part: str, rows: int) -> JudgedWork:
        """Counts a few rows that are not known yet."""
        by_length = sorted(self.lengths[part])
        rows = min(rows, len(by_length))
        if not rows:
            return NOTHING_JUDGED
        answers = [answer for answer in self._answers(part) if answer]
        mean = round(sum(by_length) / len(by_length))
        return self._counted([mean] * rows, [sum(answers) / len(answers)] * rows if answers else ())

    def _counted(self, lengths: Sequence[int], answers: Sequence[float]) -> JudgedWork:
        return judged_work(
            lengths,
            most=self.most,
            threads=self.threads,
            added=self.added,
            answers=answers,
            beams=self.beams,
        )

    def _answers(self, part: str) -> Sequence[float]:
        """Returns how many pieces are written to each row of a part; empty where nothing is written."""
        rows = len(self.lengths[part])
        most = 0 if self.task is None else self.task.written_rows
        if most == 0 or not rows:
            return ()
        known = self.said.answers.get(part) or ()
        if known and (most is None or len(known) >= rows):
            return [known[row % len(known)] for row in range(rows)]
        written = rows if most is None else min(rows, most)
        own = [answer for answer in known if answer]
        mean = sum(own) / len(own) if own else self.said.a_row
        among = {row * rows // written for row in range(written)}
        return [mean if row in among else 0.0 for row in range(rows)]


def _more(one: ReadAlike, more: float) -> ReadAlike:
    """Returns what so many times the rows need."""
    return ReadAlike(round(one.pieces * more), round(one.batches * more), round(one.fresh * more))


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
    """Returns the work of a run that keeps what its lowest frozen layers say, or what its head reads.

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
    asked = int(settings.get(FROZEN_STATES.name, 0)) * 1_000_000
    is_fresh = has_fresh_noise(task, settings)
    kept = KeptRows(
        numbers={name: round(pieces * each * width) for name, pieces in work.pieces.items()},
        rows=work.counts,
        asked=asked,
        free=free,
        is_fresh=is_fresh,
        drawn=drawn,
    )
    things = work.pieces if stack.reads_pieces else work.counts
    features = KeptFeatures(
        numbers={name: count * stack.head_reads for name, count in things.items()},
        rows=work.counts,
        asked=asked,
        free=free,
        in_memory=HELD,
        is_fresh=is_fresh,
    )
    return replace(work, kept=kept, features=features, width=width)
