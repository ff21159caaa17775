"""Training rows that a model reads most like a text, and typos in what is typed."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.data.typed_noise import with_typos
from engine.protocol.events import StageReached
from engine.protocol.nearest_rows import FindNearest, NearestFound
from engine.protocol.run_files import read_predictions
from tests.engine.recorded_session import RecordedSession


def _nearest(session: RecordedSession, folder: Path, row: dict[str, str]) -> tuple[NearestFound, list[str]]:
    events = session.do(FindNearest(job_id="near", folder=str(folder), row=row, most=3))
    session.events.clear()
    (found,) = [event for event in events if isinstance(event, NearestFound)] or [events[-1]]
    assert isinstance(found, NearestFound), found
    return found, [event.label for event in events if isinstance(event, StageReached)]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THAW_CACHE", str(tmp_path / "cache"))


def test_a_training_row_is_nearest_to_itself_and_no_test_row_is_found(
    session: RecordedSession, moods_of: Callable[..., Path], moods_csv: Path
) -> None:
    folder = moods_of("lora")
    tested = {one.row for one in read_predictions(folder)}
    rows = list(csv.DictReader(moods_csv.open(encoding="utf-8")))
    place = next(number for number in range(1, 81) if number not in tested)
    found, stages = _nearest(session, folder, {"text": rows[place - 1]["text"]})
    if found.rows[0].row != place:  # it was a validation row
        assert place not in {one.row for one in found.rows}
    assert found.looked_at == 48
    assert "Reading 48 training texts once" in stages
    first = found.rows[0]
    assert (first.text, first.truth) == (rows[first.row - 1]["text"], rows[first.row - 1]["label"])
    again, stages = _nearest(session, folder, {"text": first.text})
    assert (again.rows[0].row, again.rows[0].likeness) == (first.row, pytest.approx(1, abs=1e-5))
    assert stages == ["Reading the training rows"]
    assert not tested & {one.row for one in (*found.rows, *again.rows)}
    assert again.rows[1].likeness < 1
    assert -1 <= again.usual < 1


@pytest.mark.parametrize(
    ("task", "row"),
    [
        ("token_classification", {"tokens": "Anna went to Berlin"}),
        ("question_answering", {"question": "where", "context": "the cat is in the house"}),
        ("masked_language_modelling", {"text": "the ___ was happy"}),
        ("sequence_to_sequence", {"source": "six five one"}),
    ],
)
def test_every_task_has_nearest_rows(
    session: RecordedSession, run_of_task: Callable[[str], Path], task: str, row: dict[str, str]
) -> None:
    found, _ = _nearest(session, run_of_task(task), row)
    assert len(found.rows) == 3
    likeness = [one.likeness for one in found.rows]
    assert likeness == sorted(likeness, reverse=True)


def test_more_typos_are_the_same_ones_and_more_and_blanks_stay() -> None:
    text = "the weather in the mountains was ___ and remarkably pleasant"
    few, many = with_typos((text,), 0.05)[0], with_typos((text,), 0.3)[0]
    assert with_typos((text,), 0.0) == (text,)
    assert with_typos((text,), 0.05)[0] == few != text
    assert "___" in many
    changed = [sum(a != b for a, b in zip(text.split(), one.split(), strict=True)) for one in (few, many)]
    assert 0 < changed[0] < changed[1]
    assert with_typos((text,), 9.0)[0] == many
