"""By what kept rows are known before a run starts: by texts and what was chosen, besides checksums."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
import transformers
from datasets import Dataset

from engine.data.table import cells
from engine.head_facts import HeadFacts
from engine.protocol.catalog import RoleEntry, RoleKind
from engine.protocol.data_facts import TEST
from engine.training_fields import FP32

TextMarks = npt.NDArray[np.uint64]
"""A checksum of what a model reads of each row of a part."""

_READ = frozenset({RoleKind.TEXT, RoleKind.WORDS})
"""What stands in the columns that a model reads; labels, tags and answers are only what it is judged by."""


@dataclass(frozen=True)
class RowsChosen:
    """Rows, model and machine as they were chosen.

    Attributes:
        mark: A checksum of all that was chosen of the model and of how rows are read, from
            :func:`engine.training.stamps.reading_mark`.
        device: Where they are read.
        threads: That compute it.
        precision: In which numbers the run computes.
        four_bit: Whether the pretrained weights are read in 4 bits.
        joined: Parts of which a window may hold several rows: they are known as a whole only.
        texts: Returns part → checksums of the texts of its rows.
    """

    mark: str
    device: str
    threads: int
    precision: str
    four_bit: bool = False
    joined: frozenset[str] = frozenset()
    texts: Callable[[], Mapping[str, TextMarks]] = field(default=dict, compare=False, repr=False)

    def finds_single_rows(self, part: str) -> bool:
        """Returns whether a row of a part is found among others; a card computes rows beside each other.

        Args:
            part: Its name.
        """
        return self.device == "cpu" and part not in self.joined

    def name(self, part: str, read: Sequence[str]) -> str:
        """Returns by what kept rows of any texts are known, in 32 letters.

        Args:
            part: Its name; the test is judged in 32 bits.
            read: What is kept of each, from :func:`features_read` or the ids of a prefix' layers.
        """
        versions = (torch.__version__, transformers.__version__, torch.backends.cpu.get_cpu_capability())
        precision = FP32 if part == TEST else self.precision
        where = (self.device, self.threads, precision, self.four_bit, part in self.joined)
        return _checksum(repr((self.mark, *where, *read, *versions)).encode())

    def own_name(self, part: str, read: Sequence[str]) -> str:
        """Returns by what the kept rows of the very texts of a part are known, in 32 letters.

        Args:
            part: Its name.
            read: As in :meth:`name`.
        """
        return _checksum(self.name(part, read).encode() + self.texts()[part].tobytes())


def text_marks(rows: Dataset, roles: Sequence[RoleEntry]) -> TextMarks:
    """Returns a checksum of the texts of each row; what is answered to them does not matter.

    Args:
        rows: A text column for each role.
        roles: Of the task.
    """
    read = [role.id for role in roles if role.kind in _READ and role.id in rows.column_names]
    texts = pd.DataFrame({role: cells(rows, role) for role in read}, dtype=object)
    marks: TextMarks = pd.util.hash_pandas_object(texts, index=False).to_numpy()
    return marks


def features_read(facts: HeadFacts) -> tuple[str, ...]:
    """Returns what of a model is kept where nothing below its head learns.

    Args:
        facts: Of its head.
    """
    return ("features", facts.layers, facts.pooling, facts.kind.value)


def _checksum(own: bytes) -> str:
    return hashlib.blake2b(own, digest_size=16).hexdigest()
