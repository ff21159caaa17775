"""What of a run is computed once because it never changes, read from the stack alone, before a run starts.

The run itself finds it from the model (:mod:`engine.models.frozen_prefix`); here the same is said of a model
that was only drawn, so that an estimate can count it and a person can be told.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path

from engine.protocol.kept_facts import KeptFacts, WhyNotKept
from engine.protocol.stack import LayerFacts, LayerKind, StackFacts
from engine.training.kept_states import SPARE

_FLOAT = 4
"""Bytes of a number."""


@dataclass(frozen=True)
class KeptRows:
    """How much room the rows of a run would need, and how much there is.

    Attributes:
        numbers: Part → numbers that a border keeps of all its rows.
        rows: Part → how many rows.
        asked: Bytes that may be taken, as the person has set it.
        free: Bytes that may be taken of what is free on the disk.
        is_fresh: Whether each epoch learns from rows of its own.
        drawn: Parts of whose rows something is drawn anew each time they are read.
        known: Part → share of its rows that an earlier run has read, 0 to 1.
        own: Part → share that lies in the very file of these rows: its place need not be free any more.
    """

    numbers: Mapping[str, int]
    rows: Mapping[str, int]
    asked: int = 0
    free: int = 0
    is_fresh: bool = False
    drawn: frozenset[str] = frozenset()
    known: Mapping[str, float] = field(default_factory=dict)
    own: Mapping[str, float] = field(default_factory=dict)

    @property
    def budget(self) -> int:
        """Returns how many bytes may be taken."""
        return min(self.asked, self.free + _bytes_of(self.own, self.numbers))

    def share(self, part: str) -> float:
        """Returns which share of a part's rows is kept, 0 to 1; those to learn from come first."""
        left = float(self.budget)
        for name, numbers in self.numbers.items():
            size = 0 if self._is_anew(name) else numbers * _FLOAT
            held = min(1.0, left / size) if size else 0.0
            if name == part:
                return 0.0 if self._is_anew(name) else held
            left -= held * size
        return 0.0

    def with_known(self, known: Mapping[str, float], own: Mapping[str, float]) -> KeptRows:
        """Returns the same where earlier runs have read some rows.

        Args:
            known: Part → share of its rows.
            own: Part → share that lies in the very file of these rows.
        """
        return replace(self, known=known, own=own)

    def there(self, part: str) -> float:
        """Returns which share of a part's rows need not be read, for they are kept already, 0 to 1."""
        return min(self.share(part), self.known.get(part, 0.0))

    def _is_anew(self, part: str) -> bool:
        return part in self.drawn or self._is_fresh(part)

    def _is_fresh(self, part: str) -> bool:
        return self.is_fresh and part == "train"

    def facts(self, blocks: int, of_blocks: int) -> KeptFacts:
        """Returns what is said of a prefix.

        Args:
            blocks: How many blocks it has.
            of_blocks: How many blocks there are.
        """
        every = sum(self.rows.values())
        if not blocks:
            return KeptFacts(of_blocks=of_blocks, of_rows=every)
        shares = {part: self.share(part) for part in self.rows}
        rows = round(sum(shares[part] * count for part, count in self.rows.items()))
        size = round(sum(shares[part] * self.numbers[part] for part in self.rows)) * _FLOAT
        return KeptFacts(
            blocks=blocks if rows else 0,
            frozen=blocks,
            of_blocks=of_blocks,
            rows=rows,
            size=size,
            of_rows=every,
            why_not=self._why_not(rows),
            known=round(sum(self.there(part) * count for part, count in self.rows.items())),
        )

    def _why_not(self, rows: int) -> WhyNotKept:
        if not self.budget:
            return WhyNotKept.NO_ROOM if self.asked else WhyNotKept.NO_BUDGET
        if not all(map(self._is_fresh, self.drawn)):
            return WhyNotKept.DRAWN_ANEW
        if self.is_fresh:
            return WhyNotKept.FRESH_NOISE
        return WhyNotKept.NOTHING if rows else WhyNotKept.NO_ROOM


NOTHING_KEPT = KeptRows({}, {})
"""Everything is computed each time."""


@dataclass(frozen=True)
class KeptFeatures:
    """How much room there is for what the head reads, where nothing below it learns.

    Attributes:
        numbers: Part → numbers that are kept of all its rows, those to learn from first.
        rows: Part → how many rows.
        asked: Bytes that files may take, as the person has set it.
        free: Bytes that they may take of what is free on the disk.
        in_memory: Bytes that are held in memory of what finds no place in a file.
        is_fresh: Whether each epoch learns from rows of its own, which are kept for that epoch.
        known: Part → share of its rows that an earlier run has read, 0 to 1.
        own: Part → share that lies in the very file of these rows: its place need not be free any more.
    """

    numbers: Mapping[str, int]
    rows: Mapping[str, int]
    asked: int = 0
    free: int = 0
    in_memory: int = 0
    is_fresh: bool = False
    known: Mapping[str, float] = field(default_factory=dict)
    own: Mapping[str, float] = field(default_factory=dict)

    def share(self, part: str) -> float:
        """Returns which share of a part's rows is computed once, 0 to 1; the others are in each epoch."""
        return self._share(part, self._budget + self.in_memory)

    def with_known(self, known: Mapping[str, float], own: Mapping[str, float]) -> KeptFeatures:
        """Returns the same where earlier runs have read some rows; as :meth:`KeptRows.with_known`.

        Args:
            known: Part → share of its rows.
            own: Part → share that lies in the very file of these rows.
        """
        return replace(self, known=known, own=own)

    def there(self, part: str) -> float:
        """Returns which share of a part's rows need not be read, for their file has them already, 0 to 1."""
        return min(self._share(part, self._budget), self.known.get(part, 0.0))

    @property
    def held(self) -> int:
        """Returns the bytes that are held in memory."""
        return max(0, min(self.in_memory, sum(self._sizes.values()) - self._budget))

    def facts(self, of_blocks: int) -> KeptFacts:
        """Returns what is said of it.

        Args:
            of_blocks: How many blocks there are.
        """
        every = sum(self.rows.values())
        rows = round(sum(self.share(part) * count for part, count in self.rows.items()))
        why = WhyNotKept.NO_ROOM if rows < every else WhyNotKept.NOTHING
        why = WhyNotKept.FRESH_NOISE if self.is_fresh else why
        known = round(sum(self.there(part) * count for part, count in self.rows.items()))
        return KeptFacts(whole=True, of_blocks=of_blocks, rows=rows, of_rows=every, why_not=why, known=known)

    def _share(self, part: str, room: int) -> float:
        """Returns which share of a part's rows has a place in so many bytes."""
        left = float(room)
        for name, size in self._sizes.items():
            held = min(1.0, left / size) if size else 1.0
            if name == part:
                return held
            left -= held * size
        return 1.0

    @property
    def _budget(self) -> int:
        return min(self.asked, self.free + _bytes_of(self.own, self.numbers))

    @property
    def _sizes(self) -> dict[str, int]:
        is_anew = {"train"} if self.is_fresh else set()
        return {name: 0 if name in is_anew else own * _FLOAT for name, own in self.numbers.items()}


ALL_KEPT = KeptFeatures({}, {})
"""There is room for all."""


def frozen_blocks(stack: StackFacts, epoch: float = 0.0) -> list[LayerFacts]:
    """Returns the blocks of the longest prefix in which nothing learns and nothing was put in.

    Args:
        stack: The model as it would be trained.
        epoch: Where in the run.
    """
    embeddings = [layer for layer in stack.layers if layer.kind is LayerKind.EMBEDDINGS]
    if any(not _rests(layer, epoch) or layer.id in stack.taps for layer in embeddings):
        return []
    blocks = [layer for layer in stack.layers if layer.kind is LayerKind.BLOCK]
    below = min((place for place, layer in enumerate(blocks) if layer.id in stack.taps), default=len(blocks))
    return list(takewhile(lambda layer: _rests(layer, epoch), blocks[:below]))


def bytes_free(folder: Path) -> int:
    """Returns how many bytes may be kept where a folder is or will be: the person's own files go first."""
    there = next((path for path in (folder, *folder.parents) if path.is_dir()), Path())
    try:
        return shutil.disk_usage(there).free // SPARE
    except OSError:
        return 0


def _bytes_of(shares: Mapping[str, float], numbers: Mapping[str, int]) -> int:
    return round(sum(share * numbers.get(part, 0) for part, share in shares.items())) * _FLOAT


def _rests(layer: LayerFacts, epoch: float) -> bool:
    """Returns whether nothing of a layer learns yet and nothing was put into it."""
    return not layer.inserts and (not layer.trainable_parameters or (layer.thaws_at or 0.0) > epoch)
