"""Times what runs consist of: layers, words, steps of the optimizer, files.

The shortest time counts, for disturbances only ever add to it.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import nn

from engine.contracts import Network
from engine.disk import to_disk
from engine.training.few_threads import one_thread
from engine.training.precision import computing_in

BUDGET = 5.0
"""Seconds that timing may take."""

_CHEAP = 0.1
"""Seconds up to which something is done once more although time is over: the first time says little."""

_STEPPED = 4_000_000
"""Numbers that are stepped, saved and looked at: too many for a processor to keep close at hand."""

_SAID, _MOST_SAID = 128, 4_000_000
"""Words that are said at once, and how many numbers come out of them at most."""

_ROWS = 32
_SHORT, _LONG = 2, 8
"""Pieces that are written; the difference tells what a piece takes."""

_WRITTEN_ROWS = 128
"""Rows to which something is written at once: among fewer, one more costs next to nothing."""

SAVED = 1e-8
"""Seconds per number that is saved, where that could not be tried."""

_FRESH = 4
"""Sizes of a batch that are met for the first time: one that is disturbed does not count."""

_BATCHES = 3
"""How often a batch is timed: what one takes too long is multiplied by all steps of a run."""


class Timer:
    """Times things within a budget; what was measured once is enough when time is short."""

    def __init__(self, device: torch.device, is_cancelled: Callable[[], bool]) -> None:
        """Starts now.

        Args:
            device: Where it is computed.
            is_cancelled: Whether something more urgent waits.
        """
        self._device = device
        self._ends = time.perf_counter() + BUDGET
        self._is_cancelled = is_cancelled

    @property
    def is_over(self) -> bool:
        """Returns whether to come to an end."""
        return self._is_cancelled() or time.perf_counter() > self._ends

    def once(self, work: Callable[[], object]) -> float:
        """Returns how long something takes, once."""
        started = time.perf_counter()
        work()
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)
        return time.perf_counter() - started

    def best_of(self, work: Callable[[], object], times: int = 3) -> float:
        """Returns the shortest time that something took, the first one left out."""
        best = float("inf")
        for turn in range(times + 1):
            seconds = self.once(work)
            is_last = self.is_over and (turn > 0 or seconds > _CHEAP)
            if turn > 0 or is_last or seconds > BUDGET / 12:
                best = min(best, seconds)
            if is_last:
                break
        return best


class Batches(NamedTuple):
    """What batches take.

    Attributes:
        piece: Seconds per word piece and block.
        step: Seconds per batch, whatever its size.
        fresh: Seconds that are added where a batch has a size that was not met before.
        few: Seconds that a small batch took.
    """

    piece: float
    step: float = 0.0
    fresh: float = 0.0
    few: float = 0.0

    def scaled(self, few: float) -> Batches:
        """Returns what they would take if a small batch took so many seconds, and all else in proportion."""
        by = few / self.few
        return Batches(by * self.piece, by * self.step, by * self.fresh, few)


def time_batches(
    work: Callable[[int], None],
    rows: tuple[int, int],
    pieces: int,
    timer: Timer,
    *,
    largest: int = 0,
    fresh: bool = True,
    like: Batches | None = None,
) -> Batches:
    """Times batches of two sizes: the difference is the cost of a row, the rest that of a batch.

    Args:
        work: Computes a batch of so many rows.
        rows: Few and many.
        pieces: Word pieces in a row, times the number of blocks.
        timer: Knows how much time there is.
        largest: Rows up to which a still larger batch is tried, as far as there is time: what does not fit
            close to the processor any more takes longer.
        fresh: Whether to try sizes that were not met before, too.
        like: Of similar batches; where time is over a small one tells how these differ from them.
    """
    few = timer.best_of(lambda: work(rows[0]), _BATCHES)
    if few > BUDGET / 20 or (timer.is_over and like is None):
        return Batches(few / (rows[0] * pieces), few=few)
    if timer.is_over and like is not None:
        return like.scaled(few)
    many = timer.best_of(lambda: work(rows[1]), _BATCHES)
    slope = max((many - few) / (rows[1] - rows[0]), 0.5 * many / rows[1])
    step = max(0.0, many - slope * rows[1])
    others = [] if timer.is_over or not fresh else range(rows[1] - 1, max(rows[0], rows[1] - 1 - _FRESH), -1)
    added = [timer.once(partial(work, other)) - step - slope * other for other in others if not timer.is_over]
    wide = rows[1]
    while 2 * wide <= largest and 2 * wide * slope < BUDGET / 10:
        wide *= 2
    if wide > rows[1] and not timer.is_over:
        slope = max(slope, (timer.once(lambda: work(wide)) - step) / wide)
    return Batches(slope / pieces, step, max(0.0, median(added)) if added else 0.0, few)


def time_optimizer(network: nn.Module, timer: Timer) -> float:
    """Returns seconds per number for clipping and a step of AdamW.

    Args:
        network: With gradients.
        timer: Knows how much time there is.
    """
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


def time_head(width: int, device: torch.device, timer: Timer) -> float:
    """Returns the seconds of a step where only a head learns, taken as runs take it.

    Args:
        width: Size of the hidden states.
        device: Where.
        timer: Knows how much time there is.
    """
    head = nn.Linear(width, 2, device=device)
    optimizer = torch.optim.AdamW(head.parameters(), lr=0.0, fused=True)
    features = list(torch.randn(_ROWS, width, device=device))
    labels = torch.zeros(_ROWS, dtype=torch.long, device=device)

    def step() -> None:
        optimizer.zero_grad()
        nn.functional.cross_entropy(head(torch.stack(features)), labels).backward()  # type: ignore[no-untyped-call]  # torch has no type here
        nn.utils.clip_grad_norm_(head.parameters(), 1.0)
        optimizer.step()

    with one_thread():
        return timer.best_of(step, 5)


def time_insert(width: int, length: int, device: torch.device, timer: Timer) -> float:
    """Returns the seconds per piece that a small new part takes, there and back.

    Args:
        width: Size of the hidden states.
        length: Word pieces in a row.
        device: Where.
        timer: Knows how much time there is.
    """
    down, up = nn.Linear(width, 16, device=device), nn.Linear(16, width, device=device)
    inputs = torch.randn(_ROWS, length, width, device=device, requires_grad=True)

    def step() -> None:
        (inputs + up(down(inputs))).mean().backward()

    return timer.best_of(step, 3) / (_ROWS * length)


def time_words(whole: nn.Module, precision: str, device: torch.device, timer: Timer) -> dict[str, float]:
    """Returns the seconds for a word that is said, and for one that is learned from.

    Args:
        whole: A network with its own head for words.
        precision: In which numbers it computes.
        device: Where it is.
        timer: Knows how much time there is.

    Returns:
        Figure of the calibration → seconds; nothing where there is no head for words.
    """
    network: Any = whole
    matrix = network.get_output_embeddings()
    weight = getattr(matrix, "weight", None)
    if not isinstance(weight, torch.Tensor) or timer.is_over:
        return {}
    words, width = weight.shape
    count = max(8, min(_SAID, _MOST_SAID // words))
    states = torch.randn(count, width, device=device, requires_grad=True)
    right = torch.zeros(count, dtype=torch.long, device=device)

    def said() -> torch.Tensor:
        with computing_in(precision, device):
            return matrix(states).float()  # type: ignore[no-any-return]  # networks are typed as Any

    def judge() -> None:
        with torch.no_grad():
            logits = said()
            nn.functional.cross_entropy(logits, right)
            logits.logsumexp(-1), logits.argmax(-1), logits.topk(min(5, words))

    def learn() -> None:
        weight.grad = None
        nn.functional.cross_entropy(said(), right).backward()  # type: ignore[no-untyped-call]  # no type here

    found = {"say": timer.best_of(judge, 1) / count}
    for name, learns in (("say_through", False), ("say_learn", True)):
        weight.requires_grad = learns
        found[name] = timer.best_of(learn, 1) / count
    weight.requires_grad, weight.grad = False, None
    return found


def time_writing(whole: nn.Module, kind: Network, ids: torch.Tensor, timer: Timer) -> dict[str, float]:
    """Returns the seconds for beginning to write, for a turn, and for a piece of a row in it.

    Args:
        whole: A network that can write.
        kind: What it is.
        ids: Texts, ``(rows, pieces)``.
        timer: Knows how much time there is.

    Returns:
        Figure of the calibration → seconds; nothing where the network cannot write.
    """
    network: Any = whole
    if kind not in {Network.SEQUENCE_TO_SEQUENCE, Network.CAUSAL_LM} or timer.is_over:
        return {}
    places = int(getattr(network.config, "max_position_embeddings", 0) or ids.shape[1] + _LONG)

    def seconds(rows: int, pieces: int) -> float:
        some = ids[:rows, : max(1, places - _LONG)]
        settings = {"do_sample": False, "num_beams": 1, "min_new_tokens": pieces, "max_new_tokens": pieces}

        def write() -> None:
            with torch.no_grad():
                network.generate(input_ids=some, attention_mask=torch.ones_like(some), **settings)

        return timer.best_of(write, 1)

    many = min(_WRITTEN_ROWS, len(ids))
    few = max(1, many // 8)
    short, wide_short = seconds(few, _SHORT), seconds(many, _SHORT)
    turn, wide_turn = (
        max(0.0, (seconds(rows, _LONG) - begun) / (_LONG - _SHORT))
        for rows, begun in ((few, short), (many, wide_short))
    )
    written = max(0.0, (wide_turn - turn) / max(1, many - few))
    return {
        "written": written,
        "turn": max(0.0, turn - few * written),
        "call": max(0.0, short - _SHORT * turn),
    }


def time_disk(folder: Path, timer: Timer) -> dict[str, float]:
    """Returns the seconds per number for saving it, for its checksum, and for seeing how far it has moved.

    Args:
        folder: Where to write; what is written is removed.
        timer: Knows how much time there is.
    """
    numbers, others = torch.randn(_STEPPED), torch.randn(_STEPPED)

    def save() -> None:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            save_file({"numbers": numbers}, Path(place) / "numbers.safetensors")
            to_disk(Path(place) / "numbers.safetensors")

    try:
        folder.mkdir(parents=True, exist_ok=True)
        saved = timer.best_of(save, 2) / _STEPPED
    except (OSError, SafetensorError):  # full, or nowhere to write: a run will say so itself
        saved = SAVED
    hashed = timer.best_of(lambda: hashlib.blake2b(numbers.numpy().data, digest_size=16).hexdigest(), 1)
    return {
        "saved": saved,
        "hashed": hashed / _STEPPED,
        "compared": timer.best_of(lambda: float(torch.dist(numbers, others)), 1) / _STEPPED,
    }
