"""Nothing frozen is computed twice: what never changes of a row is kept, and read instead of computed.

What that is, is read from the model, so it holds for any architecture and any method, and for layers that
were frozen by hand: the lowest layers, as long as nothing learns in them and nothing was put in
(:mod:`engine.models.frozen_prefix`), or all that is below the head.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
import torch
import transformers

from engine.contracts import HeadKind, TaskModel
from engine.models.frozen_prefix import FrozenPrefix, find_prefix
from engine.models.structure import pretrained_name, stacks_of
from engine.protocol.events import StageReached
from engine.protocol.kept_facts import KeptFacts, WhyNotKept
from engine.training.batching import batches_to_judge, of_one_length
from engine.training.kept_prefix import enough_to_read
from engine.training.kept_states import HELD, KeptStates, states_folder
from engine.training.memory import in_batches
from engine.training.precision import computing_in
from engine.training.rows import EncodedPart, features_of
from engine.training.rows_chosen import features_read

TRIED_ROWS = 64
"""Rows that are looked at to see whether a task draws something anew in each epoch."""


def is_frozen_below_head(model: TaskModel) -> bool:
    """Returns whether no parameter outside the head may change, so that features need computing once."""
    if not model.keeps_features:
        return False
    head = {id(parameter) for parameter in model.head.parameters()}
    return not any(parameter.requires_grad and id(parameter) not in head for parameter in model.parameters())


@dataclass(frozen=True)
class PrefixKeeper:
    """Finds what of a model is frozen, and where it is kept for the rows of a run.

    Attributes:
        hashes: Name in the checkpoint → checksum of every pretrained tensor, before the first step.
        budget: Bytes that all files may take together.
        folder: Where they are.
    """

    hashes: Mapping[str, str]
    budget: int
    folder: Path = field(default_factory=states_folder)

    def begin(
        self, model: TaskModel, parts: Mapping[str, EncodedPart], *, anew: Collection[str] = ()
    ) -> KeptFacts:
        """Keeps from now on what is frozen now.

        Args:
            model: The model, ``requires_grad`` as it is in the next step. It is left in eval mode.
            parts: Part → its rows, those first that matter most.
            anew: Parts whose rows are others in each epoch.

        Returns:
            What is kept, to be told.
        """
        found = find_prefix(model)
        prefix = found if self.budget else None
        widths = _widths(prefix, model, parts) if prefix is not None else []
        told = KeptFacts(
            of_blocks=sum(map(len, stacks_of(model.backbone).values())),
            of_rows=sum(map(len, parts.values())),
        )
        if found is not None:
            why = WhyNotKept.NO_ROOM if self.budget else WhyNotKept.NO_BUDGET
            told = msgspec.structs.replace(told, frozen=found.blocks, why_not=why)
        if prefix is None or not widths:
            for part in parts.values():
                part.kept.begin(None, None)
            return told
        weights = [self.hashes[pretrained_name(model, name)] for name in prefix.names]
        of_target = any(border.of_target for border in prefix.borders)
        rows, size = 0, 0
        drawn: list[str] = []
        for name, part in parts.items():
            if name in anew or draws_anew(part):
                part.kept.begin(None, None)
                drawn += [] if name in anew else [name]
                continue
            marks, sizes = part.marks(of_target=of_target), _sizes(part, prefix, widths)
            states = self._states(model, part, prefix.layers, weights, marks, sizes, size)
            part.kept.begin(prefix, states)
            part.found = part.found or part.kept.share_there(range(len(part))) > 0
            rows, size = rows + states.rows, size + states.size
        why = WhyNotKept.NO_ROOM if not rows else WhyNotKept.NOTHING
        why = WhyNotKept.DRAWN_ANEW if drawn else WhyNotKept.FRESH_NOISE if anew else why
        return msgspec.structs.replace(
            told, blocks=prefix.blocks if rows else 0, rows=rows, size=size, why_not=why
        )

    def of_features(self, model: TaskModel, part: EncodedPart, taken: int) -> KeptStates | None:
        """Returns where the features of a part's rows are kept; ``None`` where nothing is to be kept.

        Args:
            model: The model, frozen below the head. It is left in eval mode.
            part: The rows.
            taken: Bytes of the budget that other parts have taken.
        """
        if not self.budget or not len(part):
            return None
        model.eval()
        shape = _shape(model, part)
        own = math.prod(shape[1:] if shape[0] < 0 else shape)
        sizes = [own * (length if shape[0] < 0 else 1) for length in part.lengths]
        read = features_read(model.facts)
        return self._states(model, part, read, [*self.hashes.values()], part.marks(), sizes, taken)

    def _states(
        self,
        model: TaskModel,
        part: EncodedPart,
        read: Sequence[str],
        weights: Sequence[str],
        marks: Sequence[bytes],
        sizes: Sequence[int],
        taken: int,
    ) -> KeptStates:
        """Returns where the states of a part's rows are kept, with those that other parts have of them."""
        # A card computes rows padded, beside others: the last bits of their numbers hang on these.
        key = _key(model, read, weights, part, marks if part.device.type == "cuda" else ())
        return KeptStates(self.folder, key, sizes, self.budget, taken=taken, marks=marks)


def _widths(prefix: FrozenPrefix, model: TaskModel, parts: Mapping[str, EncodedPart]) -> list[int]:
    """Returns the width of the states at each border; nothing where the model cannot be cut in two."""
    part = parts["validation"]
    by_length = sorted(range(len(part)), key=part.lengths.__getitem__)
    batch = part.batch([by_length[len(by_length) // 10], by_length[-1 - len(by_length) // 10]])
    model.eval()
    with torch.random.fork_rng(devices=[]):
        for precision in {own.precision for own in parts.values()}:
            with computing_in(precision, part.device):
                if not prefix.holds(batch):
                    return []
        return [own.shape[-1] for own in prefix.read(batch)]


def _sizes(part: EncodedPart, prefix: FrozenPrefix, widths: Sequence[int]) -> list[int]:
    """Returns how many numbers are kept of each row."""
    names = ["labels" if border.of_target else "input_ids" for border in prefix.borders]
    return [
        sum(len(row[name]) * width for name, width in zip(names, widths, strict=True))
        for row in part.asked.encoded
    ]


def _key(
    model: TaskModel,
    read: Sequence[str],
    weights: Sequence[str],
    part: EncodedPart,
    marks: Sequence[bytes],
) -> str:
    """Returns what the states of a part's rows depend on, in 32 letters.

    Args:
        model: The model; its configuration matters.
        read: What of it is kept.
        weights: Checksums of the tensors that matter.
        part: Says where and in which numbers they are computed.
        marks: Of the rows, where the states of one depend on the others, too.
    """
    config: Any = model.backbone.config
    told = {
        "read": read,
        "weights": weights,
        "config": config.to_json_string(use_diff=False),
        "versions": [torch.__version__, transformers.__version__, torch.backends.cpu.get_cpu_capability()],
        "threads": torch.get_num_threads(),
        "precision": part.precision,
        "device": str(part.device),
        "rows": [mark.hex() for mark in marks],
    }
    return hashlib.blake2b(json.dumps(told, sort_keys=True).encode(), digest_size=16).hexdigest()


def draws_anew(part: EncodedPart) -> bool:
    """Returns whether what a model reads of a row differs from epoch to epoch, as where words are hidden."""
    some = list(range(min(TRIED_ROWS, len(part))))
    if not some:
        return False
    first, second = part.batch(some, 0), part.batch(some, 1)
    return not torch.equal(first["input_ids"], second["input_ids"])


def read_once(
    model: TaskModel,
    parts: Sequence[EncodedPart],
    unit: str,
    send: Callable[[StageReached], None],
    keeper: PrefixKeeper | None = None,
) -> int:
    """Computes and keeps the features of all rows; returns the bytes of the budget that they have taken.

    Args:
        model: The model, frozen below the head.
        parts: The rows.
        unit: What a row is called, plural.
        send: Told after each batch how many rows are done. May raise to end it.
        keeper: Keeps them for later runs, too.
    """
    total = sum(len(part.windows) for part in parts)
    label = f"Reading {total:,} {unit} once: all below the head stays as it is"
    done = 0

    def on_rows(count: int) -> None:
        nonlocal done
        done = min(total, done + count)
        send(StageReached(stage="computing_features", label=label, done=done, total=total))

    taken, left = 0, HELD
    for part in parts:
        states = keeper.of_features(model, part, taken) if keeper is not None else None
        taken += 0 if states is None else states.size
        left -= keep_features(model, part, on_rows, states, most=left)
    return taken


@torch.no_grad()
def keep_features(
    model: TaskModel,
    part: EncodedPart,
    on_rows: Callable[[int], None],
    states: KeptStates | None = None,
    most: float = math.inf,
) -> int:
    """Computes what the head reads of each row, and keeps it with the rows.

    On a processor each row is read beside rows of its own length, so that its features hang on nothing but
    the row: they are the same in every run, and other rows of the next run leave them as they are. A card
    reads padded batches, which are the same where the rows are. Where memory runs out batches are halved.

    Args:
        model: The model, frozen below the head.
        part: The rows.
        on_rows: Told after each batch how many rows were computed. May raise to end it.
        states: What was kept before, and where more is kept.
        most: Bytes that may be held in memory of rows for which there is no room there; those that follow
            are computed each time that they are needed.

    Returns:
        The bytes that are held in memory so.
    """
    was_training = model.training
    model.eval()
    features: list[torch.Tensor | None] = [None] * len(part)
    shape = _shape(model, part) if states is not None else ()
    on_card = part.device.type == "cuda"
    held = 0

    def kept(number: int) -> torch.Tensor | None:
        own = None if states is None else states.get(number)
        return None if own is None else own.view(shape).to(part.device)

    def read(numbers: Sequence[int]) -> Sequence[torch.Tensor | None]:
        found = {number: one for number in numbers if (one := kept(number)) is not None}
        part.found = part.found or bool(found)
        missing = [number for number in numbers if number not in found]
        if on_card and missing:
            missing = [*numbers]  # the batch is always the same
        has_room = states is not None and any(map(states.has_room, missing))
        if missing and (held < most or has_room):
            chosen = missing if on_card else enough_to_read(missing, part.lengths[missing[0]])
            with computing_in(part.precision, part.device):
                computed = features_of(model, part.batch(chosen))
            for number, one in zip(missing, computed, strict=False):  # to be enough some were read twice
                found[number] = one
                if states is not None:
                    states.put(number, one.flatten())
        return [found.get(number) for number in numbers]

    batches: Iterable[list[int]] = batches_to_judge(part.lengths)
    if not on_card:
        batches = chain.from_iterable(of_one_length(batch, part.lengths) for batch in batches)
    for numbers, computed in in_batches(batches, read):
        for number, one in zip(numbers, computed, strict=True):
            features[number] = kept(number)  # in the file, so that it is in memory once
            if features[number] is None and one is not None and held < most:
                features[number] = one
                held += one.nbytes
        on_rows(len(numbers))
    if states is not None:
        states.note()
    part.features, part.features_states = features, states
    model.train(was_training)
    return held


@torch.no_grad()
def _shape(model: TaskModel, part: EncodedPart) -> tuple[int, ...]:
    """Returns the shape of what the head reads of a row, with -1 for how many word pieces it has."""
    shortest = min(range(len(part)), key=part.lengths.__getitem__)
    own = features_of(model, part.batch([shortest]))[0].shape
    return (-1, *own[1:]) if model.facts.kind is HeadKind.WORD_PIECES else tuple(own)
