"""A process that the system ended for memory is told from one that ended otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.protocol.config import RunConfig
from engine.protocol.devices import DeviceFacts
from engine.protocol.events import CheckpointSaved, StepPoint, StepsEnded, TrainingStarted
from engine.protocol.run_files import EVENTS_FILE, LAST_FOLDER
from engine.protocol.smaller_batches import Batches, BatchesHalved
from engine.protocol.wire import encode
from gui.engine_client import run_so_far
from gui.engine_client.memory_deaths import died_of_memory, kills_for_memory
from gui.engine_client.run_so_far import RunSoFar
from tests.gui.recorded_events import recorded_run
from tests.gui.sample_facts import run_config

CPU = DeviceFacts(id="cpu", label="CPU · 8 threads", memory=8_000_000_000, memory_free=5_000_000_000)
CARD = DeviceFacts(id="cuda:0", label="A card", memory=8_000_000_000, memory_free=5_000_000_000)
FULL = {"batch_size": 32, "gradient_accumulation_steps": 1, "max_length": 128}


@pytest.mark.parametrize(
    ("exit_code", "facts", "expected"),
    [
        (-9, {"kills_before": 3, "kills_now": 4}, True),  # the kernel says so
        (-9, {"kills_before": 3, "kills_now": 3}, False),  # somebody else did it
        (-9, {"held": 4_500_000_000, "free": 5_000_000_000}, True),  # it held nearly all
        (-9, {"held": 1_500_000_000, "free": 5_000_000_000}, False),
        (-9, {"held": 1_500_000_000}, False),
        (-6, {"last_lines": ("terminate called after throwing", "what():  std::bad_alloc")}, True),
        (-6, {"last_lines": ("Assertion failed",)}, False),
        (0xC0000017 - (1 << 32), {}, True),  # Windows
        (0xC0000005, {"held": 4_900_000_000, "free": 5_000_000_000}, False),
        (1, {"kills_before": 3, "kills_now": 4}, False),
        (None, {"kills_before": 3, "kills_now": 4}, True),  # a process of another window
        (None, {"held": 4_900_000_000, "free": 5_000_000_000}, False),
    ],
)
def test_what_counts_as_ended_for_memory(
    exit_code: int | None, facts: dict[str, Any], expected: bool
) -> None:
    assert died_of_memory(exit_code, **{"kills_before": None, "kills_now": None} | facts) is expected


def test_the_kernel_counts_what_it_has_ended(tmp_path: Path) -> None:
    counts = tmp_path / "vmstat"
    counts.write_text("nr_free_pages 12\noom_kill 7\nnuma_hit 1\n")
    assert kills_for_memory(counts) == 7
    counts.write_text("nr_free_pages 12\n")
    assert kills_for_memory(counts) is None
    assert kills_for_memory(tmp_path / "nothing") is None


@pytest.fixture
def kills(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many processes the kernel has ended so far; a test adds one."""
    count = [0]
    monkeypatch.setattr(run_so_far, "kills_for_memory", lambda: count[0])
    return count


def _note(run: RunSoFar, config: RunConfig, until_step: int = 60) -> None:
    for event in recorded_run(run=config, folder=run.folder, until_step=until_step):
        run.note(event)


def test_the_way_on_is_half_the_batches_from_the_last_checkpoint(kills: list[int]) -> None:
    run = RunSoFar("runs/one", (CPU,))
    _note(run, run_config(settings=FULL))
    kills[0] += 1
    problem = run.death(-9, ("last line",))
    assert problem.title == "Training stopped: this computer ran out of memory"
    assert "at epoch 0.9" in problem.reason
    assert "1.4 GB" in problem.reason
    assert [action.label for action in problem.actions] == [
        "Continue with 2 batches of 16",
        "Resume from epoch 0.5",
        "Copy details",
    ]
    assert problem.actions[0].arguments == {"folder": "runs/one", "smaller_batches": "yes"}
    assert problem.safe == "The checkpoint of epoch 0.5 is saved."
    assert problem.details.splitlines() == ["out_of_memory", "exit code: -9", "last line"]


def test_without_a_checkpoint_it_starts_again_in_the_same_run(kills: list[int]) -> None:
    run = RunSoFar("runs/one", (CPU,))
    _note(run, run_config(settings=FULL), until_step=20)
    kills[0] += 1
    problem = run.death(-9)
    assert problem.actions[0].label == "Start again with 2 batches of 16"
    assert "No checkpoint had been saved yet." in problem.safe


def test_single_rows_are_not_halved(kills: list[int]) -> None:
    run = RunSoFar("runs/one", (CPU,))
    _note(run, run_config(settings=FULL | {"batch_size": 1}))
    kills[0] += 1
    problem = run.death(-9)
    assert "A batch is a single row already." in problem.reason
    assert [action.label for action in problem.actions[:2]] == [
        "Resume from epoch 0.5",
        "Texts of at most 64 word pieces",
    ]


def test_what_went_before_is_read_from_the_file(tmp_path: Path, kills: list[int]) -> None:
    told = recorded_run(run=run_config(settings=FULL), folder=str(tmp_path), until_step=40)
    halving = BatchesHalved(step=34, epoch=0.5, batches=Batches(size=16, rows=32))
    (tmp_path / EVENTS_FILE).write_bytes(b"".join(encode(event) for event in (*told, halving)))
    run = RunSoFar(str(tmp_path), (CPU,))
    kills[0] += 1
    assert run.death(-9).actions[0].label == "Continue with 4 batches of 8"


def test_a_kill_of_another_program_before_the_last_step_is_not_counted(kills: list[int]) -> None:
    run = RunSoFar("runs/one", (CPU,))
    kills[0] += 1
    _note(run, run_config(settings=FULL))
    assert run.death(-9).code == "engine_died"


def test_what_is_held_on_a_card_says_nothing_of_main_memory(kills: list[int]) -> None:
    point = StepPoint(step=1, epoch=0.1, loss=1.0, learning_rate=1.0, gradient_norm=1.0)
    steps = StepsEnded(points=(point,), rows_per_second=1, seconds_left=1, memory=4_900_000_000)
    started = next(
        event for event in recorded_run(run=run_config(settings=FULL)) if isinstance(event, TrainingStarted)
    )
    codes = []
    for device in (CPU, CARD):
        run = RunSoFar("runs/one", (CARD, CPU))
        saved = CheckpointSaved(step=1, epoch=0.1, path=LAST_FOLDER)
        for event in (msgspec.structs.replace(started, device=device.label), steps, saved):
            run.note(event)
        codes.append(run.death(-9).code)
    assert codes == ["out_of_memory", "engine_died"]


def test_a_question_that_dies_is_no_run(kills: list[int]) -> None:
    question = RunSoFar("", (CPU,))
    kills[0] += 1
    assert question.death(-9).code == "engine_died"
