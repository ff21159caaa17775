"""The proof of freezing: what each pretrained tensor was before a run, and what it is after."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

TENSORS_FILE = "tensors.json"
"""Its name in a run's folder."""


class TensorHashes(msgspec.Struct, frozen=True, kw_only=True):
    """A pretrained tensor before and after a run.

    Attributes:
        name: As the base model's checkpoint has it.
        learned: Whether it might change.
        before: BLAKE2b of its bytes before the first step, 16 bytes in hexadecimal.
        after: The same of the model that was saved.
    """

    name: str
    learned: bool
    before: str
    after: str

    @property
    def is_same(self) -> bool:
        """Returns whether not a byte has changed."""
        return self.before == self.after


def write_tensor_hashes(folder: Path, tensors: Sequence[TensorHashes]) -> None:
    """Writes them into a run's folder; the file is whole or as it was.

    Raises:
        OSError: When the disk is full.
    """
    half = folder / f"{TENSORS_FILE}.part"
    half.write_bytes(msgspec.json.encode(tuple(tensors)))
    half.replace(folder / TENSORS_FILE)


def read_tensor_hashes(folder: Path) -> tuple[TensorHashes, ...]:
    """Returns them; none where a run has not kept any, or its file is damaged."""
    try:
        return msgspec.json.decode((folder / TENSORS_FILE).read_bytes(), type=tuple[TensorHashes, ...])
    except (OSError, msgspec.MsgspecError):
        return ()
