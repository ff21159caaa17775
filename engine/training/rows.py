"""The rows of one part (train, validation, test) on their way through a model."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch.nn.utils.rnn import pad_sequence

from engine.contracts import Asked, Batch, EncodedRow, HeadKind, ModelOutput, Task, TaskModel
from engine.padding import IGNORED
from engine.task_model import READ
from engine.training.kept_prefix import KeptPrefix
from engine.training.kept_states import KeptStates
from engine.training.precision import computing_in
from engine.training_fields import FP32

_AT_ONCE = 256
"""Rows that a checksum takes at once."""


class EncodedPart:
    """Rows as word pieces, and what a frozen model made of them, if that was kept.

    A row that is too long for the model may have become several windows; where that matters, what is
    counted here are windows.

    Attributes:
        asked: The rows, as they are put to a model.
        lengths: How many word pieces each window has.
        windows: Row → numbers of its windows.
        features: What the head reads of each window, ``(features)`` or ``(tokens, features)``; ``None``
            when the model has to be run for it each time, for all of them or for one.
        features_states: The file that they lie in, as far as they do.
        keeps: Whether what the head reads is kept when a window is first read: nothing below it changes.
        kept: What frozen lower layers said of the windows.
        precision: In which numbers they are put through a model: ``"fp32"`` or ``"bf16"``.
        found: Whether an earlier run has left something of it, so that less is computed.
        is_light: Whether nothing but a small head is computed of its rows, see :mod:`.few_threads`.
    """

    def __init__(self, task: Task, asked: Asked, device: torch.device, seed: int = 0) -> None:
        """Keeps the rows.

        Args:
            task: Says how rows become a batch.
            asked: The rows with ``encoded``.
            device: Where the model is.
            seed: Of what is drawn anew each time a row is read.
        """
        self.asked = asked
        self.lengths = [row_length(row) for row in asked.encoded]
        self.windows = _windows(asked)
        self.features: list[torch.Tensor | None] | None = None
        self.features_states: KeptStates | None = None
        self.keeps = False
        self.kept = KeptPrefix()
        self.precision = FP32
        self.found = False
        self.is_light = False
        self._read: dict[int, torch.Tensor] = {}
        self._task = task
        self._device = device
        self._seed = seed

    def __len__(self) -> int:
        """Returns the number of windows; of rows, where each has one."""
        return len(self.asked.encoded)

    def of_rows(self, rows: Sequence[int]) -> EncodedPart:
        """Returns some of the rows as a part of their own; features are kept along.

        Args:
            rows: Numbers of rows, from 0.
        """
        numbers = [number for row in rows for number in self.windows[row]]
        places = [place for place, row in enumerate(rows) for _ in self.windows[row]]
        encoded = [
            {**self.asked.encoded[number], "example": place}
            for number, place in zip(numbers, places, strict=True)
        ]
        asked = dataclasses.replace(self.asked, rows=self.asked.rows.select(rows), encoded=encoded)
        part = EncodedPart(self._task, asked, self._device, self._seed)
        if self.features is not None:
            part.features = [self.features[number] for number in numbers]
        part.kept, part.precision, part.is_light = self.kept.of(numbers), self.precision, self.is_light
        return part

    def of_windows(self, texts: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64] | None:
        """Returns for each window what is said of its row; ``None`` where it is not known whose it is.

        Args:
            texts: A checksum for each row.
        """
        rows = np.full(len(self), -1, dtype=np.intp)
        for row, numbers in enumerate(self.windows):
            rows[numbers] = row
        is_known = len(texts) == len(self.windows) and bool((rows >= 0).all())
        return texts[rows] if is_known else None

    @property
    def device(self) -> torch.device:
        """Returns where the model is."""
        return self._device

    @property
    def held(self) -> int:
        """Returns how many windows the head reads without the model being run; all, until it was tried."""
        if self.features is None:
            return len(self)
        return sum(one is not None for one in self.features)

    @property
    def mapped(self) -> int:
        """Returns the bytes of what was kept that lie in memory as long as nobody needs it."""
        features = 0 if self.features_states is None else self.features_states.mapped
        return self.kept.mapped + features

    def marks(self, *, of_target: bool = False) -> list[bytes]:
        """Returns a checksum of what a network reads of each window; what is asked of it does not matter.

        Args:
            of_target: Whether it reads the text to be written, too.

        Returns:
            16 bytes for each.
        """
        names = READ | {"labels"} if of_target else READ
        found: list[bytes] = []
        for start in range(0, len(self), _AT_ONCE):
            batch = self._collated(range(start, min(len(self), start + _AT_ONCE)))
            read = {name: batch[name].numpy() for name in sorted(names & batch.keys())}
            ends = dict.fromkeys(read, _ends(read["attention_mask"] != 0))
            if "labels" in read:
                ends["labels"] = _ends(read["labels"] != IGNORED)
            for row in range(len(read["attention_mask"])):
                own = hashlib.blake2b(digest_size=16)
                for name, numbers in read.items():
                    first, last = ends[name][row]
                    own.update(f"{name} {last - first} ".encode())
                    own.update(numbers[row, first:last].tobytes())
                found.append(own.digest())
        return found

    def with_rows(self, asked: Asked) -> EncodedPart:
        """Returns other rows that are put to the same model.

        Args:
            asked: The rows with ``encoded``.
        """
        part = EncodedPart(self._task, asked, self._device, self._seed)
        part.precision = self.precision
        return part

    def batch(self, numbers: Sequence[int], epoch: int | None = None) -> Batch:
        """Returns windows as a batch on the model's device.

        Args:
            numbers: Which windows, from 0.
            epoch: Of training, the first is 0; ``None`` for rows that are judged. What is drawn for a
                row depends on its number and the epoch alone, not on the rows beside it.
        """
        return {name: _on(self._device, tensor) for name, tensor in self._collated(numbers, epoch).items()}

    def _collated(self, numbers: Sequence[int], epoch: int | None = None) -> Batch:
        chosen = [self.asked.encoded[number] for number in numbers]
        drawn_in = 0 if epoch is None else epoch + 1
        seeds = (  # worked out only where something is drawn
            int(np.random.SeedSequence([self._seed, drawn_in, number]).generate_state(1)[0])
            for number in numbers
        )
        return self._task.collate(self.asked.tokenizer, chosen, seeds)

    def forward(self, model: TaskModel, numbers: Sequence[int], batch: Batch) -> ModelOutput:
        """Puts a batch through a model, from where it begins to learn; of a frozen one only through the head.

        Args:
            model: The model.
            numbers: Which windows, from 0.
            batch: The same, from :meth:`batch`.
        """
        if self.features is None and not self.keeps:
            with computing_in(self.precision, self._device), self.kept.given(numbers, batch):
                if not model.keeps_features:
                    output: ModelOutput = model(batch)
                    return output
                features = model.features(batch)
            return model.answer(features, batch)
        kept = self._kept(model, numbers, batch)
        stacked = torch.stack(kept) if kept[0].dim() == 1 else pad_sequence(kept, batch_first=True)
        return model.answer(stacked, batch)

    def _kept(self, model: TaskModel, numbers: Sequence[int], batch: Batch) -> list[torch.Tensor]:
        """Returns what the head reads of some windows; computed where it is not there yet."""
        kept = [
            self._read.get(number) if self.features is None else self.features[number] for number in numbers
        ]
        missing = [place for place, one in enumerate(kept) if one is None]
        computed: dict[int, torch.Tensor] = {}
        if missing:
            some = {name: tensor[missing] for name, tensor in batch.items()}
            with torch.no_grad(), computing_in(self.precision, self._device):
                computed = dict(zip(missing, features_of(model, some), strict=True))
        if self.features is None:
            self._read.update({numbers[place]: one for place, one in computed.items()})
        return [computed[place] if one is None else one for place, one in enumerate(kept)]

    def work(self, batches: Sequence[Sequence[int]]) -> float:
        """Returns how much there is to compute for some batches: word pieces, padding included.

        Where features were kept the length of a row does not matter: it counts rows.
        """
        if self.features is not None:
            return float(sum(len(batch) for batch in batches))
        return float(sum(len(batch) * max(self.lengths[row] for row in batch) for batch in batches))


def _ends(there: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Returns for each row where what is no padding begins and ends; twice 0 where all of it is."""
    width = there.shape[1]
    first, after = there.argmax(axis=1), width - there[:, ::-1].argmax(axis=1)
    some = there.any(axis=1)
    return [*zip((first * some).tolist(), (after * some).tolist(), strict=True)]


def _on(device: torch.device, tensor: torch.Tensor) -> torch.Tensor:
    """Returns numbers where the model is; a graphics card fetches them while the program goes on."""
    if device.type != "cuda":
        return tensor.to(device)
    return tensor.pin_memory().to(device, non_blocking=True)


def features_of(model: TaskModel, batch: Batch) -> list[torch.Tensor]:
    """Returns what the head reads of each row of a batch; of word pieces those of the padding are left out.

    Args:
        model: The model, in the mode in which it is to read.
        batch: The rows.
    """
    some = model.features(batch)
    if model.facts.kind is not HeadKind.WORD_PIECES:
        return list(some)
    # The padding would be most of what is kept.
    return [one[mask.bool()].clone() for one, mask in zip(some, batch["attention_mask"], strict=True)]


def row_length(row: EncodedRow) -> int:
    """Returns how many word pieces a row counts as."""
    return int(row.get("length", len(row["input_ids"])))


def _windows(asked: Asked) -> list[list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for number, row in enumerate(asked.encoded):
        found[row.get("example", number)].append(number)
    return [found[row] for row in range(len(asked.rows))]
