"""How fast this machine is with a model: a few real steps are timed once, and the figures are kept.

Three kinds of blocks differ in cost, whatever the method: those that are only run (nothing below them
learns), those that gradients pass through although they are frozen, and those that learn. Each kind
is timed, so that the time of any mixture can be added up without timing it.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import torch
from torch import nn

from engine.contracts import BaseModel, Network
from engine.models.structure import block_lists
from engine.training.precision import computing_in
from engine.training_fields import FP32

_BUDGET = 2.5
"""Seconds that timing may take."""

_FEW, _MANY, _MOST_PIECES = 4, 32, 512
"""Rows in the two batches that are timed: the difference is the cost of a row, the rest that of a step. What
the larger one keeps for the way back must not need more memory than reading a large file did."""

_STEPPED = 4_000_000
"""Numbers that a step of the optimizer is timed with: too many for a processor to keep close at hand."""

_VOCABULARY_READ = 1000

_MEAN_TO_BEST = 1.05
"""How much longer the steps of a whole run take than the best of a few: measured
(``tests/benchmarks/estimates.py``)."""


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """What one machine needs for one model, in seconds and bytes. A piece is a word piece of a row.

    Attributes:
        run: Per piece and block, without gradients.
        through: Per piece and block, forward and back, the block frozen.
        learn: Per piece and block, forward and back, the block learns.
        step_run: Per batch, whatever its size, without gradients.
        step_learn: Per batch, forward and back.
        parameter: Per number that learns and step: clipping and AdamW.
        head_step: Per step where only the head learns from kept features.
        insert: Per piece and insert, forward and back.
        bytes_through: Kept for the way back, per piece and frozen block.
        bytes_learn: The same, per piece and block that learns.
        memory: By how much more memory whole runs needed than was added up; learned from them.
    """

    run: float
    through: float
    learn: float
    step_run: float
    step_learn: float
    parameter: float
    head_step: float
    insert: float
    bytes_through: float
    bytes_learn: float
    memory: float = 1.0


TIMES = frozenset({"run", "through", "learn", "step_run", "step_learn", "parameter", "head_step", "insert"})
"""The figures that are seconds."""


@contextmanager
def _untouched_random_numbers() -> Iterator[None]:
    """Puts the random numbers back afterwards: timing steps must not change a run."""
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        yield


class _Timer:
    """Times things within a budget; what was measured once is enough when time is short."""

    def __init__(self, device: torch.device, is_cancelled: Callable[[], bool]) -> None:
        self._device = device
        self._ends = time.perf_counter() + _BUDGET
        self._is_cancelled = is_cancelled

    @property
    def is_over(self) -> bool:
        """Whether to come to an end."""
        return self._is_cancelled() or time.perf_counter() > self._ends

    def best_of(self, work: Callable[[], None], times: int = 3) -> float:
        """Returns the shortest time that something took; disturbances only ever add."""
        best = float("inf")
        for turn in range(times + 1):
            started = time.perf_counter()
            work()
            if self._device.type == "cuda":
                torch.cuda.synchronize(self._device)
            seconds = time.perf_counter() - started
            if turn > 0 or self.is_over or seconds > _BUDGET / 12:
                best = min(best, seconds)
            if self.is_over:
                break
        return best


def calibrate(
    base: BaseModel,
    length: int,
    device: torch.device,
    is_cancelled: Callable[[], bool],
    precision: str = FP32,
) -> Calibration | None:
    """Times a model on this machine.

    Args:
        base: The model; it stays as it is.
        length: Word pieces in a usual row.
        device: Where it will train.
        is_cancelled: Whether something more urgent waits.
        precision: In which numbers it will compute.

    Returns:
        The figures, or ``None`` when there was no time for them.
    """
    timer = _Timer(device, is_cancelled)
    with _untouched_random_numbers():
        network: Any = _same_weights(base.network).to(device).eval()
        if base.kind is not Network.ENCODER:
            network = network.base_model  # what it is made of says more than the words it ends in
        blocks = [block for blocks in block_lists(network) for block in blocks]
        many_rows = min(_MANY, max(3 * _FEW, _MOST_PIECES // length))
        words, numbers = min(_VOCABULARY_READ, base.facts.vocabulary), (_FEW, 2 * _FEW, many_rows)
        inputs = {rows: torch.randint(0, words, (rows, length), device=device) for rows in numbers}

        def read(rows: int) -> torch.Tensor:
            ids = inputs[rows]
            other = {"decoder_input_ids": ids} if network.config.is_encoder_decoder else {}
            with computing_in(precision, device):
                output = network(input_ids=ids, attention_mask=torch.ones_like(ids), **other)
            return output.last_hidden_state.float()  # type: ignore[no-any-return]  # networks are typed as Any

        def run(rows: int) -> None:
            with torch.no_grad():
                read(rows)

        def learn(rows: int) -> None:
            network.zero_grad()
            read(rows).mean().backward()  # type: ignore[no-untyped-call]  # torch has no type here

        def fit(work: Callable[[int], None]) -> tuple[float, float]:
            """Returns seconds per piece and block, and seconds per batch."""
            few = timer.best_of(lambda: work(_FEW))
            if timer.is_over or few > _BUDGET / 20:
                return few / (_FEW * length) / max(1, len(blocks)), 0.0
            many = timer.best_of(lambda: work(many_rows), 2)
            slope = max((many - few) / (many_rows - _FEW), 0.5 * many / many_rows)
            return slope / length / max(1, len(blocks)), max(0.0, many - slope * many_rows)

        def kept() -> float:
            """Returns bytes per piece and block; what is kept of weights, whatever the rows, is left out."""
            few, more = (_kept_bytes(network, partial(learn, rows)) for rows in (_FEW, 2 * _FEW))
            return (more - few) / (_FEW * length) / max(1, len(blocks))

        network.requires_grad_(False)
        seconds_run, step_run = fit(run)
        if is_cancelled():
            return None
        _let_learn(network, blocks, whole=True)
        seconds_learn, step_learn = fit(learn)
        bytes_learn = kept()
        seconds_parameter = _time_optimizer(network, timer)
        if is_cancelled():
            return None
        _let_learn(network, blocks, whole=False)
        seconds_through, _ = fit(learn)
        bytes_through = kept()
        measured = Calibration(
            run=seconds_run,
            through=max(seconds_run, seconds_through),
            learn=max(seconds_run, seconds_through, seconds_learn),
            step_run=step_run,
            step_learn=step_learn,
            parameter=seconds_parameter,
            head_step=_time_head(base.facts.width, device, timer),
            insert=_time_insert(base.facts.width, length, device, timer),
            bytes_through=bytes_through,
            bytes_learn=bytes_learn,
        )
        times = {name: _MEAN_TO_BEST * getattr(measured, name) for name in TIMES}
        return msgspec.structs.replace(measured, **times)


def _same_weights(network: nn.Module) -> nn.Module:
    """Returns a network whose numbers are those of another, in the same memory, with gradients of its own."""
    shared = {id(own): nn.Parameter(own.detach(), requires_grad=False) for own in network.parameters()}
    return copy.deepcopy(network, dict(shared))


def _let_learn(network: nn.Module, blocks: list[nn.Module], *, whole: bool) -> None:
    """Lets all blocks learn; or only the small numbers of the lowest, so that gradients pass all others."""
    network.requires_grad_(False)
    network.train(whole)  # what learns has dropout, what is frozen has none
    for number, block in enumerate(blocks):
        for parameter in block.parameters():
            parameter.requires_grad = whole or (number == 0 and parameter.ndim == 1)


def _kept_bytes(network: nn.Module, work: Callable[[], None]) -> int:
    """Returns how much is kept for the way back while a network runs, weights left out."""
    weights = {parameter.untyped_storage().data_ptr() for parameter in network.parameters()}
    kept: dict[int, int] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        work()
    return sum(kept.values())


def _time_optimizer(network: nn.Module, timer: _Timer) -> float:
    """Returns seconds per number for clipping and a step of AdamW."""
    learning: list[nn.Parameter] = []
    for parameter in network.parameters():
        if parameter.grad is not None and sum(one.numel() for one in learning) < _STEPPED:
            learning.append(nn.Parameter(parameter.detach().clone()))
            learning[-1].grad = parameter.grad
    optimizer = torch.optim.AdamW(learning, lr=0.0, fused=True)

    def step() -> None:
        nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()

    numbers = sum(parameter.numel() for parameter in learning)
    return timer.best_of(step, 1) / max(1, numbers)


def _time_head(width: int, device: torch.device, timer: _Timer) -> float:
    """Returns the seconds of a step where only a head learns."""
    head = nn.Linear(width, 2, device=device)
    optimizer = torch.optim.AdamW(head.parameters(), lr=0.0, fused=True)
    features = torch.randn(_MANY, width, device=device)
    labels = torch.zeros(_MANY, dtype=torch.long, device=device)

    def step() -> None:
        optimizer.zero_grad()
        nn.functional.cross_entropy(head(features), labels).backward()  # type: ignore[no-untyped-call]  # as above
        nn.utils.clip_grad_norm_(head.parameters(), 1.0)
        optimizer.step()

    return timer.best_of(step, 5)


def _time_insert(width: int, length: int, device: torch.device, timer: _Timer) -> float:
    """Returns the seconds per piece that a small new part takes, there and back."""
    down, up = nn.Linear(width, 16, device=device), nn.Linear(16, width, device=device)
    inputs = torch.randn(_MANY, length, width, device=device, requires_grad=True)

    def step() -> None:
        (inputs + up(down(inputs))).mean().backward()

    return timer.best_of(step, 3) / (_MANY * length)


def load_calibrations(path: Path) -> dict[str, Calibration]:
    """Returns what was measured before: key → figures; empty when nothing was, or it is unreadable."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Calibration])
    except (OSError, msgspec.MsgspecError):
        return {}


def save_calibration(path: Path, key: str, calibration: Calibration, most: int = 40) -> None:
    """Adds figures to those in the file; the oldest go when there are many.

    Args:
        path: The file.
        key: Model, device, threads and length.
        calibration: The figures.
        most: How many are kept.
    """
    known = load_calibrations(path)
    known.pop(key, None)
    kept = dict([*known.items()][-(most - 1) :]) | {key: calibration}
    half = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(msgspec.json.encode(kept))
        half.replace(path)
    except OSError:
        return  # nowhere to keep them: they are measured again next time
