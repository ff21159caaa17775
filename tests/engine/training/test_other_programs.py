"""Figures that were timed beside other busy programs are told as doubtful, and timed anew when these rest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import torch

from engine import device as devices
from engine.models.load import load_base
from engine.training.calibration import load_calibrations, save_calibration
from engine.training.checked import Checked
from engine.training.checking import Checker
from engine.training.estimate import Estimator
from engine.training.other_programs import OtherPrograms, Used, used_until_now
from engine.training.setting_up import set_up
from engine.training.workbench import Workbench
from tests.engine.recorded_session import moods_run

CPU = torch.device("cpu")


class Computer:
    """A computer of four cores, on which a second passes each time that somebody looks.

    Attributes:
        busy: Share of the processor that other programs use.
    """

    def __init__(self, busy: float) -> None:
        self.busy = busy
        self._now = Used(0.0, 0.0, 0.0, 4)

    def used(self) -> Used:
        now = self._now
        self._now = Used(now.clock + 1, now.cores + 4 * self.busy + 1.5, now.own + 1.5, 4)
        return self._now

    def watch(self) -> OtherPrograms:
        return OtherPrograms(self.used)


def test_what_this_process_uses_is_not_counted() -> None:
    assert Computer(0.5).watch().share == pytest.approx(0.5)
    assert Computer(0.0).watch().share == 0.0


def test_a_moment_is_too_short_to_say() -> None:
    moments = iter([Used(0.0, 0.0, 0.0, 2), Used(0.1, 0.2, 0.0, 2)])

    assert OtherPrograms(lambda: next(moments)).share == 0.0


def test_the_system_tells_of_a_busy_program() -> None:
    busy = "import time; began = time.process_time()\nwhile time.process_time() - began < 60: pass"
    programs = [subprocess.Popen([sys.executable, "-c", busy]) for _core in range(devices.thread_count())]
    try:
        watch = OtherPrograms()
        while watch.seconds < 1.0:
            programs[0].poll()  # this process is busy, too
        share = watch.share
    finally:
        for program in programs:
            program.kill()
            program.wait()

    assert 0.2 < share <= 1.0
    assert used_until_now().count == devices.thread_count()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where figures are kept."""
    return tmp_path / "calibration.json"


def checked_by(estimator: Estimator, model: Path, data: Path) -> Checked:
    return Checker(Workbench(), estimator).check(moods_run(data, model, "full_fine_tuning"))


def test_doubtful_figures_are_told_and_timed_anew(small_bert: Path, moods_csv: Path, file: Path) -> None:
    computer = Computer(0.75)
    estimator = Estimator(CPU, file, other_programs=computer.watch)
    base = load_base(str(small_bert))
    length = checked_by(estimator, small_bert, moods_csv).length_to_time
    assert length is not None

    estimator.calibrate(base, length, lambda: False)

    checked = checked_by(estimator, small_bert, moods_csv)
    assert checked.estimate is not None
    assert (checked.estimate.measured, checked.estimate.others) == (True, 0.75)
    assert checked.estimate.seconds_low == pytest.approx(checked.estimate.seconds * 0.25 / 1.2)
    assert checked.length_to_time is None  # they still are busy
    setup = set_up(checked, Workbench(), lambda _event: None)
    assert (setup.told, setup.told_low) == (checked.estimate.seconds, checked.estimate.seconds_low)
    estimator.calibrate(base, length, lambda: False)
    (known,) = load_calibrations(file).values()

    computer.busy = 0.1
    assert checked_by(estimator, small_bert, moods_csv).length_to_time == length
    estimator.calibrate(base, length, lambda: False)

    (anew,) = load_calibrations(file).values()
    assert (known.others, anew.others) == (0.75, 0.1)
    assert anew.run != known.run
    checked = checked_by(estimator, small_bert, moods_csv)
    assert checked.estimate is not None
    assert checked.estimate.others == 0.0
    assert checked.length_to_time is None
    setup = set_up(checked, Workbench(), lambda _event: None)
    assert (setup.told, setup.told_low) == (checked.estimate.seconds, None)


def test_what_was_never_timed_is_told_as_the_range_that_was_guessed(
    small_bert: Path, moods_csv: Path, file: Path
) -> None:
    checked = checked_by(Estimator(CPU, file), small_bert, moods_csv)
    setup = set_up(checked, Workbench(), lambda _event: None)

    assert checked.estimate is not None
    assert setup.plan is None
    low, high = checked.estimate.seconds_low, checked.estimate.seconds_high
    assert low is not None
    assert high is not None
    assert 0 < low < high
    assert (setup.told_low, setup.told) == (low, high)


def test_they_are_not_timed_anew_again_and_again(small_bert: Path, moods_csv: Path, file: Path) -> None:
    calm, busy = Computer(0.0), Computer(0.75)
    watches = iter([calm.watch()])  # between two timings others rest, and while steps are timed they never do
    estimator = Estimator(CPU, file, other_programs=lambda: next(watches, None) or busy.watch())
    base = load_base(str(small_bert))
    length = checked_by(estimator, small_bert, moods_csv).length_to_time
    assert length is not None
    estimator.calibrate(base, length, lambda: False)
    before = load_calibrations(file)

    tried = 0
    while not estimator.is_timed(str(small_bert), length):
        busy.busy = 0.9
        estimator.calibrate(base, length, lambda: False)
        tried += 1

    assert tried == 2
    assert load_calibrations(file) == before  # what was timed beside more programs is no better


def test_a_whole_run_settles_doubtful_figures(small_bert: Path, moods_csv: Path, file: Path) -> None:
    computer = Computer(0.75)
    estimator = Estimator(CPU, file, other_programs=computer.watch)
    length = checked_by(estimator, small_bert, moods_csv).length_to_time
    assert length is not None
    estimator.calibrate(load_base(str(small_bert)), length, lambda: False)
    ((key, known),) = load_calibrations(file).items()

    estimator.correct(str(small_bert), length, estimated=1200.0, actual=60.0)

    (settled,) = load_calibrations(file).values()
    assert settled.run == pytest.approx(known.run / 20)
    assert settled.others == 0.0
    save_calibration(file, key, msgspec.structs.replace(known, others=0.0))
    other = Estimator(CPU, file, other_programs=computer.watch)
    other.correct(str(small_bert), length, estimated=1200.0, actual=60.0)
    (capped,) = load_calibrations(file).values()
    assert capped.run == pytest.approx(known.run / 5)
