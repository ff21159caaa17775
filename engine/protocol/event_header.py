"""What every event has."""

from __future__ import annotations

import msgspec


class EventHeader(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """The fields of every event.

    Attributes:
        job_id: The job that it belongs to; empty for the engine as a whole.
        seq: Counts up by one with each event of this process, or of this run's file.
        time: Seconds since 1970.
    """

    job_id: str = ""
    seq: int = 0
    time: float = 0.0
