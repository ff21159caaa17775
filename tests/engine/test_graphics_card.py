"""What is true on a processor is true on a graphics card; only where there is one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch

from engine.models.four_bit import is_four_bit, to_four_bit
from engine.models.load import load_base
from engine.protocol.commands import CancelJob, ResumeTraining
from engine.protocol.energy import EnergyCovers
from engine.protocol.events import EvaluationEnded, JobSucceeded, ResultWritten, StepsEnded, WarningRaised
from engine.protocol.fold_runs import COMPUTE_AGAIN_NAME, FROZEN_STATES_NAME
from engine.protocol.smaller_batches import BatchesHalved
from engine.training.rows import EncodedPart
from tests.engine.recorded_session import moods_run, open_session, points, start

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no graphics card")

CARD = "cuda:0"
METHODS = (
    "feature_based",
    "freeze_layers",
    "full_fine_tuning",
    "gradual_unfreezing",
    "bitfit",
    "lora",
    "bottleneck_adapters",
    "prefix_tuning",
)


def train(
    folder: Path, model: Path, data: Path, method: str = "", device: str = CARD, **settings: Any
) -> list[Any]:
    opened = open_session(calibration_file=folder.parent / "calibration.json")
    run = moods_run(data, model, method or "full_fine_tuning", **{"precision": "fp32", **settings})
    events = opened.do(start(msgspec.structs.replace(run, device=device), folder))
    opened.session.close()
    assert isinstance(events[-1], JobSucceeded), events[-1]
    return events


def losses(events: list[Any]) -> list[float]:
    judged = [event.loss for event in events if isinstance(event, EvaluationEnded)]
    return [*(point.loss for point in points(events)), *judged]


def result_of(events: list[Any]) -> Any:
    return next(event.result for event in events if isinstance(event, ResultWritten))


@pytest.mark.parametrize("method", METHODS)
def test_a_run_learns_what_it_learns_on_a_processor(
    steady_bert: Path, moods_csv: Path, tmp_path: Path, method: str
) -> None:
    here, there = (
        train(tmp_path / device[:3] / "run", steady_bert, moods_csv, method, device)
        for device in (CARD, "cpu")
    )
    assert losses(here) == pytest.approx(losses(there), abs=2e-3)
    result = result_of(here)
    assert result.frozen_intact
    assert 0 < result.peak_memory < 300_000_000  # of the card: the libraries alone hold more in main memory
    assert EnergyCovers.CARD in {one.covers for one in (*result.energy.parts, *result.energy.gaps)}
    assert result.scores["macro_f1"].value == pytest.approx(result_of(there).scores["macro_f1"].value)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("method", ["freeze_layers", "gradual_unfreezing", "feature_based"])
def test_what_is_kept_of_frozen_layers_changes_nothing(
    small_bert: Path, moods_csv: Path, tmp_path: Path, method: str, precision: str
) -> None:
    kept, anew = (
        train(
            tmp_path / str(budget) / "run",
            small_bert,
            moods_csv,
            method,
            precision=precision,
            **{FROZEN_STATES_NAME: budget},
        )
        for budget in (1000, 0)
    )
    assert losses(kept) == pytest.approx(losses(anew), abs=1e-5 if precision == "fp32" else 2e-2)


@pytest.mark.parametrize("method", ["full_fine_tuning", "lora", "freeze_layers"])
def test_the_same_seed_gives_the_same_losses_to_the_last_bit(
    small_bert: Path, moods_csv: Path, tmp_path: Path, method: str
) -> None:
    first, second = (train(tmp_path / name / "run", small_bert, moods_csv, method) for name in "ab")
    assert losses(first) == losses(second)


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(
    small_bert: Path, moods_csv: Path, tmp_path: Path
) -> None:
    whole = train(tmp_path / "whole" / "run", small_bert, moods_csv, epochs=4)
    opened = open_session(calibration_file=tmp_path / "calibration.json")
    run = moods_run(moods_csv, small_bert, precision="fp32", epochs=4)
    folder = tmp_path / "run"
    opened.send(start(msgspec.structs.replace(run, device=CARD), folder))
    opened.wait_for(StepsEnded)
    opened.send(CancelJob(job_id="train"))
    opened.wait_for_end("train")
    stopped = [event for event in opened.events if event.job_id == "train"]
    rest = opened.do(ResumeTraining(job_id="rest", folder=str(folder)))
    opened.session.close()
    own = [*points(stopped), *points(rest)]
    assert len(points(stopped)) < len(own)
    assert [point.loss for point in own] == [point.loss for point in points(whole)]


def test_blocks_that_are_computed_again_learn_the_same(
    small_bert: Path, moods_csv: Path, tmp_path: Path
) -> None:
    plain, again = (
        train(tmp_path / str(on) / "run", small_bert, moods_csv, **{COMPUTE_AGAIN_NAME: on})
        for on in (False, True)
    )
    assert losses(again) == losses(plain)


def test_a_run_that_fills_the_card_goes_on_in_smaller_batches(
    steady_bert: Path, moods_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = train(tmp_path / "plain" / "run", steady_bert, moods_csv)
    real = EncodedPart.forward

    def forward(part: EncodedPart, model: Any, numbers: Any, batch: Any) -> Any:
        if torch.is_grad_enabled() and len(numbers) > 4:
            torch.empty(10**13, dtype=torch.uint8, device=CARD)  # torch's own error, from the card
        return real(part, model, numbers, batch)

    monkeypatch.setattr(EncodedPart, "forward", forward)
    events = train(tmp_path / "full" / "run", steady_bert, moods_csv)
    (halved,) = [event for event in events if isinstance(event, BatchesHalved)]
    assert halved.batches.size == 4
    warnings = [event.problem.title for event in events if isinstance(event, WarningRaised)]
    assert any("Memory ran out" in title for title in warnings)
    assert losses(events) == pytest.approx(losses(plain), abs=1e-5)


def test_matrices_in_four_bits_multiply_nearly_as_whole_ones(small_bert: Path) -> None:
    pytest.importorskip("bitsandbytes")
    base = load_base(str(small_bert))
    network: Any = base.network.to(CARD).eval()
    ids = torch.tensor([base.tokenizer("a glad day")["input_ids"]], device=CARD)
    with torch.no_grad():
        whole = network(ids).last_hidden_state
        to_four_bit(network, torch.device(CARD))
        packed = network(ids).last_hidden_state
    assert is_four_bit(network)
    assert 0 < float((whole - packed).norm() / whole.norm()) < 0.2


def test_a_run_in_four_bits_on_the_processor_is_refused(
    small_bert: Path, moods_csv: Path, tmp_path: Path
) -> None:
    pytest.importorskip("bitsandbytes")
    opened = open_session(calibration_file=tmp_path / "calibration.json")
    run = msgspec.structs.replace(moods_run(moods_csv, small_bert, "lora", load_in_4bit=True), device="cpu")
    end = opened.do(start(run, tmp_path / "run"))[-1]
    opened.session.close()
    assert end.problem.code == "four_bits_need_a_card"


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_a_run_on_weights_in_four_bits_learns_and_leaves_them(
    small_bert: Path, moods_csv: Path, tmp_path: Path, precision: str
) -> None:
    pytest.importorskip("bitsandbytes")
    events = train(
        tmp_path / "run", small_bert, moods_csv, "lora", load_in_4bit=True, epochs=6, precision=precision
    )
    result = result_of(events)
    assert result.frozen_intact
    assert result.frozen_tensors > 0
    whole = train(tmp_path / "whole" / "run", small_bert, moods_csv, "lora", epochs=6, precision=precision)
    assert losses(events)[:36] == pytest.approx(losses(whole)[:36], abs=0.15)
    assert losses(events) != losses(whole)
