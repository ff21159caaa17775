"""A real engine process that the system gives too little memory: it goes on in smaller batches."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import psutil
import pytest

from engine.protocol.config import DataConfig, RunConfig, SplitConfig
from engine.protocol.events import Event, JobSucceeded, TrainingStarted
from engine.protocol.smaller_batches import BatchesHalved
from tests.engine.recorded_session import points, start
from tests.integration.engine_process import EngineProcess
from tests.small_models import make_small_bert

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Only Linux limits another process.")
WORDS = ("happy", "day", "cruel", "sad", "kind", "very")
MORE = 200_000_000
"""Bytes that the process may take beside those that it has: a step of all rows needs some 500 MB."""


def _texts(path: Path) -> Path:
    chance = random.Random(0)
    rows = [f"{' '.join(chance.choices(WORDS, k=50))},{number % 2}" for number in range(160)]
    path.write_text("\n".join(["text,label", *rows]))
    return path


def test_a_process_without_memory_goes_on_in_smaller_batches(tmp_path: Path) -> None:
    import resource  # not on Windows

    model = make_small_bert(tmp_path / "bert", blocks=3, width=192)
    run = RunConfig(
        data=DataConfig(
            path=str(_texts(tmp_path / "texts.csv")), split=SplitConfig(validation=0.1, test=0.1)
        ),
        task="text_classification",
        method="full_fine_tuning",
        model=str(model),
        settings={"epochs": 2, "batch_size": 128, "max_length": 64, "evaluations_per_epoch": 1},
    )
    with EngineProcess() as engine:
        engine.send(start(run, tmp_path / "run"))
        engine.wait_for(TrainingStarted)
        assert (
            Path(f"/proc/{engine.process.pid}/oom_score_adj").read_text() == "300\n"
        )  # before other programs
        held = psutil.Process(engine.process.pid).memory_info().vms
        most = resource.prlimit(engine.process.pid, resource.RLIMIT_AS)[1]
        resource.prlimit(engine.process.pid, resource.RLIMIT_AS, (held + MORE, most))
        heard: list[Event] = [engine.next()]
        while not isinstance(heard[-1], JobSucceeded):
            heard.append(engine.next())
    halvings = [event for event in heard if isinstance(event, BatchesHalved)]
    assert halvings
    assert halvings[-1].batches.size < 128
    assert {event.batches.rows for event in halvings} == {128}
    # How much a step finds depends on how far it had come when its limit was set: the second may lack, too.
    assert {event.step for event in halvings} <= {0, 1}
    assert [point.step for point in points(heard)] == [1, 2]
