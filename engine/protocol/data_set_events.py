"""Events about data sets of the hub: which there are, and that one has been fetched."""

from __future__ import annotations

import msgspec

from engine.protocol.event_header import EventHeader
from engine.protocol.hub_origin import HubOrigin


class DataSetEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A data set of the hub.

    Attributes:
        id: Its name.
        licence: As its card says.
        language: In words, e.g. ``"English"``.
        size: Bytes of all its files; 0 when not known.
        downloads: How often it was fetched in the last month.
        gated: Whether a licence is to be accepted first.
        page: Address of its card.
        reason: Why it cannot be used here; empty when nobody knows of a reason.
    """

    id: str
    licence: str = ""
    language: str = ""
    size: int = 0
    downloads: int = 0
    gated: bool = False
    page: str = ""
    reason: str = ""


class DataSetsFound(EventHeader, frozen=True, kw_only=True, tag="DataSetsFound"):
    """What the hub has for a query, the most used first."""

    query: str
    data_sets: tuple[DataSetEntry, ...]


class DataSetFetched(EventHeader, frozen=True, kw_only=True, tag="DataSetFetched"):
    """A data set is here.

    Attributes:
        data_set: Its name, as it was asked for.
        path: The folder with its files.
        origin: What it is.
    """

    data_set: str
    path: str
    origin: HubOrigin
