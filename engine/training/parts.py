"""The parts of a run: train, validation and test, the first of them anew each epoch where noise is fresh."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from engine.contracts import TaskModel
from engine.models.structure import stacks_of
from engine.protocol.events import StageReached
from engine.protocol.kept_facts import KeptFacts, WhyNotKept
from engine.training.few_threads import is_little
from engine.training.kept_states import HELD
from engine.training.prefix_cache import PrefixKeeper, is_frozen_below_head, keep_features, read_once
from engine.training.rows import EncodedPart
from engine.training.rows_chosen import RowsChosen, features_read
from engine.training.setup import TrainingSetup
from engine.training.stages import Stages
from engine.training_fields import FROZEN_STATES


class Parts(dict[str, EncodedPart]):
    """Part → rows.

    Attributes:
        kept: What frozen lower layers say of them, as far as it is computed once.
        epoch: Whose rows ``train`` holds; the first is 0.
    """

    kept = KeptFacts()

    def __init__(self, setup: TrainingSetup) -> None:
        """Takes the rows that a run starts with.

        Args:
            setup: The run.
        """
        super().__init__(
            (name, EncodedPart(setup.task, asked, setup.device, setup.run.seed))
            for name, asked in setup.asked.items()
        )
        for name in ("train", "validation"):  # the test is judged as the saved model will answer
            self[name].precision = setup.run.precision
        self._setup = setup
        self._taken = 0
        self.epoch = 0

    def read_once(
        self, model: TaskModel, hashes: Mapping[str, str], send: Callable[[StageReached], None]
    ) -> None:
        """Reads the rows once where nothing below the head will change.

        Rows that are others in each epoch are read when their turn comes, and kept for that epoch.

        Args:
            model: The model as it will be trained.
            hashes: Name in the checkpoint → checksum of every pretrained tensor.
            send: Told how far it is. May raise to end it.
        """
        self._keeper = PrefixKeeper(hashes, self._setup.whole(FROZEN_STATES.name) * 1_000_000)
        if not is_frozen_below_head(model):
            return
        fresh = [self["train"]] if self._setup.is_fresh else []
        parts = [part for part in self.values() if part not in fresh]
        self._taken = read_once(model, parts, self._setup.task.unit, send, self._keeper)
        for part in fresh:
            part.keeps = True
        self._note_texts(features_read(model.facts))

    def keep_more(self, model: TaskModel, part: EncodedPart, on_rows: Callable[[int], None]) -> bool:
        """Reads more rows once, as long as nothing below the head has changed, and keeps them for later runs.

        Args:
            model: The model; it may have been trained since.
            part: The rows.
            on_rows: Told after each batch how many rows were computed. May raise to end it.

        Returns:
            Whether they were read; else they have to be read by who judges them.
        """
        if not is_frozen_below_head(model):
            return False
        states = self._keeper.of_features(model, part, self._taken)
        self._taken += 0 if states is None else states.size
        keep_features(model, part, on_rows, states, most=HELD)
        return True

    def keep_prefix(self, model: TaskModel, stages: Stages, step: int) -> None:
        """Finds the lowest layers that are frozen in a step; what they say is computed once from now on.

        Args:
            model: The model; it is left in eval mode.
            stages: What learns when.
            step: The next one.
        """
        if is_frozen_below_head(model):  # the head's features are kept instead
            blocks = sum(map(len, stacks_of(model.backbone).values()))
            rows, every = sum(part.held for part in self.values()), sum(map(len, self.values()))
            why = WhyNotKept.NO_ROOM if rows < every else WhyNotKept.NOTHING
            why = WhyNotKept.FRESH_NOISE if self._setup.is_fresh else why
            self.kept = KeptFacts(whole=True, of_blocks=blocks, rows=rows, of_rows=every, why_not=why)
            for part in self.values():
                longest = max(part.lengths, default=0)
                small = is_little(model, self._setup.whole("batch_size"), longest)
                part.is_light = small and not part.keeps and part.held == len(part)
            return
        with stages.at(step):
            anew = ("train",) if self._setup.is_fresh else ()
            self.kept = self._keeper.begin(model, self, anew=anew)
        self._note_texts()

    def _note_texts(self, features: Sequence[str] = ()) -> None:
        """Writes down by what was chosen which texts are kept, so that the next run is told of it before."""
        chosen = self._setup.chosen
        if chosen is None:
            return
        for name, part in self.items():
            names = partial(_names, chosen, name)
            texts = None if name in chosen.joined else part.of_windows(chosen.texts()[name])
            if part.features_states is not None:
                part.features_states.note_texts(names(features), texts)
            part.kept.note_texts(names, texts)

    @property
    def found(self) -> bool:
        """Returns whether an earlier run has read the rows to learn from, so that this one need not."""
        return self["train"].found

    @property
    def mapped(self) -> int:
        """Returns the bytes of what was kept that the system may hold in memory, as long as it can."""
        return sum(part.mapped for part in self.values())

    def note(self) -> None:
        """Writes down which rows were kept, for the next run."""
        for part in self.values():
            part.kept.note()

    def train_in(self, epoch: int) -> EncodedPart:
        """Returns the rows that an epoch learns from; they are ``train`` from now on.

        Args:
            epoch: The first is 0.
        """
        if epoch != self.epoch and self._setup.is_fresh:
            before = self["train"]
            self["train"] = before.with_rows(self._setup.rows_of_epoch(epoch))
            self["train"].keeps = before.keeps
        self.epoch = epoch
        return self["train"]


def _names(chosen: RowsChosen, part: str, read: Sequence[str]) -> tuple[str, str]:
    return chosen.name(part, read), chosen.own_name(part, read)
