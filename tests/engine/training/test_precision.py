"""16 bits where this machine is really faster with them: measured once, kept with the run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.protocol.commands import Evaluate
from engine.protocol.events import EvaluationEnded, ResultWritten, TrainingStarted
from engine.training.precision import choose, computing_in, measured_gain
from engine.training.rows import EncodedPart
from tests.engine.recorded_session import moods_run, open_session, points, start
from tests.small_models import make_small_bert

CPU = torch.device("cpu")


def test_what_was_set_is_not_measured(tmp_path: Path) -> None:
    file = tmp_path / "precision.json"
    assert choose({"precision": "bf16"}, CPU, 384, file) == "bf16"
    assert choose({"precision": "fp32"}, CPU, 384, file) == "fp32"
    assert choose({}, CPU, 32, file) == "fp32"  # too narrow to gain anything
    assert not file.exists()


def test_a_machine_is_measured_once(tmp_path: Path) -> None:
    file = tmp_path / "cache" / "precision.json"
    chosen = choose({"precision": "auto"}, CPU, 384, file)
    ((key, gain),) = json.loads(file.read_text()).items()
    assert chosen == ("bf16" if gain >= 1.5 else "fp32")

    for kept, expected in ((1.2, "fp32"), (1.9, "bf16")):
        file.write_text(json.dumps({key: kept}))
        assert choose({}, CPU, 384, file) == expected
    file.write_text("nonsense")
    assert choose({}, CPU, 384, file) in {"fp32", "bf16"}
    assert measured_gain(CPU, 384) >= 0.0


def test_only_what_is_asked_for_runs_in_16_bits() -> None:
    one = torch.ones(2, 2)
    with computing_in("bf16", CPU):
        assert (one @ one).dtype is torch.bfloat16
    with computing_in("fp32", CPU):
        assert (one @ one).dtype is torch.float32


def test_the_final_test_is_judged_in_32_bits_and_tried_with_noise_in_those_of_the_run(
    moods_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bert = make_small_bert(tmp_path / "bert")
    judged: list[str] = []
    plain = EncodedPart.forward

    def noted(part: EncodedPart, *given: Any) -> Any:
        judged.append(part.precision)
        return plain(part, *given)

    monkeypatch.setattr(EncodedPart, "forward", noted)
    opened = open_session(calibration_file=tmp_path / "calibration.json")
    run = moods_run(moods_csv, bert, precision="bf16")
    events = opened.do(start(run, tmp_path / "run"))
    again = opened.do(Evaluate(job_id="again", folder=str(tmp_path / "run")))
    opened.session.close()

    first, second = (
        next(event.result for event in told if isinstance(event, ResultWritten)) for told in (events, again)
    )
    assert first.by_noise[0].scores == first.scores  # the rows as they are are not judged again
    assert second.by_noise == first.by_noise
    assert second.scores == first.scores
    assert judged[-10:] == ["fp32", *["bf16"] * 4] * 2


@pytest.mark.parametrize("method", ["full_fine_tuning", "freeze_layers", "feature_based"])
def test_a_run_in_16_bits_learns_nearly_the_same(moods_csv: Path, tmp_path: Path, method: str) -> None:
    bert = make_small_bert(tmp_path / "bert", blocks=3)
    config = json.loads((bert / "config.json").read_text())  # what is dropped is drawn in another way
    nothing_dropped = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    (bert / "config.json").write_text(json.dumps({**config, **nothing_dropped}))
    found = {}
    for precision in ("fp32", "bf16"):
        opened = open_session(calibration_file=tmp_path / "calibration.json")
        run = moods_run(moods_csv, bert, method, precision=precision)
        events = opened.do(start(run, tmp_path / precision))
        opened.session.close()
        (started,) = [event for event in events if isinstance(event, TrainingStarted)]
        assert started.run.precision == precision
        assert started.run.settings["precision"] == precision
        assert started.device.endswith(" · 16 bits") == (precision == "bf16")
        judged = [event.loss for event in events if isinstance(event, EvaluationEnded)]
        (result,) = [event.result for event in events if isinstance(event, ResultWritten)]
        found[precision] = ([point.loss for point in points(events)], judged, result)

    (losses, judged, whole), (half_losses, half_judged, half) = found["fp32"], found["bf16"]
    assert half_losses != losses
    assert half_losses == pytest.approx(losses, abs=0.03)
    assert half_judged == pytest.approx(judged, abs=0.03)
    assert half.frozen_intact
    assert half.rows == whole.rows
