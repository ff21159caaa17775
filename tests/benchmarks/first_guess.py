"""How near the first guess of a run's time comes to what timed steps say, on this machine.

``python -m tests.benchmarks.first_guess`` prints for the built-in model and texts of several lengths the
figures guessed from one multiplication, those of timed steps, and their ratio.
"""

from __future__ import annotations

import time

import torch

from engine import device as devices
from engine.environment import prepare_environment
from engine.models.load import load_base
from engine.training.calibration import calibrate
from engine.training.first_guess import guess

LENGTHS = (24, 64, 128)


def main() -> None:
    """Prints the table."""
    prepare_environment()
    base, device = load_base("minilm"), devices.choose()
    width = base.facts.width
    block = 12 * width**2
    print(f"{devices.facts(device).label}, {torch.get_num_threads()} threads")
    for length in LENGTHS:
        started = time.perf_counter()
        guessed = guess(device, width, block, base.facts.blocks)
        milliseconds = 1000 * (time.perf_counter() - started)
        timed = calibrate(base, length, device, lambda: False)
        if timed is None:
            continue
        words = [
            f"{name} {getattr(guessed, name):.2e} for {getattr(timed, name):.2e}"
            f" ({getattr(guessed, name) / getattr(timed, name):.2f})"
            for name in ("run", "through", "learn")
        ]
        print(f"{length} pieces, guessed in {milliseconds:.0f} ms: {', '.join(words)}")


if __name__ == "__main__":
    main()
