"""In which numbers a run computes: 32 bits, or 16 where this machine is really faster with them.

With ``bf16`` the large multiplications run in bfloat16 (Kalamkar 2019) and add up in 32 bits; weights, their
gradients, the optimizer and a new head stay in 32 bits, and the final test is judged in 32 bits, as the saved
model will answer.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import torch

from engine import device as devices
from engine.cache_folder import cache_folder
from engine.contracts import Settings
from engine.training.written_out import WrittenOut
from engine.training_fields import AUTO, BF16, FP32, PRECISION

_GAIN = 1.5
"""How much faster a multiplication must be: casting back and forth takes some of it."""

_NARROW = 128
"""Width of hidden states below which nothing is gained."""

_PIECES = 512
_TRIES = 12


def choose(settings: Settings, device: torch.device, width: int, file: Path | None = None) -> str:
    """Returns ``"fp32"`` or ``"bf16"``: what was set, or what this machine is faster with.

    A machine is measured once for each width, so that the same run gives the same numbers again.

    Args:
        settings: Every setting.
        device: Where it will train.
        width: Size of the hidden states.
        file: Where it is kept what was measured; by default in the person's cache folder.
    """
    chosen = str(settings.get(PRECISION.name, AUTO))
    if chosen != AUTO:
        return chosen
    if width < _NARROW or device.type not in {"cpu", "cuda"}:
        return FP32
    return BF16 if gain_of(device, width, file) >= _GAIN else FP32


def gain_of(device: torch.device, width: int, file: Path | None = None) -> float:
    """Returns how many times as fast a multiplication is in 16 bits, measured unless that was done before.

    Args:
        device: Where.
        width: Size of the hidden states.
        file: Where it is kept what was measured; by default in the person's cache folder.
    """
    file = file or cache_folder() / "precision.json"
    machine = (devices.facts(device).label, torch.backends.cpu.get_cpu_capability(), torch.__version__)
    key = "|".join((*machine, str(width)))
    known: dict[str, float] = {}
    with suppress(OSError, ValueError):
        known = json.loads(file.read_text(encoding="utf-8"))
    gain = known.get(key)
    if not isinstance(gain, int | float):
        gain = round(measured_gain(device, width), 2)
        with suppress(OSError):  # nowhere to keep it: it is measured again next time
            file.parent.mkdir(parents=True, exist_ok=True)
            half = file.with_suffix(".part")
            half.write_text(json.dumps({**known, key: gain}), encoding="utf-8")
            half.replace(file)
    return float(gain)


def measured_gain(device: torch.device, width: int) -> float:
    """Returns how many times as fast a multiplication is in 16 bits; 0 where that cannot be done.

    Args:
        device: Where.
        width: Size of the hidden states.
    """
    if device.type == "cuda" and not torch.cuda.is_bf16_supported():
        return 0.0
    pieces, weights = torch.ones(_PIECES, width, device=device), torch.ones(width, 4 * width, device=device)
    small_pieces, small_weights = pieces.bfloat16(), weights.bfloat16()

    def seconds(one: torch.Tensor, other: torch.Tensor) -> float:
        started = time.perf_counter()
        torch.mm(one, other)
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        return time.perf_counter() - started

    whole, half = [], []
    for turn in range(_TRIES):
        whole.append(seconds(pieces, weights))
        half.append(seconds(small_pieces, small_weights))
        if turn and min(half) > 4 * min(whole):  # made for nothing of the kind
            return 0.0
    return min(whole) / min(half)


@contextmanager
def computing_in(precision: str, device: torch.device) -> Iterator[None]:
    """Lets large multiplications run in a precision.

    Args:
        precision: ``"fp32"`` or ``"bf16"``.
        device: Where the model is.
    """
    if precision != BF16:
        yield
        return
    with torch.autocast(device.type, torch.bfloat16), attention_in(precision, device):
        yield


def attention_in(precision: str, device: torch.device) -> AbstractContextManager[Any]:
    """Returns what attention is computed in: written out where that is faster.

    Args:
        precision: ``"fp32"`` or ``"bf16"``.
        device: Where the model is.
    """
    return WrittenOut() if precision == BF16 and device.type == "cpu" else nullcontext()
