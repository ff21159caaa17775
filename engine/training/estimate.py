"""What a run will need: counts from the model as it stands, time and memory from timed real steps."""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
import torch

from engine import device as devices
from engine.cache_folder import cache_folder
from engine.contracts import BaseModel, Settings
from engine.protocol.kept_facts import KeptFacts
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
from engine.training.ledger import Ledger, learns_below
from engine.training.memory_needed import LIBRARIES, memory_of, saved_size, width_of
from engine.training.other_programs import OtherPrograms
from engine.training.precision import gain_of
from engine.training.work import Work
from engine.training_fields import BF16, COMPUTE_AGAIN, FP32

_TIGHT = 0.85  # share of the free memory
_TIMED = 6  # how steps are timed: raised where figures of before mean something else
_LENGTHS = (16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
_SPREAD = 0.2  # of a measured estimate, up and down
_GUESS_SPREAD = math.sqrt(2) - 1  # of a guessed one: its ends are a factor of 2 apart
_MOST_CORRECTION = 5.0  # a run corrects the figures by this factor at most
_MEMORY_SPREAD = 0.05  # of an estimate of memory: what differs less is not learned from
_MOST_MEMORY = 2.0  # runs correct the memory by this factor at most
_TELLING = 5.0  # seconds from which a run tells something: a shorter one hangs on a moment's disturbance
_NEAR = 0.05  # of an estimate of time: what differs less is not learned from
_BUSY = 0.3  # share of the processor from which other programs make figures doubtful
_AGAIN = 2  # times that doubtful figures are measured anew, at most, in one process


class Estimator:
    """Knows how fast this machine is with which model, and says what a run will need."""

    def __init__(
        self,
        device: torch.device,
        file: Path | None = None,
        precision: str = FP32,
        speed: Callable[[torch.device, int], float] = multiplied_per_second,
        other_programs: Callable[[], OtherPrograms] = OtherPrograms,
    ) -> None:
        """Reads what was measured before.

        Args:
            device: Where runs train.
            file: Where the figures are kept; by default in the person's cache folder.
            precision: In which numbers they compute.
            speed: Says how much is multiplied there in a second, of what width.
            other_programs: Begins to watch how busy these are.
        """
        self._device = device
        self._precision = precision
        self._speed = speed
        self._file = file or cache_folder() / "calibration.json"
        self._lock = threading.Lock()
        self._known = load_calibrations(self._file)
        self._guesses: dict[tuple[int, int, int], Calibration] = {}
        self._elsewhere: dict[tuple[str, str], Estimator] = {}
        self._watch = other_programs
        self._other_programs = other_programs()
        self._busy_now = 0.0
        self._timed_again: Counter[str] = Counter()

    def on(self, device: str, precision: str = FP32) -> Estimator:
        """Returns the one for another device or other numbers; its figures are kept in the same file.

        Args:
            device: Id of a device that is there; empty for this one's own.
            precision: ``"fp32"`` or ``"bf16"``.
        """
        device = device or str(self._device)
        if (device, precision) == (str(self._device), self._precision):
            return self
        if (device, precision) not in self._elsewhere:
            other = Estimator(torch.device(device), self._file, precision, self._speed, self._watch)
            self._elsewhere[device, precision] = other
        return self._elsewhere[device, precision]

    def calibration(self, model: str, length: int) -> Calibration | None:
        """Returns what was measured for a model and rows of about this length; ``None`` if nothing was."""
        return self._known.get(self._key(model, length))

    def is_timed(self, model: str, length: int) -> bool:
        """Returns whether steps were timed; not where other programs were busy then and are not any more.

        Args:
            model: Source of the base model.
            length: Word pieces in a usual row.
        """
        known = self.calibration(model, length)
        if known is None or known.others < _BUSY or self._timed_again[self._key(model, length)] >= _AGAIN:
            return known is not None
        if self._other_programs.seconds > 1:
            self._busy_now = self._other_programs.share
            self._other_programs.begin_anew()
        return self._busy_now > known.others / 2

    def calibrate(self, base: BaseModel, length: int, is_cancelled: Callable[[], bool]) -> None:
        """Times real steps, some five seconds, unless that was done before; see :meth:`is_timed`.

        Args:
            base: The model.
            length: Word pieces in a usual row.
            is_cancelled: Whether something more urgent waits.
        """
        key = self._key(base.facts.source, length)
        with self._lock:
            self._known |= load_calibrations(self._file)  # another process may have done it since
            if self.is_timed(base.facts.source, length):
                return
            before, watch = self._known.get(key), self._watch()
            measured = calibrate(
                base, _usual(length), self._device, is_cancelled, self._precision, self._file.parent
            )
            if measured is None:
                return
            measured = msgspec.structs.replace(measured, others=round(watch.share, 2))
            self._timed_again[key] += before is not None
            if before is None or measured.others < before.others:
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
            factor = actual / estimated
            if known.others < _BUSY:
                factor = min(_MOST_CORRECTION, max(1 / _MOST_CORRECTION, factor))
            else:
                changed["others"] = 0.0  # a whole run says more than some seconds beside other programs
            if abs(factor - 1) < _SPREAD:  # half of the way: other methods share these figures
                factor = math.sqrt(factor)
            if abs(factor - 1) >= _NEAR / 2:
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
        speed = self._speed_of(model, stack, work)
        again = bool(settings.get(COMPUTE_AGAIN.name))
        libraries = 0 if self._device.type == "cuda" else LIBRARIES
        memory = memory_of(stack, work, speed, again=again, prepares=self._prepares, libraries=libraries)
        held = devices.memory_used(self._device)
        fit = Fit.FITS
        if memory - held > _TIGHT * free:
            fit = Fit.TOO_LARGE if memory - held > free else Fit.TIGHT
        seconds = sum(self.phases(model, stack, work, settings).values())
        spread = _SPREAD if measured else _GUESS_SPREAD
        others = measured.others if measured and measured.others >= _BUSY else 0.0
        return Estimate(
            memory=memory,
            memory_free=free,
            disk=saved_size(stack),
            seconds=seconds if measured else None,
            seconds_low=seconds * (1 - others) / (1 + spread),
            seconds_high=seconds * (1 + spread),
            epochs=int(settings["epochs"]),
            measured=measured is not None,
            others=others,
            steps=work.steps,
            fit=fit,
            kept=_kept(stack, work),
        )

    def phases(self, model: str, stack: StackFacts, work: Work, settings: Settings) -> dict[str, float]:
        """Returns how long each phase of a run takes, in seconds; see :mod:`engine.training.ledger`.

        Args:
            model: Source of the base model.
            stack: The model as it would be trained.
            work: From :func:`work_of`.
            settings: Every setting.
        """
        again = bool(settings.get(COMPUTE_AGAIN.name))
        ledger = Ledger(stack, work, again=again, exact=self._precision != FP32)
        return ledger.seconds(msgspec.structs.replace(self._speed_of(model, stack, work), row=work.row))

    def _speed_of(self, model: str, stack: StackFacts, work: Work) -> Calibration:
        """Returns what was measured, or a guess."""
        known = self.calibration(model, work.length)
        return known or self._guess(stack, work.width or round(width_of(stack)))

    def _guess(self, stack: StackFacts, width: int) -> Calibration:
        """Returns figures for a model that was not timed, from one quick multiplication on this machine."""
        blocks = [layer for layer in stack.layers if layer.kind is LayerKind.BLOCK]
        block = sum(layer.parameters for layer in blocks) // max(1, len(blocks))
        key = (block, len(blocks), stack.words)
        if key not in self._guesses:
            speed = self._speed(self._device, width)
            gain = gain_of(self._device, width) if self._precision == BF16 else None
            self._guesses[key] = guess(speed, self._device, width, block, len(blocks), gain, stack.words)
        return self._guesses[key]

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
        return work.features.facts(blocks)
    return work.kept.facts(len(frozen_blocks(stack)), blocks)


def _usual(length: int) -> int:
    """Returns the length at which rows of about this length are timed."""
    return next((usual for usual in _LENGTHS if usual >= length), _LENGTHS[-1])
