"""A small head is computed by one thread, everything else by all."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from torch.nn.modules.module import register_module_forward_hook

from engine.protocol.commands import StartTraining
from engine.protocol.config import RunConfig
from engine.protocol.events import EvaluationEnded, Event, JobSucceeded
from engine.protocol.fields import SettingValue
from engine.server import dispatch
from engine.session import Session
from engine.training import few_threads
from engine.training.few_threads import one_thread
from tests.engine.recorded_session import moods_run

BLOCK, HEAD = "BertLayer", "SequenceHead"
JUDGED = 16
"""Rows to judge with; no other rows are so many together."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Returns a folder for runs; nothing was read before."""
    monkeypatch.setenv("THAW_CACHE", str(tmp_path / "cache"))
    return tmp_path


def _threads(run: RunConfig, folder: Path) -> dict[str, set[int]]:
    """Trains with two threads; returns kind of module → how many computed it in steps and up to the score."""
    seen: defaultdict[str, set[int]] = defaultdict(set)

    def note(module: torch.nn.Module, given: Any, _said: Any) -> None:
        is_over = any(isinstance(event, EvaluationEnded) and event.split == "test" for event in events)
        if module.training or (not is_over and given and len(given[0]) == JUDGED):
            seen[type(module).__name__].add(torch.get_num_threads())

    events: list[Event] = []
    session = Session(events.append, calibration_file=folder / "none.json")
    hook = register_module_forward_hook(note)
    try:
        command = StartTraining(
            job_id="train", run=msgspec.structs.replace(run, threads=2), folder=str(folder / "run")
        )
        dispatch(session, command)
        session.finish_training()
    finally:
        hook.remove()
        session.close()
    assert isinstance(events[-1], JobSucceeded), events[-1]
    return dict(seen)


@pytest.mark.parametrize(
    ("method", "settings", "head"),
    [
        ("feature_based", {}, {1}),
        ("feature_based", {"head": "logistic_regression"}, {1}),
        ("feature_based", {"train_on": "noisy", "fresh_noise": True}, {1, 2}),  # what is judged stays
        ("freeze_layers", {"frozen_layers": 1}, {2}),
        ("full_fine_tuning", {}, {2}),
    ],
)
def test_only_where_nothing_below_it_is_computed_a_head_has_one_thread(
    small_bert: Path,
    moods_csv: Path,
    folder: Path,
    method: str,
    settings: dict[str, SettingValue],
    head: set[int],
) -> None:
    seen = _threads(moods_run(moods_csv, small_bert, method, **settings), folder)

    assert seen[HEAD] == head
    assert seen.get(BLOCK, {2}) == {2}


def test_a_large_head_has_them_all(
    small_bert: Path, moods_csv: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = moods_run(moods_csv, small_bert, "feature_based", batch_size=8)
    parameters = 2 * (32 + 1)
    monkeypatch.setattr(few_threads, "_LITTLE", 8 * parameters)
    assert _threads(run, folder / "small")[HEAD] == {1}
    monkeypatch.setattr(few_threads, "_LITTLE", 8 * parameters - 1)
    assert _threads(run, folder / "large")[HEAD] == {2}


def test_there_are_as_many_threads_as_before_in_the_end() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with one_thread(alone=False):
            assert torch.get_num_threads() == 2
        with one_thread():
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 2
        with pytest.raises(KeyError), one_thread():
            raise KeyError
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
