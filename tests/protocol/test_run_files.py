"""A run is read back from its folder, also when a crash cut the file."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.protocol import events, wire
from engine.protocol.results import Prediction
from engine.protocol.run_files import EVENTS_FILE, TEST_PREDICTIONS_FILE, read_events, read_predictions


def test_a_line_that_a_crash_cut_off_is_left_out(tmp_path: Path) -> None:
    whole = [events.EpochEnded(job_id="1", seq=n, epoch=n, training_loss=0.5) for n in (1, 2)]
    lines = b"".join(wire.encode(event) for event in whole)
    (tmp_path / EVENTS_FILE).write_bytes(lines + wire.encode(whole[0])[:-9])
    assert list(read_events(tmp_path)) == whole


def test_an_event_of_a_newer_protocol_is_stepped_over(tmp_path: Path) -> None:
    known = events.JobSucceeded(job_id="1", seconds=2.0)
    (tmp_path / EVENTS_FILE).write_bytes(b'{"type":"MoonRisen"}\n' + wire.encode(known))
    assert list(read_events(tmp_path)) == [known]


def test_a_folder_without_files_has_neither_events_nor_predictions(tmp_path: Path) -> None:
    assert list(read_events(tmp_path)) == []
    assert read_predictions(tmp_path) == ()


def test_predictions_come_back_in_order(tmp_path: Path) -> None:
    said = [Prediction(text=f"t{n}", said="a", probability=0.5, row=n) for n in (3, 1, 2)]
    lines = b"".join(msgspec.json.encode(one) + b"\n" for one in said)
    (tmp_path / TEST_PREDICTIONS_FILE).write_bytes(lines)
    assert [one.row for one in read_predictions(tmp_path)] == [3, 1, 2]
