"""Large files are inspected in two steps, tell how far they are read, and can be given up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.protocol.commands import CancelJob, InspectData
from engine.protocol.data_events import DataInspected, DataPreviewed
from engine.protocol.events import JobAccepted, JobStopped, JobSucceeded, StageReached
from tests.engine.recorded_session import RecordedSession, open_session


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RecordedSession]:
    """A session for which files of 100 kB are large."""
    monkeypatch.setenv("THAW_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("engine.data.read_files.LARGE", 100_000)
    opened = open_session(calibration_file=tmp_path / "calibration.json")
    yield opened
    opened.session.close()


def written(path: Path, rows: int) -> Path:
    lines = (
        f"a text that has the number {number},{'yes' if number % 2 else 'no'}\n" for number in range(rows)
    )
    path.write_text("text,label\n" + "".join(lines))
    return path


def test_first_rows_come_first_and_each_percent_is_told_once(
    session: RecordedSession, tmp_path: Path
) -> None:
    events = session.do(InspectData(job_id="l", path=str(written(tmp_path / "large.csv", 60_000))))
    kinds = [type(event) for event in events]
    assert kinds[:3] == [JobAccepted, DataPreviewed, StageReached]
    assert kinds[-2:] == [DataInspected, JobSucceeded]
    _, first, *stages, last, _ = events
    assert isinstance(first, DataPreviewed)
    assert isinstance(last, DataInspected)
    assert len(first.table.preview) == first.table.rows == 200
    assert first.table.columns[1].role == "label"
    told = [stage for stage in stages if isinstance(stage, StageReached)]
    assert {(stage.stage, stage.label, stage.total) for stage in told} == {
        ("reading", "Reading large.csv", 100)
    }
    done = [stage.done for stage in told]
    assert done == sorted(set(done))
    assert done[-1] == 100
    assert (last.table.rows, last.table.rows_in_file) == (60_000, 0)


def test_the_reading_of_a_large_file_can_be_ended(session: RecordedSession, tmp_path: Path) -> None:
    session.send(InspectData(job_id="l", path=str(written(tmp_path / "large.csv", 300_000))))
    session.wait_for(DataPreviewed)
    session.send(CancelJob(job_id="l"))
    assert isinstance(session.wait_for_end("l"), JobStopped)
    assert not any(isinstance(event, DataInspected) for event in session.events)
    assert [*(tmp_path / "cache" / "tables").glob("*")] == []
