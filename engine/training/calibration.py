"""How fast this machine is with a model: a few real steps are timed once, and the figures are kept.

Three kinds of blocks differ in cost, whatever the method: those that are only run (nothing below them
learns), those that gradients pass through although they are frozen, and those that learn. Each kind
is timed, so that the time of any mixture can be added up without timing it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import torch
from torch import nn

from engine.cache_folder import cache_folder
from engine.contracts import BaseModel, Network
from engine.models.structure import block_lists
from engine.training.judging import MOST_PIECES
from engine.training.precision import computing_in
from engine.training.repeatable import untouched_random_numbers
from engine.training.timing import (
    Timer,
    time_batches,
    time_disk,
    time_head,
    time_insert,
    time_optimizer,
    time_words,
    time_writing,
)
from engine.training_fields import FP32

_FEWEST, _FEW, _MANY = 192, 4, 32
_MOST_PIECES = 512
"""Word pieces and rows in the two batches that are timed. What the larger one keeps for the way back must not
need more memory than reading a large file did."""

_VOCABULARY_READ = 1000

_MEAN_TO_BEST = 1.08
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
        fresh_run: Per batch of a size that was not met shortly before, without gradients.
        fresh_learn: The same, forward and back.
        parameter: Per number that learns and step: clipping and AdamW.
        head_step: Per step, whatever learns: that of a head which learns from kept features.
        insert: Per piece and insert, forward and back.
        say: Per word that is said, without gradients: from the hidden states on.
        say_through: The same, forward and back, the head for words frozen.
        say_learn: The same, the head learns.
        call: Per batch to which something is written, in 32 bits.
        turn: Per piece that is written to all rows of a batch.
        written: Per piece that is written to one row.
        saved: Per number that is written to the disk.
        hashed: Per number of which a checksum is made.
        compared: Per number that is compared with what it was before.
        row: Per row that is put into a batch; it depends on the rows, and is not kept.
        exact: How many times as long blocks and words take in 32 bits as in the numbers of the run.
        bytes_insert: Kept for the way back, per piece and insert.
        bytes_through: Kept for the way back, per piece and frozen block.
        bytes_learn: The same, per piece and block that learns.
        memory: By how much more memory whole runs needed than was added up; learned from them.
        others: Share of the processor that other programs used meanwhile, 0 to 1.
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
    fresh_run: float = 0.0
    fresh_learn: float = 0.0
    say: float = 0.0
    say_through: float = 0.0
    say_learn: float = 0.0
    call: float = 0.0
    turn: float = 0.0
    written: float = 0.0
    saved: float = 0.0
    hashed: float = 0.0
    compared: float = 0.0
    row: float = 0.0
    exact: float = 1.0
    bytes_insert: float = 0.0
    memory: float = 1.0
    others: float = 0.0

    @property
    def exact_run(self) -> float:
        """Returns what ``run`` is in 32 bits."""
        return self.exact * self.run

    @property
    def head(self) -> float:
        """Returns what a head takes that multiplies as much as a block: it does so in 32 bits."""
        return self.exact_run

    @property
    def exact_step_run(self) -> float:
        """Returns what ``step_run`` is in 32 bits: about the same, for it is no multiplication."""
        return self.step_run

    @property
    def exact_say(self) -> float:
        """Returns what ``say`` is in 32 bits."""
        return self.exact * self.say


_OTHERS = {"bytes_insert", "bytes_through", "bytes_learn", "memory", "exact", "others"}
TIMES = frozenset(Calibration.__struct_fields__) - _OTHERS
"""The figures that are seconds."""


def calibrate(
    base: BaseModel,
    length: int,
    device: torch.device,
    is_cancelled: Callable[[], bool],
    precision: str = FP32,
    folder: Path | None = None,
) -> Calibration | None:
    """Times a model on this machine.

    Args:
        base: The model; it stays as it is.
        length: Word pieces in a usual row.
        device: Where it will train.
        is_cancelled: Whether something more urgent waits.
        precision: In which numbers it will compute.
        folder: Where to try how quickly is saved; by default the person's cache folder.

    Returns:
        The figures, or ``None`` when there was no time for them.
    """
    timer = Timer(device, is_cancelled)
    with untouched_random_numbers():
        whole: Any = _same_weights(base.network).to(device).eval()
        # The head for words is timed alone.
        network = whole if base.kind is Network.ENCODER else whole.base_model
        blocks = [block for blocks in block_lists(network) for block in blocks]
        few_rows = max(1, min(_FEW, _FEWEST // length))
        rows = (few_rows, min(_MANY, max(3 * few_rows, _MOST_PIECES // length)))
        pieces = length * max(1, len(blocks))
        largest = max(rows[1], MOST_PIECES // length)
        ids = torch.randint(0, min(_VOCABULARY_READ, base.facts.vocabulary), (largest, length), device=device)

        def read(rows: int, numbers: str = precision) -> torch.Tensor:
            some = ids[:rows]
            other = {"decoder_input_ids": some} if network.config.is_encoder_decoder else {}
            with computing_in(numbers, device):
                output = network(input_ids=some, attention_mask=torch.ones_like(some), **other)
            return output.last_hidden_state.float()  # type: ignore[no-any-return]  # networks are typed as Any

        def run(rows: int, numbers: str = precision) -> None:
            with torch.no_grad():
                read(rows, numbers)

        def learn(rows: int) -> None:
            network.zero_grad()
            read(rows).mean().backward()  # type: ignore[no-untyped-call]  # torch has no type here

        def kept() -> float:
            """Returns bytes per piece and block; what is kept of weights, whatever the rows, is left out."""
            few, more = (_kept_bytes(network, partial(learn, count)) for count in (few_rows, 2 * few_rows))
            return (more - few) / (few_rows * length) / max(1, len(blocks))

        network.requires_grad_(False)
        running = time_batches(run, rows, pieces, timer, largest=largest)
        if is_cancelled():
            return None
        _let_learn(network, blocks, whole=True)
        learning = time_batches(learn, rows, pieces, timer, like=running)
        bytes_learn = kept()
        seconds_parameter = time_optimizer(network, timer)
        if is_cancelled():
            return None
        _let_learn(network, blocks, whole=False)
        passing = time_batches(learn, rows, pieces, timer, fresh=False, like=learning)
        through = max(running.piece, passing.piece)
        bytes_through = kept()
        if is_cancelled():
            return None
        network.requires_grad_(False).zero_grad()
        network.eval()
        exact = running
        if precision != FP32:
            read_exactly = partial(run, numbers=FP32)
            exact = time_batches(
                read_exactly, rows, pieces, timer, largest=largest, fresh=False, like=running
            )
        words = time_words(whole, precision, device, timer) | time_writing(whole, base.kind, ids, timer)
        learn_piece = max(through, learning.piece)
        guessed = of_words(
            _words_as_blocks(whole, blocks),
            len(blocks),
            run=running.piece,
            through=through,
            learn=learn_piece,
            exact=exact.piece,
            start=3 * running.step,
        )
        measured = Calibration(
            run=running.piece,
            through=through,
            learn=learn_piece,
            step_run=running.step,
            step_learn=learning.step,
            fresh_run=running.fresh,
            fresh_learn=running.fresh + learning.fresh,  # the way through was prepared when it was run
            parameter=seconds_parameter,
            head_step=time_head(base.facts.width, device, timer),
            insert=time_insert(base.facts.width, length, device, timer),
            bytes_insert=_bytes_of_insert(base.facts.width, device, precision),
            bytes_through=bytes_through,
            bytes_learn=bytes_learn,
            exact=exact.piece / running.piece,
            **(guessed | words),
            **time_disk(folder or cache_folder(), timer),
        )
        times = {name: _MEAN_TO_BEST * getattr(measured, name) for name in TIMES}
        # What was cut short says too much.
        return None if is_cancelled() else msgspec.structs.replace(measured, **times)


def of_words(
    as_blocks: float, blocks: int, *, run: float, through: float, learn: float, exact: float, start: float
) -> dict[str, float]:
    """Returns what words take where they were not timed: one is said by a matrix as large as blocks are.

    Args:
        as_blocks: As how many blocks.
        blocks: How many blocks there are.
        run: Seconds per piece and block that is only read.
        through: The same through a block that rests.
        learn: The same where it learns.
        exact: The same as ``run``, in 32 bits.
        start: Seconds of all the small operations of a batch, there and back.
    """
    return {
        "say": as_blocks * run,
        "say_through": as_blocks * through,
        "say_learn": as_blocks * learn,
        "call": 4 * start,
        "turn": 3 * start,
        "written": exact * (blocks + as_blocks),
    }


def _words_as_blocks(whole: Any, blocks: list[nn.Module]) -> float:
    """Returns as how many blocks the matrix is that says a word; 0 where none is said."""
    said = whole.get_output_embeddings() if hasattr(whole, "get_output_embeddings") else None
    weight = getattr(said, "weight", None)
    if weight is None or not blocks:
        return 0.0
    return float(weight.numel() / max(1, sum(one.numel() for one in blocks[0].parameters())))


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


def _bytes_of_insert(width: int, device: torch.device, precision: str) -> float:
    """Returns what a small new part with dropout keeps of each word piece, in bytes."""
    insert = nn.Sequential(nn.Dropout(0.1), nn.Linear(width, 16), nn.Linear(16, width)).to(device)

    def work(count: int) -> None:
        with computing_in(precision, device):
            insert(torch.randn(count, width, device=device, requires_grad=True))

    few, more = (_kept_bytes(insert, partial(work, count)) for count in (_MANY, 2 * _MANY))
    return (more - few) / _MANY


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
