"""What a run will need: counts from the model as it stands, time and memory from timed real steps."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import msgspec
import torch

from engine import device as devices
from engine.cache_folder import cache_folder
from engine.contracts import BaseModel, Settings
from engine.protocol.kept_facts import KeptFacts, WhyNotKept
from engine.protocol.stack import Estimate, Fit, LayerKind, StackFacts
from engine.training.calibration import (
    TIMES,
    Calibration,
    calibrate,
    load_calibrations,
    save_calibration,
)
from engine.training.first_guess import guess, multiplied_per_second
from engine.training.kept_work import frozen_blocks
from engine.training.memory_needed import memory_of, saved_size, width_of
from engine.training.precision import gain_of
from engine.training.work import Work
from engine.training_fields import BF16, COMPUTE_AGAIN, FP32

_TIGHT = 0.85  # share of the free memory
_TIMED = 3  # how steps are timed: raised where figures of before mean something else
_LENGTHS = (16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
_SPREAD = 0.2  # of a measured estimate, up and down
_GUESS_SPREAD = math.sqrt(2) - 1  # of a guessed one: its ends are a factor of 2 apart
_MOST_CORRECTION = 5.0  # a run corrects the figures by this factor at most
_MEMORY_SPREAD = 0.05  # of an estimate of memory: what differs less is not learned from
_MOST_MEMORY = 2.0  # runs correct the memory by this factor at most
_TELLING = 10.0  # seconds from which a run tells more about the machine than about its start
_FINISH = 1.0  # seconds for checksums, baselines, saving


class Estimator:
    """Knows how fast this machine is with which model, and says what a run will need."""

    def __init__(
        self,
        device: torch.device,
        file: Path | None = None,
        precision: str = FP32,
        speed: Callable[[torch.device, int], float] = multiplied_per_second,
    ) -> None:
        """Reads what was measured before.

        Args:
            device: Where runs train.
            file: Where the figures are kept; by default in the person's cache folder.
            precision: In which numbers they compute.
            speed: Says how much is multiplied there in a second, of what width.
        """
        self._device = device
        self._precision = precision
        self._speed = speed
        self._file = file or cache_folder() / "calibration.json"
        self._lock = threading.Lock()
        self._known = load_calibrations(self._file)
        self._guesses: dict[tuple[int, int], Calibration] = {}
        self._others: dict[tuple[str, str], Estimator] = {}

    def on(self, device: str, precision: str = FP32) -> Estimator:
        """Returns the one for another device or other numbers; its figures are kept in the same file.

        Args:
            device: Id of a device that is there; empty for this one's own.
            precision: ``"fp32"`` or ``"bf16"``.
        """
        device = device or str(self._device)
        if (device, precision) == (str(self._device), self._precision):
            return self
        if (device, precision) not in self._others:
            other = Estimator(torch.device(device), self._file, precision, self._speed)
            self._others[device, precision] = other
        return self._others[device, precision]

    def calibration(self, model: str, length: int) -> Calibration | None:
        """Returns what was measured for a model and rows of about this length; ``None`` if nothing was."""
        return self._known.get(self._key(model, length))

    def calibrate(self, base: BaseModel, length: int, is_cancelled: Callable[[], bool]) -> None:
        """Times real steps, at most three seconds, unless that was done before.

        Args:
            base: The model.
            length: Word pieces in a usual row.
            is_cancelled: Whether something more urgent waits.
        """
        key = self._key(base.facts.source, length)
        with self._lock:
            self._known |= load_calibrations(self._file)  # another process may have done it since
            if key in self._known:
                return
            measured = calibrate(base, _usual(length), self._device, is_cancelled, self._precision)
            if measured is not None:
                self._known[key] = measured
                save_calibration(self._file, key, measured)

    def correct(
        self,
        model: str,
        length: int,
        estimated: float | None,
        actual: float,
        memory: tuple[int, int] = (0, 0),
    ) -> None:
        """Moves the figures to what a whole run really took: the machine may have been busy when timed.

        Args:
            model: Source of the base model.
            length: Word pieces in a usual row.
            estimated: Seconds that the run was to take; ``None`` when nobody knew.
            actual: Seconds that it took.
            memory: Bytes that it was to need, and those that it needed; zeros when nobody knows.
        """
        with self._lock:
            known = self.calibration(model, length)
            if known is None or not estimated or actual < _TELLING:
                return
            changed: dict[str, float] = {}
            factor = min(_MOST_CORRECTION, max(1 / _MOST_CORRECTION, actual / estimated))
            if abs(factor - 1) >= _SPREAD:
                changed |= {name: getattr(known, name) * factor for name in TIMES}
            if all(memory) and abs(memory[1] / memory[0] - 1) >= _MEMORY_SPREAD:
                # Half of the way: another length or method of the same model may need something else.
                wanted = known.memory * math.sqrt(memory[1] / memory[0])
                changed["memory"] = min(_MOST_MEMORY, max(1 / _MOST_MEMORY, wanted))
            if not changed:
                return
            key = self._key(model, length)
            self._known[key] = msgspec.structs.replace(known, **changed)
            save_calibration(self._file, key, self._known[key])

    def estimate(self, model: str, stack: StackFacts, work: Work, settings: Settings) -> Estimate:
        """Says what a run will need. Takes well under a millisecond, the first guess for a model some more.

        Args:
            model: Source of the base model.
            stack: The model as it would be trained.
            work: From :func:`work_of`.
            settings: Every setting.
        """
        free = devices.facts(self._device).memory_free
        measured = self.calibration(model, work.length)
        speed = measured or self._guess(stack, work.width or round(width_of(stack)))
        again = bool(settings.get(COMPUTE_AGAIN.name))
        memory = memory_of(stack, work, speed, again=again, prepares=self._prepares)
        held = devices.memory_used(self._device)
        fit = Fit.FITS
        if memory - held > _TIGHT * free:
            fit = Fit.TOO_LARGE if memory - held > free else Fit.TIGHT
        seconds = _seconds(stack, work, speed, again=again)
        spread = _SPREAD if measured else _GUESS_SPREAD
        return Estimate(
            memory=memory,
            memory_free=free,
            disk=saved_size(stack),
            seconds=seconds if measured else None,
            seconds_low=seconds / (1 + spread),
            seconds_high=seconds * (1 + spread),
            epochs=int(settings["epochs"]),
            measured=measured is not None,
            steps=work.steps,
            fit=fit,
            kept=_kept(stack, work),
        )

    def _guess(self, stack: StackFacts, width: int) -> Calibration:
        """Returns figures for a model that was not timed, from one quick multiplication on this machine."""
        blocks = [layer for layer in stack.layers if layer.kind is LayerKind.BLOCK]
        block = sum(layer.parameters for layer in blocks) // max(1, len(blocks))
        if (block, len(blocks)) not in self._guesses:
            speed = self._speed(self._device, width)
            gain = gain_of(self._device, width) if self._precision == BF16 else None
            guessed = guess(speed, self._device, width, block, len(blocks), gain)
            self._guesses[block, len(blocks)] = guessed
        return self._guesses[block, len(blocks)]

    @property
    def _prepares(self) -> bool:
        """Whether a program is made for each size of a batch, and kept."""
        return self._precision == BF16 and self._device.type == "cpu"

    def _key(self, model: str, length: int) -> str:
        facts = devices.facts(self._device)
        threads = devices.thread_count()
        numbers = "" if self._precision == FP32 else f"|{self._precision}"
        return f"{_TIMED}|{model}|{facts.label}|{threads}|{_usual(length)}|{torch.__version__}{numbers}"


def _kept(stack: StackFacts, work: Work) -> KeptFacts:
    """Returns what is computed once in the first stage of a run."""
    blocks = sum(layer.kind is LayerKind.BLOCK for layer in stack.layers)
    if not learns_below(stack) and not stack.words:
        anew = WhyNotKept.FRESH_NOISE if work.readings > 1 else WhyNotKept.NOTHING
        return KeptFacts(whole=True, of_blocks=blocks, why_not=anew)
    return work.kept.facts(len(frozen_blocks(stack)), blocks)


def _usual(length: int) -> int:
    """Returns the length at which rows of about this length are timed."""
    return next((usual for usual in _LENGTHS if usual >= length), _LENGTHS[-1])


def learns_below(stack: StackFacts) -> bool:
    """Returns whether anything outside the head learns, sooner or later.

    Args:
        stack: The model as it would be trained.
    """
    return any(
        layer.trainable_parameters or layer.new_parameters for layer in stack.layers if not layer.is_new
    )


def _seconds(stack: StackFacts, work: Work, speed: Calibration, *, again: bool) -> float:
    """Adds up the time of steps, validations and the test; blocks may be computed again on the way back."""
    blocks = [layer for layer in stack.layers if layer.kind is LayerKind.BLOCK]
    inserts = sum(len(layer.inserts) for layer in stack.layers)
    read = sum(speed.run * block.times for block in blocks) + inserts * speed.insert / 3
    if not learns_below(stack):
        once = (work.readings * work.train + work.judge + work.test) * read
        return once + work.steps * 1.5 * speed.head_step + _FINISH
    say, say_and_learn = _of_words(stack, speed)
    judged = (work.evaluations * work.judge + work.test) * (read + work.said * say)
    judged += work.written * (_read_by_writers(stack, speed) + say) + work.turns * speed.step_run
    steps = 0.0
    for begin, end in _stages(stack, work.epochs):
        learn, numbers = _of_steps(stack, speed, begin, again=again)
        learn += work.said * say_and_learn
        share = (end - begin) / work.epochs
        steps += share * (work.epochs * work.train * learn + work.steps * numbers * speed.parameter)
    spared = _spared(stack, work, speed)
    return steps + work.batches * speed.step_learn + judged - spared + _FINISH


def _stages(stack: StackFacts, epochs: float) -> list[tuple[float, float]]:
    """Returns from when to when the same layers learn, in epochs."""
    begins = {layer.thaws_at for layer in stack.layers if layer.thaws_at is not None}
    return list(pairwise([*sorted({0.0, *(begin for begin in begins if begin < epochs)}), float(epochs)]))


def _spared(stack: StackFacts, work: Work, speed: Calibration) -> float:
    """Returns the seconds for which the lowest frozen blocks need not run again.

    As long as the same blocks are frozen each row is read by them once; only then they are skipped.
    """
    per_epoch = work.evaluations / max(1, work.epochs)
    spared, since = 0.0, 0.0
    for begin, end in _stages(stack, work.epochs):
        frozen = frozen_blocks(stack, begin)
        if begin and len(frozen) != len(frozen_blocks(stack, since)):
            since = begin
        again = end - max(begin, since + 1)  # epochs in which they were read before
        looks = per_epoch * (end - begin) - (begin == since)
        rows = max(0.0, again) * work.train * work.kept.share("train")
        rows += max(0.0, looks) * work.judge * work.kept.share("validation")
        spared += rows * speed.run * sum(block.times for block in frozen)
    return spared


def _of_steps(stack: StackFacts, speed: Calibration, epoch: float, *, again: bool) -> tuple[float, int]:
    """Returns the seconds per piece that a step takes at some place in a run, and how many numbers learn."""
    learn, numbers, flows = 0.0, 0, False
    for layer in stack.layers:
        rests = (layer.thaws_at or 0.0) > epoch
        trainable = 0 if rests else layer.trainable_parameters
        learns = bool(trainable or layer.inserts) and not layer.is_new
        flows = flows or learns
        numbers += trainable + layer.new_parameters
        if layer.kind is LayerKind.BLOCK:
            cost = (speed.learn if trainable else speed.through) + again * speed.run
            learn += (cost if flows else speed.run) * layer.times + len(layer.inserts) * speed.insert
    return learn, numbers


def _of_words(stack: StackFacts, speed: Calibration) -> tuple[float, float]:
    """Returns the seconds in which a word is said, and in which that is learned from.

    A word is said by one matrix, which has as many numbers as some blocks, and costs as much as these.
    """
    blocks = [layer for layer in stack.layers if layer.kind is LayerKind.BLOCK]
    block = max((layer.parameters for layer in blocks), default=0)
    as_blocks = stack.words * width_of(stack) / max(1, block)
    learns = any(layer.trainable_parameters for layer in stack.layers if layer.kind is not LayerKind.BLOCK)
    return as_blocks * speed.run, as_blocks * (speed.learn if learns else speed.through)


def _read_by_writers(stack: StackFacts, speed: Calibration) -> float:
    """Returns the seconds for a piece in the blocks that write: those of the decoder, if there is one."""
    blocks = [layer for layer in stack.layers if layer.kind is LayerKind.BLOCK]
    writers = [layer for layer in blocks if layer.stack == "decoder"] or blocks
    return speed.run * sum(layer.times for layer in writers)
