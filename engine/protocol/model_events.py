"""Events about base models: which there are, what one is, and how far a download is."""

from __future__ import annotations

from engine.protocol.catalog import ModelEntry
from engine.protocol.event_header import EventHeader
from engine.protocol.hub_kinds import HubKind
from engine.protocol.stack import ModelFacts


class ModelsListed(EventHeader, frozen=True, kw_only=True, tag="ModelsListed"):
    """The base models of this computer: those that come with Thaw, cached ones, folders."""

    models: tuple[ModelEntry, ...]


class ModelsFound(EventHeader, frozen=True, kw_only=True, tag="ModelsFound"):
    """What the hub has for a query, the most used first."""

    query: str
    models: tuple[ModelEntry, ...]


class DownloadProgressed(EventHeader, frozen=True, kw_only=True, tag="DownloadProgressed"):
    """A download has come further; at most a few messages a second.

    Attributes:
        name: Of what is fetched, on the hub.
        kind: What that is.
        file: The file that arrives now.
        host: Where it comes from, e.g. ``"huggingface.co"``.
        done: Bytes that are here, those of an earlier try among them.
        total: Bytes of all files that are needed.
        bytes_per_second: Over the last seconds; 0 before anything has arrived.
    """

    name: str
    file: str
    host: str
    done: int
    total: int
    bytes_per_second: float = 0.0
    kind: HubKind = HubKind.MODEL


class ModelInspected(EventHeader, frozen=True, kw_only=True, tag="ModelInspected"):
    """A base model was read."""

    model: ModelFacts
