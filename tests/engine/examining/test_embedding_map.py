"""The map of the test rows: the same where nothing changed, turned onto the first where it did."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.examining.embedding_map import _turned, kept_neighbours, neighbours_of
from engine.protocol.embedding_maps import UMAP, EmbeddingsMapped, MapEmbeddings
from engine.protocol.events import JobFailed
from engine.protocol.run_files import read_predictions
from tests.engine.recorded_session import RecordedSession


def mapped(session: RecordedSession, folder: Path) -> EmbeddingsMapped:
    events = session.do(MapEmbeddings(job_id="map", folder=str(folder)))
    session.events.clear()
    (found,) = [event for event in events if isinstance(event, EmbeddingsMapped)] or [events[-1]]
    assert isinstance(found, EmbeddingsMapped), found
    return found


def test_what_is_not_trained_is_where_it_was(session: RecordedSession, moods_of: Callable[..., Path]) -> None:
    folder = moods_of("feature_based")
    found = mapped(session, folder)
    assert [one.row for one in found.points] == [one.row for one in read_predictions(folder)]
    assert found.rows == len(found.points) == 16
    for one in found.points:
        assert one.after == pytest.approx(one.before, abs=1e-5)
    assert found.kept_neighbours == 1.0
    assert 0 < found.shown_before <= 1
    places = np.asarray([one.before for one in found.points])
    assert np.abs(places).max() == pytest.approx(1)
    assert np.abs(places.mean(axis=0)).max() < 1e-6


def test_what_is_trained_has_moved(session: RecordedSession, moods_of: Callable[..., Path]) -> None:
    found = mapped(session, moods_of("full_fine_tuning", learning_rate=0.01))
    moved = [np.hypot(*np.subtract(one.after, one.before)) for one in found.points]
    assert max(moved) > 0.05
    assert found.kept_neighbours < 1.0


@pytest.mark.parametrize("task", ["token_classification", "sequence_to_sequence"])
def test_other_tasks_have_a_map_too(
    session: RecordedSession, run_of_task: Callable[[str], Path], task: str
) -> None:
    folder = run_of_task(task)
    assert len(mapped(session, folder).points) == len(read_predictions(folder))


def test_without_umap_it_says_what_to_do(session: RecordedSession, moods_of: Callable[..., Path]) -> None:
    command = MapEmbeddings(job_id="umap", folder=str(moods_of("feature_based")), projection=UMAP)
    end = session.do(command)[-1]
    assert isinstance(end, JobFailed)
    assert end.problem.code == "no_umap"


def test_a_turned_and_mirrored_picture_is_turned_back() -> None:
    chance = np.random.default_rng(0)
    places = chance.normal(size=(30, 2))
    angle = 1.1
    turn = np.asarray([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag([1, -1])
    assert _turned(places @ turn, places) == pytest.approx(places)


def test_neighbours_are_counted_in_all_directions() -> None:
    chance = np.random.default_rng(0)
    vectors = chance.normal(size=(60, 8))
    assert kept_neighbours(vectors, 3 * vectors) == 1.0
    by_lot = kept_neighbours(vectors, chance.normal(size=(60, 8)))
    assert by_lot == pytest.approx(10 / 59, abs=0.06)


def test_of_few_rows_not_all_others_are_neighbours() -> None:
    chance = np.random.default_rng(0)
    found = [
        kept_neighbours(chance.normal(size=(11, 8)), chance.normal(size=(11, 8))) for _ in range(40)
    ]  # all ten others are the ten nearest, whatever a model does
    assert np.mean(found) == pytest.approx(3 / 10, abs=0.08)
    assert [neighbours_of(rows) for rows in (3, 7, 11, 16, 31, 500)] == [1, 2, 3, 5, 10, 10]
