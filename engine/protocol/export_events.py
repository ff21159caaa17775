"""Events about taking a finished run away."""

from __future__ import annotations

from engine.protocol.event_header import EventHeader as _Event
from engine.protocol.exports import ExportedItem, ExportOffer


class ExportsListed(_Event, frozen=True, kw_only=True, tag="ExportsListed"):
    """What can be written of a run.

    Attributes:
        folder: The run's folder.
        offers: One for each kind, in the order of the catalog.
        card: The model card that Thaw writes, as Markdown.
    """

    folder: str
    offers: tuple[ExportOffer, ...]
    card: str


class ExportItemWritten(_Event, frozen=True, kw_only=True, tag="ExportItemWritten"):
    """A kind was written and checked; it is not in its place yet."""

    item: ExportedItem


class ModelExported(_Event, frozen=True, kw_only=True, tag="ModelExported"):
    """Everything that was asked for is whole and in its place.

    Attributes:
        folder: Where it is.
        items: What was written.
    """

    folder: str
    items: tuple[ExportedItem, ...]


class ComparisonSaved(_Event, frozen=True, kw_only=True, tag="ComparisonSaved"):
    """How runs compare was written as a report.

    Attributes:
        html: Path of the page.
        pdf: Path of the document.
    """

    html: str
    pdf: str
