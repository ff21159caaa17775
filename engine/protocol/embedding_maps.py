"""Where a model places the test rows, before training and after it: asked for and told."""

from __future__ import annotations

import msgspec

from engine.protocol.command_header import CommandHeader as _Command
from engine.protocol.event_header import EventHeader as _Event

PCA = "pca"
UMAP = "umap"


class MapEmbeddings(_Command, frozen=True, kw_only=True, tag="MapEmbeddings"):
    """Draw a run's test rows where its model places them. Answers: stages, then ``EmbeddingsMapped``.

    Attributes:
        folder: Of a finished run.
        projection: How many numbers become two: ``"pca"``, or ``"umap"`` where that is installed.
    """

    folder: str
    projection: str = PCA


class MapPoint(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A test row on the map; the same row stands in the same place of the predictions.

    Attributes:
        row: Row of the file (first row of data is 1).
        before: Where the base model places it, about -1 to 1.
        after: Where the trained model does.
    """

    row: int
    before: tuple[float, float]
    after: tuple[float, float]


class EmbeddingsMapped(_Event, frozen=True, kw_only=True, tag="EmbeddingsMapped"):
    """The map is drawn.

    Attributes:
        points: At most :data:`engine.examining.embedding_map.MOST_ROWS`.
        rows: How many test rows there are.
        projection: How it was drawn.
        shown_before: Share of what tells the rows apart that the two directions hold, 0 to 1; 0 where the
            projection does not say.
        shown_after: The same after training.
        kept_neighbours: Share of the nearest rows of each row that are still among its nearest, 0 to 1, in
            all directions: how much of its order of things the model kept.
        neighbours: How many rows count as nearest: ten, fewer where there are few rows.
    """

    points: tuple[MapPoint, ...]
    rows: int
    projection: str
    shown_before: float
    shown_after: float
    kept_neighbours: float
    neighbours: int = 10
