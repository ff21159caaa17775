"""Where a folder of rows comes from: kept beside them, so that the licence is known wherever they go."""

from __future__ import annotations

from pathlib import Path

import msgspec

ORIGIN_FILE = ".from_hub.json"
"""Its name in the folder; hidden, so that it is no data."""


class HubOrigin(msgspec.Struct, frozen=True, kw_only=True):
    """A data set of the Hugging Face hub.

    Attributes:
        name: Its name there.
        config: What of it; empty for all.
        commit: Of the files.
        licence: As its card says; empty where it does not.
        page: Address of its card.
        left_out: Parts that were not fetched.
    """

    name: str
    config: str = ""
    commit: str = ""
    licence: str = ""
    page: str = ""
    left_out: tuple[str, ...] = ()


def read_origin(folder: str | Path) -> HubOrigin | None:
    """Returns where the rows in a folder come from; ``None`` where it does not say.

    Args:
        folder: The folder.
    """
    try:
        return msgspec.json.decode((Path(folder) / ORIGIN_FILE).read_bytes(), type=HubOrigin)
    except (OSError, msgspec.DecodeError):
        return None


def write_origin(folder: Path, origin: HubOrigin) -> None:
    """Writes down where the rows in a folder come from.

    Args:
        folder: The folder; it is there.
        origin: Where they come from.
    """
    (folder / ORIGIN_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(origin)))
