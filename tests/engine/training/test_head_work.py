"""What is counted of a head that learns from kept features is what a run then computes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from torch.nn.modules.module import register_module_forward_hook

from engine.models.token_heads import TokenHead
from engine.protocol.commands import StartTraining
from engine.protocol.config import DataConfig, RunConfig
from engine.protocol.events import EvaluationEnded, Event, JobSucceeded
from engine.protocol.stack import LayerKind, StackFacts
from engine.server import dispatch
from engine.session import Session
from engine.training.checked import Checked
from engine.training.checking import Checker
from engine.training.estimate import Estimator
from engine.training.head_work import head_work
from engine.training.ledger import STEPS, TEST, VALIDATIONS, Ledger
from engine.training.workbench import Workbench
from tests.engine.recorded_session import moods_run
from tests.engine.tasks.reading_models import write_places


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Returns a folder for runs; nothing was read before."""
    monkeypatch.setenv("THAW_CACHE", str(tmp_path / "cache"))
    return tmp_path


def _words_run(folder: Path, model: Path, head: str, rows: int = 8) -> RunConfig:
    return RunConfig(
        data=DataConfig(path=str(write_places(folder / "places.conll"))),
        task="token_classification",
        method="feature_based",
        model=str(model),
        settings={"epochs": 2, "batch_size": rows, "max_length": 32, "head": head},
    )


def _checked(run: RunConfig, folder: Path) -> Checked:
    checked = Checker(Workbench(), Estimator(torch.device("cpu"), folder / "none.json")).check(run)
    assert not checked.errors
    return checked


def _ratio(stack: StackFacts) -> float:
    """Returns how many numbers the head has for each of a block."""
    (head,) = (layer.parameters for layer in stack.layers if layer.kind is LayerKind.HEAD)
    block = next(layer.parameters for layer in stack.layers if layer.kind is LayerKind.BLOCK)
    return head / block


def test_word_pieces_are_those_that_the_head_reads(small_bert: Path, folder: Path) -> None:
    run = _words_run(folder, small_bert, "mlp")
    checked = _checked(run, folder)
    learned, looked = 0, 0
    events: list[Event] = []

    def note(module: torch.nn.Module, args: tuple[Any, ...], _said: Any) -> None:
        nonlocal learned, looked
        is_over = any(isinstance(event, EvaluationEnded) and event.split == "test" for event in events)
        if isinstance(module, TokenHead) and not is_over:
            pieces = args[0].shape[0] * args[0].shape[1]
            learned, looked = learned + module.training * pieces, looked + (not module.training) * pieces

    session = Session(events.append, calibration_file=folder / "none.json")
    hook = register_module_forward_hook(note)
    try:
        dispatch(session, StartTraining(job_id="train", run=run, folder=str(folder / "run")))
        session.finish_training()
    finally:
        hook.remove()
        session.close()
    assert isinstance(events[-1], JobSucceeded), events[-1]

    assert checked.stack is not None
    assert checked.work is not None
    counted, ratio = head_work(checked.stack, checked.work), _ratio(checked.stack)
    assert counted.steps / ratio == pytest.approx(3 * learned)
    # A few rows are put through it once more to be shown.
    assert (counted.looks + counted.test) / ratio == pytest.approx(looked, rel=0.05)


def test_a_bilstm_is_counted_for_what_it_is(small_bert: Path, folder: Path) -> None:
    """It has 21 million numbers before a network of thousands, and told was as long as for a matrix."""
    checked = {
        (head, rows): _checked(_words_run(folder, small_bert, head, rows), folder)
        for head, rows in (("linear", 8), ("bilstm", 8), ("bilstm", 1))
    }
    counted = {}
    for key, one in checked.items():
        assert one.stack is not None
        assert one.work is not None
        counted[key] = Ledger(one.stack, one.work).phases
    small, large, singly = counted.values()

    assert [one.stack.recurs for one in checked.values() if one.stack] == [False, True, True]
    for phase in (STEPS, VALIDATIONS, TEST):
        assert large[phase].counts["head"] > 500 * small[phase].counts["head"] > 0
    assert large[STEPS].counts["parameter"] > 19_000_000 * 10
    # Its matrices are read anew for each row that is read alone.
    assert singly[STEPS].counts["head"] > 2.5 * large[STEPS].counts["head"]


def test_of_whole_texts_a_head_reads_one_thing_each(small_bert: Path, moods_csv: Path, folder: Path) -> None:
    run = moods_run(moods_csv, small_bert, "feature_based")
    checked = _checked(msgspec.structs.replace(run, settings={**run.settings, "epochs": 3}), folder)

    assert checked.stack is not None
    assert checked.work is not None
    counted = head_work(checked.stack, checked.work)
    assert counted.steps == pytest.approx(3 * 3 * 48 * _ratio(checked.stack))
    assert counted.test == pytest.approx(16 * _ratio(checked.stack))
