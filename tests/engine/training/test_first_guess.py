"""Figures that are guessed from one multiplication, before real steps were timed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from engine.protocol.stack import LayerKind
from engine.training.checked import Checked
from engine.training.checking import Checker
from engine.training.estimate import Estimator
from engine.training.first_guess import guess, multiplied_per_second
from engine.training.precision import gain_of
from engine.training.workbench import Workbench
from tests.engine.recorded_session import moods_run

CPU = torch.device("cpu")


def test_a_first_guess_follows_the_speed_of_the_machine() -> None:
    slow, fast = (guess(speed, CPU, 512, 12 * 512**2, 6) for speed in (1e11, 2e11))
    small = guess(1e11, CPU, 64, 12 * 64**2, 6)

    assert slow.run == pytest.approx(1.25 * 2 * 12 * 512**2 / 1e11)
    assert (slow.through, slow.learn) == pytest.approx((2.3 / 1.25 * slow.run, 3.7 / 1.25 * slow.run))
    assert (fast.run, fast.through, fast.learn) == pytest.approx(
        (slow.run / 2, slow.through / 2, slow.learn / 2)
    )
    assert (small.run, small.bytes_learn) == pytest.approx((slow.run / 64, slow.bytes_learn / 8))
    assert small.step_learn == slow.step_learn > 0


def test_in_16_bits_only_multiplications_are_guessed_to_be_faster() -> None:
    plain, half, none = (guess(1e11, CPU, 512, 12 * 512**2, 6, gain) for gain in (None, 2.0, 0.0))

    assert half.run / plain.run == pytest.approx(0.75 / 1.25)
    assert half.through / plain.through == pytest.approx(1.3 / 2.3)
    assert half.learn / plain.learn == pytest.approx(2.2 / 3.7)
    assert half.insert == plain.insert
    assert half.bytes_through < 0.7 * plain.bytes_through
    assert plain.learn < none.learn < 4 * plain.learn  # made for nothing of the kind


def test_the_speed_is_that_of_the_quickest_of_a_few_multiplications() -> None:
    times = iter([0.0, 0.0, 0.008, 0.008, 0.009, 0.009, 0.011, 0.011, 0.020])

    assert multiplied_per_second(CPU, 64, lambda: next(times)) == pytest.approx(2 * 64 * 64 * 256 / 0.001)
    assert not list(times)  # it ends when its time is over


def test_a_first_guess_counts_with_the_numbers_of_the_run(
    small_bert: Path, moods_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THAW_CACHE", str(tmp_path))

    def check(precision: str) -> Checked:
        estimator = Estimator(CPU, tmp_path / "none.json", speed=lambda *_: 1e8)
        run = moods_run(moods_csv, small_bert, epochs=40, precision=precision)
        return Checker(Workbench(), estimator).check(run)

    plain = check("fp32")
    assert plain.stack is not None
    assert plain.work is not None
    blocks = [layer.parameters for layer in plain.stack.layers if layer.kind is LayerKind.BLOCK]
    file = tmp_path / "precision.json"
    gain_of(CPU, 32)  # of the model itself: nothing else is measured
    file.write_text(json.dumps(dict.fromkeys(json.loads(file.read_text()), 2.0)))
    half = check("bf16")

    work = plain.work
    looks = work.evaluations * (work.judge + work.watched.pieces)  # the test is judged in 32 bits
    spared = 1.5 * work.epochs * work.train + 0.5 * (looks + work.sample.pieces)
    assert plain.estimate is not None
    assert half.estimate is not None
    assert plain.estimate.seconds_low - half.estimate.seconds_low == pytest.approx(
        spared * 2 * sum(blocks) / 1e8 / 2**0.5, rel=0.02
    )  # less what is prepared for each size of a batch
    assert not half.estimate.measured
