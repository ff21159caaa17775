"""What a run computes from its beginning to its score, phase by phase, in the units of what was timed.

A phase says how often each figure of :class:`engine.training.calibration.Calibration` is needed; its seconds
are the sum of these. So what is counted can be compared with what a run then does, whatever the machine.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from engine.protocol.stack import LayerFacts, LayerKind, StackFacts
from engine.training.calibration import Calibration
from engine.training.head_work import head_work
from engine.training.judged_work import PROGRAMS_KEPT, JudgedWork, ReadAlike
from engine.training.keeping import OF_COST, SOONEST
from engine.training.kept_work import frozen_blocks
from engine.training.layer_watch import share_of_time
from engine.training.memory_needed import saved_size
from engine.training.work import Work

BEGIN, READ_ONCE, STEPS = "begin", "read_once", "steps"
VALIDATIONS, SAVING, TEST = "validations", "saving", "test"

_FLOAT = 4
_STATES = 4
"""Numbers that are saved for each that learns: in the best state, in the last, and its two moments."""


_SMALL = 0.5
"""Of what a block takes more because all of it learns, so much goes into dropout and what is small: measured
with MiniLM, of whose blocks only the biases learned."""


@dataclass
class Phase:
    """What a part of a run needs.

    Attributes:
        counts: Figure of the calibration → how often it is needed.
    """

    counts: dict[str, float] = field(default_factory=dict)

    def add(self, **counts: float) -> None:
        """Adds to what is needed."""
        for name, count in counts.items():
            self.counts[name] = self.counts.get(name, 0.0) + count

    def seconds(self, speed: Calibration) -> float:
        """Returns how long it takes.

        Args:
            speed: What one of each takes.
        """
        return sum(count * float(getattr(speed, name)) for name, count in self.counts.items())


@dataclass(frozen=True)
class _Stage:
    """A part of a run in which the same layers learn.

    Attributes:
        begin: Where it begins, in epochs.
        end: Where it ends.
        frozen: Blocks of the prefix in which nothing learns.
        reads: Whether the prefix has become another one, so that rows are read by it anew.
        runs: Says how often a block runs for a word piece.
    """

    begin: float
    end: float
    frozen: list[LayerFacts]
    reads: bool
    runs: Callable[[LayerFacts], float]

    @property
    def times(self) -> float:
        """Returns how often a block of the prefix runs for a word piece."""
        return sum(map(self.runs, self.frozen))


class Ledger:
    """The phases of a run.

    Attributes:
        phases: Name → what it needs.
    """

    def __init__(self, stack: StackFacts, work: Work, *, again: bool = False, exact: bool = False) -> None:
        """Counts a run.

        Args:
            stack: The model as it would be trained.
            work: What is computed of the rows.
            again: Whether blocks are computed again on the way back.
            exact: Whether the test is judged in other numbers than those of the run: in 32 bits.
        """
        self.phases = {name: Phase() for name in (BEGIN, READ_ONCE, STEPS, VALIDATIONS, SAVING, TEST)}
        self._stack, self._work = stack, work
        self._again, self._exact = again, exact
        self._blocks = [layer for layer in stack.layers if layer.kind is LayerKind.BLOCK]
        self._times = sum(map(self._runs, self._blocks))
        pretrained = stack.total_parameters - stack.new_parameters
        self.phases[BEGIN].add(hashed=pretrained, compared=stack.trainable_parameters)
        self.phases[SAVING].add(hashed=pretrained, saved=saved_size(stack) / _FLOAT)
        if not learns_below(stack) and not stack.words:
            self._read_features()
        else:
            stages = list(self._stages())
            self._first_frozen = len(stages[0].frozen)
            self._judge_rows(stages)
            self._take_steps(stages)

    def _runs(self, block: LayerFacts) -> float:
        """Returns how often a block runs for a word piece that is read; a decoder reads what is said."""
        return block.times * (self._work.said if block.stack == "decoder" else 1.0)

    def seconds(self, speed: Calibration) -> dict[str, float]:
        """Returns how long each phase takes.

        Args:
            speed: What one of each takes.
        """
        found = {name: phase.seconds(speed) for name, phase in self.phases.items()}
        found[STEPS] *= 1 + share_of_time(self._stack.trainable_parameters * speed.compared)
        between = (found[STEPS] + found[VALIDATIONS]) / max(1, self._work.evaluations - 1)
        cost = _STATES * self._stack.trainable_parameters * speed.saved
        waits = max(SOONEST, OF_COST * cost)
        skipped = max(1, math.ceil(waits / between)) if between else self._work.evaluations
        saves = (self._work.evaluations - 1) // skipped + 1  # and once in the end
        found[SAVING] += saves * cost
        return found

    # What is only read

    def _read_features(self) -> None:
        """Rows are read once, those to learn from anew in each epoch where their noise is fresh.

        Those whose features find no room are read whenever they are needed.
        """
        work, once, looks = self._work, self.phases[READ_ONCE], self.phases[VALIDATIONS]
        kept = {part: work.features.share(part) for part in ("train", "validation", "test")}
        there = {part: work.features.there(part) for part in kept}
        self._read_once(once, work.once, times=work.readings * (kept["train"] - there["train"]))
        self._read_once(once, work.whole, times=kept["validation"] - there["validation"])
        self._read_once(once, work.final, times=1 - there["test"], exact=True)
        often = work.epochs * work.readings_a_step
        self._read_anew(
            self.phases[STEPS], (1 - kept["train"]) * often, work.train, work.batches / work.epochs
        )
        looked = ((work.sample, 1), (work.look, work.evaluations), (work.watched, work.evaluations))
        for one, times in (*looked, (work.settled, 1)):
            self._read_anew(looks, (1 - kept["validation"]) * times, one.pieces, one.batches)
        looks.add(row=work.sample.rows + work.evaluations * (work.look.rows + work.watched.rows))
        looks.add(row=work.settled.rows)
        self.phases[TEST].add(row=work.final.rows)
        often = work.batches * work.readings_a_step if work.readings_a_step > 1 else work.steps
        head, numbers = head_work(self._stack, work), self._stack.trainable_parameters
        self.phases[STEPS].add(head_step=often, row=work.rows * work.epochs)
        self.phases[STEPS].add(parameter=numbers * work.steps, head=head.steps)
        looks.add(head=head.looks)
        self.phases[TEST].add(head=head.test)

    def _read_once(self, phase: Phase, one: JudgedWork, *, times: float = 1, exact: bool = False) -> None:
        """Adds what it computes to read rows one length after the other; as for :meth:`_judge`."""
        alike = replace(one, pieces=one.alike.pieces, batches=one.alike.batches)
        self._judge(phase, alike, times=times, fresh=False, exact=exact)
        phase.add(fresh_run=0.0 if exact and self._exact else times * one.alike.fresh)

    def _read_anew(self, phase: Phase, times: float, pieces: float, batches: float) -> None:
        """Adds what it computes to read rows so many times beside the first."""
        phase.add(run=times * pieces * self._times, step_run=times * batches)

    def _judge_rows(self, stages: list[_Stage]) -> None:
        """The rows are judged before the first step, now and then, and in the end."""
        work, looks, share = self._work, self.phases[VALIDATIONS], self._work.kept.share("validation")
        there = self._work.kept.there("validation")
        between = min(work.sizes, work.batches / max(1, work.evaluations - 1)) + len(work.look.sizes)
        begin, rest = self.phases[BEGIN], 1 - work.sample.rows / max(1, work.look.rows)
        self._judge(begin, work.sample)
        self._read_alike(begin, work.sample.alike, work.sample.pieces, share, stages[0], there=there)
        self._judge(looks, work.look)
        self._judge(looks, work.look, times=work.evaluations - 1, fresh=between > PROGRAMS_KEPT)
        self._judge(looks, work.watched, times=work.evaluations, fresh=False)
        self._judge(looks, work.settled, fresh=False)
        self._judge(self.phases[TEST], work.final, exact=True)
        per_epoch = (work.evaluations - 1) / max(1, work.epochs)
        for stage in stages:
            count = per_epoch * (stage.end - stage.begin) + (stage.begin == 0.0)
            anew = stage.reads * (rest if stage.begin == 0.0 else 1.0)  # the sample was read before
            spared = work.look.pieces * (count - anew) + work.watched.pieces * count
            looks.add(run=-share * stage.times * spared)
            self._read_alike(
                looks, work.look.alike, work.look.pieces, share * anew, stage, there=there * anew
            )
            self._try_prefix(begin if stage.begin == 0.0 else self.phases[STEPS], stage)
        if stages[-1].times:
            settled, final = work.settled, work.final
            looks.add(run=-share * stages[-1].times * settled.pieces)
            share, there = work.kept.share("test"), work.kept.there("test")
            test, last = self.phases[TEST], stages[-1]
            self._read_alike(test, final.alike, final.pieces, share, last, there=there, exact=True)

    def _judge(
        self, phase: Phase, one: JudgedWork, *, times: float = 1, fresh: bool = True, exact: bool = False
    ) -> None:
        """Adds what it computes to judge rows so many times.

        Args:
            phase: To which.
            one: What it computes once.
            times: How often.
            fresh: Whether something has to be prepared for the size of each batch.
            exact: Whether it is computed in 32 bits, whatever the numbers of the run.
        """
        exact = exact and self._exact
        inserts = sum(len(layer.inserts) * layer.times for layer in self._stack.layers)
        pieces, prefix = times * one.pieces, "exact_" if exact else ""
        said = self._work.said * pieces if self._stack.words else 0.0
        if one.calls:  # what is written is computed in 32 bits, and what it answers is read anew for it
            readers = [block for block in self._blocks if block.stack != "decoder"]
            again = sum(block.times for block in readers) * pieces * one.answered / one.rows
            phase.add(exact_run=again)
        phase.add(
            **{
                f"{prefix}run": pieces * self._times,
                f"{prefix}step_run": times * one.batches,
                f"{prefix}say": said,
                "insert": pieces * inserts / 3,
                "row": times * one.rows,
                "call": times * one.calls,
                "turn": times * one.turns,
                "written": times * one.written,
                "fresh_run": 0.0 if exact or not fresh else times * len(set(one.sizes)),
            }
        )

    def _read_alike(
        self,
        phase: Phase,
        one: ReadAlike,
        pieces: float,
        share: float,
        stage: _Stage,
        *,
        there: float = 0.0,
        exact: bool = False,
    ) -> None:
        """Adds by how much it differs that a frozen prefix reads rows one length after the other.

        Args:
            phase: To which.
            one: The rows.
            pieces: Word pieces of the same rows in batches, which were counted.
            share: Which share of the rows is kept in the end.
            stage: Where in the run.
            there: Which share an earlier run has kept, up to where the first stage begins to learn.
            exact: As for :meth:`_judge`.
        """
        prefix = "exact_" if exact and self._exact else ""
        reads = share - there * (len(stage.frozen) == self._first_frozen)
        phase.add(
            **{
                f"{prefix}run": (reads * one.pieces - share * pieces) * stage.times,
                f"{prefix}step_run": reads * one.batches * stage.times / max(1, self._times),
                "fresh_run": 0.0 if prefix else reads * one.fresh,
            }
        )

    def _try_prefix(self, phase: Phase, stage: _Stage) -> None:
        """Adds that a prefix is tried with two rows, in all numbers that it will be read in."""
        if not stage.times or not stage.reads or not self._work.kept.budget:
            return
        blocks = 2 * self._times + stage.times  # through all, through it and from its end on, and through it
        for prefix in ("", "exact_") if self._exact else ("",):
            phase.add(**{f"{prefix}run": self._work.tried * blocks, f"{prefix}step_run": 3})
        phase.add(fresh_run=1)

    # What is learned from

    def _stages(self) -> Iterator[_Stage]:
        epochs = float(self._work.epochs)
        begins = {layer.thaws_at for layer in self._stack.layers if layer.thaws_at is not None}
        borders = [*sorted({0.0, *(begin for begin in begins if begin < epochs)}), epochs]
        before = -1
        for begin, end in pairwise(borders):
            frozen = frozen_blocks(self._stack, begin)
            yield _Stage(begin, end, frozen, len(frozen) != before, self._runs)
            before = len(frozen)

    def _take_steps(self, stages: list[_Stage]) -> None:
        work, steps, share = self._work, self.phases[STEPS], self._work.kept.share("train")
        flows = learns_below(self._stack)
        fresh = {"fresh_learn" if flows else "fresh_run": work.fresh}
        steps.add(row=work.rows * work.epochs, head_step=work.steps, **fresh)
        for stage in stages:
            epochs = stage.end - stage.begin
            counts, numbers = self._of_steps(stage.begin)
            steps.add(**{name: count * epochs * work.train for name, count in counts.items()})
            flowing = (counts["learn"] + counts["through"]) / max(1, self._times)
            batches = work.batches * epochs / work.epochs
            steps.add(step_learn=batches * flowing, step_run=batches * (1 - flowing) * (1 - share))
            steps.add(parameter=numbers * work.steps * epochs / work.epochs)
            steps.add(run=-share * stage.times * work.train * max(0.0, epochs - stage.reads))
            there = work.kept.there("train") * stage.reads
            self._read_alike(steps, work.alike, work.train, share * stage.reads, stage, there=there)

    def _of_steps(self, epoch: float) -> tuple[dict[str, float], int]:
        """Returns what a word piece needs at some place in a run, and how many numbers learn."""
        counts = {"learn": 0.0, "through": 0.0, "run": 0.0, "insert": 0.0}
        numbers, flows = 0, False
        for layer in self._stack.layers:
            rests = (layer.thaws_at or 0.0) > epoch
            trainable = 0 if rests else layer.trainable_parameters
            flows = flows or (bool(trainable or layer.inserts) and not layer.is_new)
            numbers += trainable + layer.new_parameters
            if layer.kind is LayerKind.BLOCK:
                # Of matrices that rest no gradient is computed, though their biases or norms may learn.
                share = min(1.0, trainable / max(1, layer.parameters))
                learns = _SMALL + (1 - _SMALL) * share if flows and trainable else 0.0
                counts["learn"] += self._runs(layer) * learns
                counts["through" if flows else "run"] += self._runs(layer) * (1 - learns)
                counts["run"] += self._runs(layer) * (self._again and flows)
                counts["insert"] += len(layer.inserts) * layer.times
        if self._stack.words:
            others = (layer for layer in self._stack.layers if layer.kind is not LayerKind.BLOCK)
            learns = any(layer.trainable_parameters for layer in others)
            counts["say_learn" if learns else "say_through"] = self._work.said
        return counts, numbers


def learns_below(stack: StackFacts) -> bool:
    """Returns whether anything outside the head learns, sooner or later.

    Args:
        stack: The model as it would be trained.
    """
    return any(
        layer.trainable_parameters or layer.new_parameters for layer in stack.layers if not layer.is_new
    )
