"""By what kept rows are known before a run starts: by what was chosen, besides checksums."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import transformers

from engine.head_facts import HeadFacts


@dataclass(frozen=True)
class RowsChosen:
    """Rows, model and machine as they were chosen.

    Attributes:
        mark: A checksum of all that was chosen of rows and model, from ``Workbench.rows_mark``.
        device: Where they are read.
        threads: That compute it.
        precision: In which numbers the run computes.
        four_bit: Whether the pretrained weights are read in 4 bits.
    """

    mark: str
    device: str
    threads: int
    precision: str
    four_bit: bool = False

    def name(self, part: str, read: Sequence[str]) -> str:
        """Returns by what the kept rows of a part are known, in 32 letters.

        Args:
            part: Its name.
            read: What is kept of each, from :func:`features_read` or the ids of a prefix' layers.
        """
        versions = (torch.__version__, transformers.__version__, torch.backends.cpu.get_cpu_capability())
        where = (self.device, self.threads, self.precision, self.four_bit)
        own = (self.mark, *where, part, *read, *versions)
        return hashlib.blake2b(repr(own).encode(), digest_size=16).hexdigest()


def features_read(facts: HeadFacts) -> tuple[str, ...]:
    """Returns what of a model is kept where nothing below its head learns.

    Args:
        facts: Of its head.
    """
    return ("features", facts.layers, facts.pooling, facts.kind.value)
