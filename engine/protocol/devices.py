"""Where training can run, as it is told."""

from __future__ import annotations

import msgspec


class DeviceFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Where training can run.

    Attributes:
        id: ``"cpu"``, ``"cuda:0"``, ``"mps"``.
        label: E.g. ``"CPU · 8 threads"``.
        memory: Bytes in all.
        memory_free: Bytes free now.
    """

    id: str
    label: str
    memory: int
    memory_free: int
