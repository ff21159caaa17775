"""What every command has; so a module beside :mod:`engine.protocol.commands` can define some."""

from __future__ import annotations

import msgspec


class CommandHeader(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """What every command has.

    Attributes:
        job_id: Id of the job that it starts or that it is about.
    """

    job_id: str
