"""The rows of a part as a frozen prefix has read them, on their way back into the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from engine.contracts import Batch
from engine.models.frozen_prefix import FrozenPrefix
from engine.padding import IGNORED
from engine.training.kept_states import KeptStates

_FEWEST_PIECES = 16
"""Word pieces that each thread computes at once, at least: fewer take another way through the matrices, and
the last bits of their numbers would differ with the rows that happen to be beside them."""


@dataclass
class _Kept:
    """What is frozen now, and what was kept of it; both or neither."""

    prefix: FrozenPrefix | None = None
    states: KeptStates | None = None


class KeptPrefix:
    """The rows of a part, read up to where the model begins to learn; of nothing until :meth:`begin`."""

    def __init__(self) -> None:
        """Starts with nothing frozen."""
        self._kept = _Kept()
        self._numbers: list[int] | None = None

    def begin(self, prefix: FrozenPrefix | None, states: KeptStates | None) -> None:
        """Goes by another prefix from now on, here and in what :meth:`of` gave.

        Args:
            prefix: Of the model that learns; ``None`` where nothing is to be kept.
            states: Of the rows of the part.
        """
        self.note()
        self._kept.prefix, self._kept.states = prefix, states

    def of(self, numbers: Sequence[int]) -> KeptPrefix:
        """Returns the same for some of the rows, numbered anew."""
        some = KeptPrefix()
        some._kept, some._numbers = self._kept, [self._place(number) for number in numbers]
        return some

    def note(self) -> None:
        """Writes down what is there, for the next run."""
        if self._kept.states is not None:
            self._kept.states.note()

    def note_texts(
        self, choose: Callable[[Sequence[str]], Sequence[str]], texts: npt.NDArray[np.uint64] | None
    ) -> None:
        """Writes down by what else the rows are known; see :mod:`engine.training.read_before`.

        Args:
            choose: Ids of the prefix' layers → names.
            texts: A checksum of the text of each row; ``None`` where a row holds several texts.
        """
        if self._kept.prefix is not None and self._kept.states is not None:
            self._kept.states.note_texts(choose(self._kept.prefix.layers), texts)

    @property
    def share(self) -> float:
        """Returns which share of the rows is or will be kept, 0 to 1."""
        return 0.0 if self._kept.states is None else self._kept.states.share

    @property
    def mapped(self) -> int:
        """Returns the bytes of what is kept that this process has read or written."""
        return 0 if self._kept.states is None else self._kept.states.mapped

    def share_there(self, numbers: Sequence[int]) -> float:
        """Returns which share of some rows was read before, here or by another run, 0 to 1.

        Args:
            numbers: Which rows.
        """
        states = self._kept.states
        if states is None or not numbers:
            return 0.0
        return sum(states.has(self._place(number)) for number in numbers) / len(numbers)

    @contextmanager
    def given(self, numbers: Sequence[int], batch: Batch) -> Iterator[None]:
        """Lets the model run on a batch from where it begins to learn.

        Rows that are not there yet are read now: on a processor each beside rows of its own length, so that
        no padding is computed and what is kept depends on nothing but the row.

        Args:
            numbers: Which rows.
            batch: The same, as the model will be given it.
        """
        prefix, states = self._kept.prefix, self._kept.states
        places = [self._place(number) for number in numbers]
        if prefix is None or states is None or not any(map(states.has_room, places)):
            yield
            return
        masks = _masks(prefix, batch)
        pieces = [*zip(*(mask.sum(dim=1).tolist() for mask in masks), strict=True)]
        if not all(map(all, pieces)):  # a blank text, and nothing put around it
            yield
            return
        rows = {row: kept for row, place in enumerate(places) if (kept := states.get(place)) is not None}
        on_card = batch["input_ids"].device.type == "cuda"
        missing: dict[tuple[int, ...], list[int]] = {}
        for row, own in enumerate(pieces):
            if row not in rows:  # a card computes many rows, padded, in the time of a few
                missing.setdefault(() if on_card else own, []).append(row)
        for same in missing.values():
            read = _read_padded if on_card else _read
            for row, flat in zip(same, read(prefix, batch, same, masks), strict=True):
                rows[row] = flat
                states.put(places[row], flat)
        flat_rows = [rows[row] for row in range(len(places))]
        with prefix.given(_padded(flat_rows, masks, batch["input_ids"].device)):
            yield

    def _place(self, number: int) -> int:
        return number if self._numbers is None else self._numbers[number]


def rows_together(rows: int, pieces: int, threads: int) -> int:
    """Returns how many rows are read at once, some of them twice where they are too few to be read alone.

    Args:
        rows: How many there are, all of one length.
        pieces: Word pieces in each.
        threads: That compute them.
    """
    return max(rows, -(-_FEWEST_PIECES * threads // max(1, pieces)))


def enough_to_read(rows: Sequence[int], pieces: int) -> list[int]:
    """Returns rows that are read at once, those first that are to be read; see :func:`rows_together`.

    Args:
        rows: Their numbers.
        pieces: Word pieces in each.
    """
    together = rows_together(len(rows), pieces, torch.get_num_threads())
    return ([*rows] * together)[:together]


def _masks(prefix: FrozenPrefix, batch: Batch) -> list[torch.Tensor]:
    """Returns for each border where a row has a word piece, ``(rows, pieces)``, on the CPU."""
    own = batch["attention_mask"].bool().cpu()
    if not any(border.of_target for border in prefix.borders):
        return [own]
    said = (batch["labels"] != IGNORED).cpu()
    until_last = said.flip(1).cumsum(1).flip(1) > 0
    return [until_last if border.of_target else own for border in prefix.borders]


def _read(
    prefix: FrozenPrefix, batch: Batch, rows: list[int], masks: Sequence[torch.Tensor]
) -> list[torch.Tensor]:
    """Computes what the prefix says of rows that are equally long, each flat, on the CPU."""
    chosen = enough_to_read(rows, min(int(mask[rows[0]].sum()) for mask in masks))
    states = prefix.read(_without_padding(batch, chosen, masks))
    flat = torch.cat([one.float().flatten(1) for one in states], dim=1).cpu()
    return list(flat[: len(rows)])


def _read_padded(
    prefix: FrozenPrefix, batch: Batch, rows: list[int], masks: Sequence[torch.Tensor]
) -> list[torch.Tensor]:
    """Computes what the prefix says of rows beside one another, padding and all; each flat, on the CPU."""
    states = [one.float().cpu() for one in prefix.read({name: own[rows] for name, own in batch.items()})]
    return [
        torch.cat([one[place][mask[row]].flatten() for one, mask in zip(states, masks, strict=True)])
        for place, row in enumerate(rows)
    ]


def _without_padding(batch: Batch, rows: list[int], masks: Sequence[torch.Tensor]) -> Batch:
    """Returns some rows of a batch that are equally long, without what fills them up."""
    read, target = batch["input_ids"].shape[1], masks[-1][rows]
    own = masks[0][rows]
    found: Batch = {}
    for name, tensor in batch.items():
        some = tensor[rows]
        if name == "labels" and len(masks) > 1:
            found[name] = some[target].view(len(rows), -1)
        elif some.dim() == 2 and some.shape[1] == read:
            found[name] = some[own].view(len(rows), -1)
        else:
            found[name] = some
    return found


def _padded(
    rows: Sequence[torch.Tensor], masks: Sequence[torch.Tensor], device: torch.device
) -> list[torch.Tensor]:
    """Puts flat rows together to ``(rows, pieces, width)`` for each border, where their pieces stand."""
    pieces = [mask.sum(dim=1).tolist() for mask in masks]
    # All stacks of a network are equally wide.
    width = len(rows[0]) // sum(own[0] for own in pieces)
    found = []
    begins = [0] * len(rows)
    for mask, own in zip(masks, pieces, strict=True):
        parts = [
            row[begin : begin + count * width] for row, begin, count in zip(rows, begins, own, strict=True)
        ]
        begins = [begin + count * width for begin, count in zip(begins, own, strict=True)]
        states = torch.cat(parts).view(-1, width)
        if not bool(mask.all()):
            whole = torch.zeros(*mask.shape, width)
            whole[mask] = states
            states = whole
        found.append(states.view(*mask.shape, width).to(device))
    return found
