"""The test rows as points: where the base model places them, and where the trained one does.

A model makes some hundred numbers of a text; principal components (Pearson 1901) keep the two directions in
which rows differ most, UMAP (McInnes 2018) keeps neighbours together. Both pictures are turned so that the
one after training lies on the one before as well as it can (Procrustes): what has moved has moved.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.errors import EngineError
from engine.examining.vectors import Use, row_vectors
from engine.protocol import examining_problems
from engine.protocol.embedding_maps import PCA, UMAP, EmbeddingsMapped, MapEmbeddings, MapPoint
from engine.protocol.events import StageReached
from engine.training.rows import EncodedPart
from engine.training.workbench import Workbench

Numbers = NDArray[np.float64]
Tell = Callable[[StageReached], None]

MOST_ROWS = 1_500
"""Test rows that are drawn at most; of more, so many chosen by lot, the same each time."""
NEIGHBOURS = 10
_SEED = 0


def map_embeddings(
    command: MapEmbeddings,
    trained: Use,
    untouched: Use,
    bench: Workbench,
    tell: Callable[[StageReached], None],
) -> EmbeddingsMapped:
    """Draws a run's test rows before and after training.

    Args:
        command: What is asked.
        trained: Gives the run.
        untouched: Gives the run with its base model as it was before training.
        bench: Reads the rows.
        tell: Takes stages. May raise to end it.

    Raises:
        EngineError: When the rows cannot be read any more, there are too few, or UMAP is not installed.
    """
    if command.projection == UMAP and importlib.util.find_spec("umap") is None:
        raise EngineError(examining_problems.no_umap())
    with trained() as run:
        test = run.judged_part(run.split(bench))
    rows = len(test.windows)
    if rows < 3:
        raise EngineError(examining_problems.too_few_to_map(rows=rows))
    if rows > MOST_ROWS:
        chosen = np.random.default_rng([_SEED, rows]).permutation(rows)[:MOST_ROWS]
        test = test.of_rows(sorted(int(row) for row in chosen))
    before, after = (
        _vectors(use, test, name, tell)
        for use, name in ((untouched, "the model before training"), (trained, "the trained model"))
    )
    tell(StageReached(stage="mapping", label="Drawing the map"))
    (first, shown_before), (second, shown_after) = (
        _drawn(vectors, command.projection) for vectors in (before, after)
    )
    second = _turned(second, first)
    with trained() as run:
        numbers = [one.row for one in run.task.questions(test.asked)]
    points = tuple(
        MapPoint(row=number, before=(float(one[0]), float(one[1])), after=(float(other[0]), float(other[1])))
        for number, one, other in zip(numbers, first, second, strict=True)
    )
    return EmbeddingsMapped(
        points=points,
        rows=rows,
        projection=command.projection,
        shown_before=shown_before,
        shown_after=shown_after,
        kept_neighbours=kept_neighbours(before, after),
        neighbours=neighbours_of(len(before)),
    )


def _vectors(use: Use, part: EncodedPart, name: str, tell: Tell) -> Numbers:
    """Returns what a model makes of each row, ``(rows, width)``."""
    total = len(part.windows)
    label = f"{name[:1].upper()}{name[1:]} reads {total:,} test rows"

    def on_rows(done: int) -> None:
        tell(StageReached(stage="computing_features", label=label, done=done, total=total))

    vectors: Numbers = row_vectors(use, part, on_rows).double().numpy()
    return vectors


def _drawn(vectors: Numbers, projection: str) -> tuple[Numbers, float]:
    """Returns a place for each row, about -1 to 1, and the share of the differences that it shows."""
    share = 0.0
    if projection == PCA:
        from sklearn import decomposition  # not at the engine's start: it takes a second

        found = decomposition.PCA(n_components=2, random_state=_SEED)
        places, share = (
            found.fit_transform(vectors),
            float(np.nan_to_num(found.explained_variance_ratio_).sum()),
        )
    else:
        import umap  # in an extra of its own

        near = min(15, len(vectors) - 1)
        places = umap.UMAP(n_components=2, n_neighbors=near, random_state=_SEED).fit_transform(vectors)
    middle: Numbers = np.asarray(places, dtype=np.float64)
    middle = middle - middle.mean(axis=0)
    return middle / max(float(np.abs(middle).max()), 1e-12), share


def _turned(places: Numbers, onto: Numbers) -> Numbers:
    """Returns places turned, or mirrored, so that they lie on others as well as they can; no scaling."""
    left, _, right = np.linalg.svd(places.T @ onto)
    turned: Numbers = places @ (left @ right)
    return turned


def neighbours_of(rows: int) -> int:
    """Returns how many rows count as the nearest of one: ten, or a third of the others where these are few.

    Args:
        rows: At least 3.
    """
    return max(1, min(NEIGHBOURS, (rows - 1) // 3))


def kept_neighbours(before: Numbers, after: Numbers) -> float:
    """Returns how many of each row's nearest rows stayed among its nearest, as a share, 0 to 1.

    Args:
        before: ``(rows, width)``.
        after: The same rows; the width may differ.
    """
    near = neighbours_of(len(before))
    first, second = (_nearest(vectors, near) for vectors in (before, after))
    kept = [len(set(one) & set(other)) for one, other in zip(first, second, strict=True)]
    return float(np.mean(kept)) / near


def _nearest(vectors: Numbers, near: int) -> list[list[int]]:
    even = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    likeness = even @ even.T
    np.fill_diagonal(likeness, -np.inf)
    return [[int(place) for place in row] for row in np.argsort(-likeness, axis=1, kind="stable")[:, :near]]
