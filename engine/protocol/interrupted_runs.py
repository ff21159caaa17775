"""A run whose file has no end: nobody was there to say why; what its last words tell, and how it goes on."""

from __future__ import annotations

from engine.protocol.events import CheckpointSaved, Event, StepsEnded, TrainingStarted
from engine.protocol.memory_problems import as_before, with_smaller_batches
from engine.protocol.problem_words import epoch_words, size_words
from engine.protocol.problems import Action, Problem
from engine.protocol.run_files import LAST_FOLDER
from engine.protocol.smaller_batches import Batches, BatchesHalved

NEARLY_FULL = 0.85
"""Share of the memory within reach of a process above which it probably ended for want of it."""


class LastWords:
    """What is known of a run from its events, should its process end without another word.

    Attributes:
        epoch: How far it came; ``None`` before the first step.
        saved_epoch: Epoch of the last state that it can go on from; ``None`` when there is none.
        batches: What its steps are read in; ``None`` when that is not known.
        max_length: Longest text in word pieces; 0 when not known.
        device: What it trains on.
        held: Bytes that its process held last: of the graphics card, where it trains there.
        within_reach: Bytes of main memory that it could hold: what it held when it began, and what was free
            then; 0 where it needs another's.
    """

    def __init__(self) -> None:
        """Knows nothing."""
        self.epoch: float | None = None
        self.saved_epoch: float | None = None
        self.batches: Batches | None = None
        self.max_length = 0
        self.device = ""
        self.held = 0
        self.within_reach = 0

    def take(self, event: Event) -> None:
        """Takes note of an event; they come in their order."""
        if isinstance(event, StepsEnded) and event.points:
            self.epoch, self.held = event.points[-1].epoch, event.memory
        elif isinstance(event, CheckpointSaved) and event.path == LAST_FOLDER:
            self.saved_epoch = event.epoch  # the best one alone is nothing to go on from
        elif isinstance(event, BatchesHalved):
            self.batches = event.batches
        elif isinstance(event, TrainingStarted):
            self._begin(event)

    @property
    def memory_was_full(self) -> bool:
        """Returns whether the process held nearly all that it could."""
        return bool(self.within_reach) and self.held >= NEARLY_FULL * self.within_reach

    def _begin(self, event: TrainingStarted) -> None:
        settings, self.device = event.run.settings, event.device
        self.within_reach, self.held = event.memory_within_reach, 0
        size, more = settings.get("batch_size"), settings.get("gradient_accumulation_steps", 1)
        if self.batches is None and isinstance(size, int) and isinstance(more, int):
            self.batches = Batches(size=size, rows=size * more)
        longest = settings.get("max_length")
        self.max_length = longest if isinstance(longest, int) else 0


def run_interrupted(folder: str, words: LastWords) -> Problem:
    """A run's file has no end: the app or the computer stopped while it trained.

    Whether memory ran out nobody has seen. Where the process held nearly all that there was, smaller batches
    are the first way on; else they are the second, as long as a batch can be smaller.

    Args:
        folder: The run's folder.
        words: What the run said.
    """
    where = "before the first step" if words.epoch is None else f"at epoch {words.epoch:.1f}"
    smaller = () if words.batches is None else with_smaller_batches(words.batches, folder, words.saved_epoch)
    safe = "The curve so far is kept."
    if words.saved_epoch is not None:
        safe = f"The checkpoint of epoch {epoch_words(words.saved_epoch)} is saved."
    if words.memory_was_full:
        return Problem(
            code="run_interrupted",
            title="This run was interrupted, probably because memory ran out",
            reason=(
                f"Thaw or the computer stopped {where} of this run. The training process held "
                f"{size_words(words.held)} when it was last heard of; there were "
                f"{size_words(words.within_reach)} for it when it began."
            ),
            fix="Continue with smaller batches." if smaller else "Close other programs, then go on.",
            safe=safe,
            actions=(*smaller, as_before(folder, words.saved_epoch)),
            details=folder,
        )
    plain = _again(folder, words.saved_epoch)
    guess = " If memory had run out, smaller batches need less of it." if smaller else ""
    return Problem(
        code="run_interrupted",
        title="This run was interrupted",
        reason=f"Thaw or the computer stopped {where} of this run.{guess}",
        fix=f"{plain.label}.",
        safe=safe,
        actions=(plain, *smaller),
        details=folder,
    )


def _again(folder: str, saved_epoch: float | None) -> Action:
    """Returns the way on that changes nothing."""
    again = saved_epoch is None
    return Action(
        id="resume",
        label="Start again" if again else f"Resume from epoch {epoch_words(saved_epoch or 0.0)}",
        arguments={"folder": folder},
        note="From the beginning, in this run." if again else "Goes on from the last checkpoint in this run.",
    )
