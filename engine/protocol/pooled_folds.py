"""What the runs of all folds reach together, and its event."""

from __future__ import annotations

import msgspec

from engine.protocol.event_header import EventHeader as _Event
from engine.protocol.results import Score


class BaselineMean(msgspec.Struct, frozen=True, kw_only=True):
    """What something simpler reaches, as the mean of the folds.

    Attributes:
        id: As in a result: ``"majority"``, ``"tfidf"``.
        label: As in the result of the first fold.
        scores: Metric id → mean.
    """

    id: str
    label: str
    scores: dict[str, float]


class PooledFolds(msgspec.Struct, frozen=True, kw_only=True):
    """Each fold's scores, their mean and spread, and the score of all rows together.

    Attributes:
        metric: Id of the task's first metric.
        rows: How many rows were judged, each once, by a model that never learned it.
        wrong: How many of them are wrong.
        folds: Metric id → its value in each fold.
        mean: Metric id → mean of the folds.
        spread: Metric id → standard deviation over the folds. It is no interval: the models share most of the
            rows that they learned from.
        pooled: Metric id → score over all rows together.
        baselines: What to compare with, weakest first.
    """

    metric: str
    rows: int
    wrong: int
    folds: dict[str, tuple[float, ...]]
    mean: dict[str, float]
    spread: dict[str, float]
    pooled: dict[str, Score]
    baselines: tuple[BaselineMean, ...] = ()


class FoldsPooled(_Event, frozen=True, kw_only=True, tag="FoldsPooled"):
    """The runs of all folds were judged together."""

    folds: PooledFolds
