"""What a run takes, beside it: pauses, stops, and what was read for a part of it only."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from engine.protocol.energy import Energy, EnergyCovers, EnergyGap, EnergyPart
from engine.protocol.energy_words import figure
from engine.training.checkpoint import BestSoFar, TrainingState
from engine.training.energy.contract import EnergySource, Gauge, NotReadableError, Place
from engine.training.energy.meter import EnergyMeter
from engine.training.energy.readings import Readings
from engine.training.energy.sources import linux_battery, linux_processor
from engine.training.run_meter import RunMeter
from tests.engine.training.energy.test_sources import Hands, battery, domain, write

CPU = torch.device("cpu")


def joules(energy: Energy) -> dict[EnergyCovers, float]:
    return {part.covers: round(part.joules, 3) for part in energy.parts}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return domain(tmp_path, "intel-rapl:0", "package-0", 100)


def catch_up(meter: RunMeter) -> Energy:
    """Returns when the thread has done what it was told before: it answers in turn."""
    return meter.energy


def set_to(package: Path, value: float) -> None:
    write(package, energy_uj=int(value * 1e6))


def test_what_is_drawn_in_a_pause_does_not_count(tmp_path: Path, package: Path) -> None:
    with RunMeter(Place(CPU, tmp_path, "linux")) as meter:
        assert sum(joules(meter.energy).values()) == 0
        set_to(package, 103)
        assert joules(meter.energy) == {EnergyCovers.PROCESSOR: 3}
        set_to(package, 105)
        meter.pause()
        rested = meter.seconds
        set_to(package, 140)
        assert joules(meter.energy) == {EnergyCovers.PROCESSOR: 5}
        assert meter.seconds == rested
        meter.go_on()
        catch_up(meter)
        set_to(package, 142)
        found, seconds = meter.energy, meter.seconds
        assert joules(found) == {EnergyCovers.PROCESSOR: 7}
        assert seconds >= rested
    told = figure(found, seconds)
    assert told is not None
    assert told.is_whole


def test_the_time_of_a_pause_does_not_count_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Hands()
    monkeypatch.setattr("engine.training.run_meter.time", SimpleNamespace(perf_counter=clock))
    with RunMeter(Place(CPU, tmp_path, "linux")) as meter:
        clock.at = 5
        meter.pause()
        clock.at = 65
        assert meter.seconds == 5
        meter.go_on()
        meter.go_on()  # nothing more changes
        clock.at = 67
        assert meter.seconds == 7
        meter.take_up(state(10, None))
        assert meter.seconds == 17


class Watched:
    """A gauge that is read every millisecond, and says so."""

    read_from, every, shortest = "a gauge", 0.001, 0.0

    def __init__(self) -> None:
        self.was_read = threading.Event()

    def start(self) -> None:
        pass

    def joules(self) -> float:
        self.was_read.set()
        return 1.0


def test_nothing_is_read_in_a_pause(tmp_path: Path) -> None:
    gauge = Watched()
    source = EnergySource(covers=EnergyCovers.CARD, open=lambda _: gauge)
    meter = EnergyMeter(lambda: Readings(Place(CPU, tmp_path, "linux"), [source]))
    assert gauge.was_read.wait(5)
    rested = meter.pause()
    gauge.was_read.clear()
    assert not gauge.was_read.wait(0.05)
    meter.go_on()
    assert gauge.was_read.wait(5)
    assert joules(meter.so_far())[EnergyCovers.CARD] > joules(rested)[EnergyCovers.CARD]
    meter.end()


def test_a_run_that_goes_on_adds_up_what_it_took_before(tmp_path: Path, package: Path) -> None:
    before = EnergyPart(
        covers=EnergyCovers.PROCESSOR, read_from="the processor's own counter", joules=40, seconds=10
    )
    whole = state(10, Energy(parts=(before,)))
    for last, is_whole, expected in (
        (whole, True, 42.0),
        (state(10, None), False, 2.0),
        (state(10, Energy(gaps=(EnergyGap(covers=EnergyCovers.PROCESSOR, reason="no"),))), False, 2.0),
    ):
        set_to(package, 100)
        with RunMeter(Place(CPU, tmp_path, "linux")) as meter:
            catch_up(meter)
            meter.take_up(last)
            set_to(package, 102)
            told = figure(meter.energy, meter.seconds)
        assert told is not None
        assert told.is_whole is is_whole
        assert told.joules == pytest.approx(expected)


def state(seconds: float, energy: Energy | None) -> TrainingState:
    return TrainingState(step=5, epoch=1.0, best=BestSoFar(), seconds=seconds, energy=energy)


def test_the_thread_ends_with_the_run(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with RunMeter(Place(CPU, tmp_path, "linux")):
        (thread,) = set(threading.enumerate()) - before
    thread.join(timeout=5)
    assert not thread.is_alive()


def test_a_source_that_hangs_holds_up_a_run_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.training.energy.meter._PATIENCE", 0.01)
    hangs = threading.Event()

    def open_it(_: Place) -> Gauge:
        hangs.wait(10)
        raise NotReadableError("late")

    source = EnergySource(covers=EnergyCovers.CARD, open=open_it)
    meter = EnergyMeter(lambda: Readings(Place(CPU, tmp_path, "linux"), [source]))
    assert meter.so_far() == Energy()
    assert meter.pause() == Energy()
    meter.end()
    hangs.set()


# A battery's time is moved by hand


@pytest.fixture
def on_battery(tmp_path: Path) -> tuple[Readings, Hands, Path]:
    clock, folder = Hands(), battery(tmp_path, power_now=12_000_000)
    source = EnergySource(
        covers=EnergyCovers.COMPUTER, open=lambda place: linux_battery.open_battery(place, clock)
    )
    readings = Readings(Place(CPU, tmp_path, "linux"), [source], clock)
    readings.start()
    return readings, clock, folder


def test_a_charger_that_was_plugged_in_half_way_leaves_at_least_what_was_read(
    on_battery: tuple[Readings, Hands, Path],
) -> None:
    readings, clock, folder = on_battery
    for moment in range(10, 210, 10):
        clock.at = moment
        if moment == 110:
            write(folder, status="Charging")
        readings.read()
    energy = readings.energy()
    (part,) = energy.parts
    assert part.joules == pytest.approx(100 * 12)
    assert part.seconds == 100
    assert "charger" in energy.gaps[0].reason
    told = figure(energy, 200)
    assert told is not None
    assert not told.is_whole
    assert told.words == "at least 0.33 Wh"


def test_a_battery_is_renewed_too_seldom_for_a_short_run(on_battery: tuple[Readings, Hands, Path]) -> None:
    readings, clock, _ = on_battery
    clock.at = 30
    readings.read()
    assert readings.energy().parts == ()
    assert "60 s" in readings.energy().gaps[0].reason
    clock.at = 70
    readings.read()
    assert joules(readings.energy()) == {EnergyCovers.COMPUTER: 840}
    assert readings.energy().gaps == ()


@pytest.mark.parametrize("seconds", [0.5, 20])
def test_a_counter_that_stands_still_counts_nothing(tmp_path: Path, package: Path, seconds: float) -> None:
    clock = Hands()
    readings = Readings(Place(CPU, tmp_path, "linux"), [linux_processor.SOURCE], clock)
    readings.start()
    clock.at = seconds
    readings.read()
    assert readings.energy().parts == ()
    assert readings.energy().gaps[0].reason == "the processor's own counter has not moved"
