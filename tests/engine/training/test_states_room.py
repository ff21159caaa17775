"""How much is kept of frozen layers, and that it is emptied only while no run uses it."""

from __future__ import annotations

from pathlib import Path

import filelock
import pytest
import torch

from engine.errors import EngineError
from engine.protocol.events import JobFailed, JobSucceeded, TrainingStarted
from engine.protocol.kept_states import EmptyKeptStates, KeptStatesMeasured, MeasureKeptStates
from engine.training.kept_states import KeptStates
from engine.training.states_room import are_states_in_use, empty_states, size_of_states, states_in_use
from tests.engine.recorded_session import RecordedSession, moods_run, open_session, start

SIZES = [40, 80]


def keep(folder: Path) -> KeptStates:
    states = KeptStates(folder, "first", SIZES, 10_000)
    states.put(0, torch.ones(40))
    states.note()
    return states


def test_all_that_is_kept_is_counted_and_removed(tmp_path: Path) -> None:
    assert size_of_states(tmp_path / "none") == 0
    keep(tmp_path)
    (tmp_path / "half.123.part").write_bytes(bytes(50))

    assert size_of_states(tmp_path) == 4 * sum(SIZES) + (tmp_path / "first.sums.npy").stat().st_size + 50
    empty_states(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert not keep(tmp_path).has(1)


def test_nothing_is_removed_while_a_run_trains(tmp_path: Path) -> None:
    with states_in_use(tmp_path), states_in_use(tmp_path):
        states = keep(tmp_path)
        assert are_states_in_use(tmp_path)
        size = size_of_states(tmp_path)
        with pytest.raises(EngineError) as refused:
            empty_states(tmp_path)
        assert refused.value.problem.code == "kept_states_in_use"
        assert size_of_states(tmp_path) == size
        assert states.has(0)

    assert not are_states_in_use(tmp_path)
    empty_states(tmp_path)
    assert size_of_states(tmp_path) == 0


def test_what_a_dead_process_left_holds_nothing(tmp_path: Path) -> None:
    lock = filelock.FileLock(tmp_path / "123-abc.using")
    with lock:
        assert are_states_in_use(tmp_path)
    (tmp_path / "123-abc.using").touch()

    assert not are_states_in_use(tmp_path)
    assert list(tmp_path.iterdir()) == []


def measured(opened: RecordedSession, job_id: str) -> KeptStatesMeasured:
    opened.send(MeasureKeptStates(job_id=job_id))
    told = opened.wait_for(KeptStatesMeasured)
    opened.wait_for_end(job_id)
    return told


def test_a_run_holds_what_it_uses_until_it_ends(
    small_bert: Path, moods_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THAW_CACHE", str(tmp_path / "cache"))
    opened = open_session(calibration_file=tmp_path / "calibration.json")
    before = measured(opened, "before")
    assert (before.size, before.in_use) == (0, False)
    run = moods_run(moods_csv, small_bert, "freeze_layers", frozen_layers=1, epochs=500)
    opened.send(start(run, tmp_path / "run"))
    opened.wait_for(TrainingStarted)

    during = measured(opened, "during")
    refused = opened.do(EmptyKeptStates(job_id="refused"))[-1]
    opened.session.give_up()
    opened.wait_for_end("train")
    after = measured(opened, "after")
    emptied = opened.do(EmptyKeptStates(job_id="empty"))
    opened.session.close()

    assert during.in_use
    assert isinstance(refused, JobFailed)
    assert refused.problem.code == "kept_states_in_use"
    assert (after.in_use, after.size > 100_000) == (False, True)
    (told,) = (event for event in emptied if isinstance(event, KeptStatesMeasured))
    assert (told.size, told.in_use) == (0, False)
    assert isinstance(emptied[-1], JobSucceeded)
