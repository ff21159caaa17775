"""How near the first guess of a run's time comes to what timed steps say, on this machine.

``python -m tests.benchmarks.first_guess`` prints for the built-in model, texts of several lengths and numbers
of 32 and of 16 bits the figures guessed from one multiplication, those of timed steps, and their ratio.
"""

from __future__ import annotations

import time
from itertools import product

import torch

from engine import device as devices
from engine.environment import prepare_environment
from engine.models.load import load_base
from engine.training.calibration import calibrate
from engine.training.first_guess import guess, multiplied_per_second
from engine.training.precision import gain_of
from engine.training_fields import BF16, FP32

LENGTHS = (24, 64, 128)


def main() -> None:
    """Prints the table."""
    prepare_environment()
    base, device = load_base("minilm"), devices.choose()
    width = base.facts.width
    block = 12 * width**2
    print(f"{devices.facts(device).label}, {torch.get_num_threads()} threads")
    gain = gain_of(device, width)
    for length, precision in product(LENGTHS, (FP32, BF16)):
        started = time.perf_counter()
        speed = multiplied_per_second(device, width)
        own = gain if precision == BF16 else None
        guessed = guess(speed, device, width, block, base.facts.blocks, own)
        milliseconds = 1000 * (time.perf_counter() - started)
        timed = calibrate(base, length, device, lambda: False, precision)
        if timed is None:
            continue
        words = [
            f"{name} {getattr(guessed, name):.2e} for {getattr(timed, name):.2e}"
            f" ({getattr(guessed, name) / getattr(timed, name):.2f})"
            for name in ("run", "through", "learn")
        ]
        print(f"{length} pieces, {precision}, guessed in {milliseconds:.0f} ms: {', '.join(words)}")


if __name__ == "__main__":
    main()
