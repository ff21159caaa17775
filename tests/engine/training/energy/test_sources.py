"""Where energy is read: from the system's files, from what its tools say, from a card's driver."""

from __future__ import annotations

import plistlib
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.protocol.energy import EnergyCovers
from engine.training.energy.contract import EnergySource, NotHereError, NotReadableError, Place
from engine.training.energy.gauges import CounterGauge, PowerGauge
from engine.training.energy.readings import Readings, all_sources
from engine.training.energy.sources import linux_battery, mac_battery, windows_battery
from engine.training.energy.sources.linux_processor import open_counters
from engine.training.energy.sources.nvidia_card import card_gauge, open_card

CPU = torch.device("cpu")


def linux(root: Path) -> Place:
    return Place(CPU, root, "linux")


def write(folder: Path, **files: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in files.items():
        (folder / name).write_text(f"{value}\n")
    return folder


def domain(root: Path, name: str, kind: str, joules: float, span: float = 262_143.0) -> Path:
    """A domain of the powercap tree."""
    return write(
        root / "sys/class/powercap" / name,
        name=kind,
        energy_uj=int(joules * 1e6),
        max_energy_range_uj=int(span * 1e6),
    )


def test_every_source_is_found_and_a_computer_without_any_gives_no_reason(tmp_path: Path) -> None:
    sources = all_sources()
    assert len(sources) == 5
    for system in ("linux", "freebsd"):
        readings = Readings(Place(CPU, tmp_path, system), sources)
        readings.start()
        readings.read()
        assert readings.energy().parts == ()
        assert readings.energy().gaps == ()


# The processor's counters


def test_packages_are_added_up_and_what_lies_in_them_is_not_counted_twice(tmp_path: Path) -> None:
    first = domain(tmp_path, "intel-rapl:0", "package-0", 100)
    second = domain(tmp_path, "intel-rapl:1", "package-1", 50)
    within = domain(tmp_path, "intel-rapl:0:0", "core", 10)
    board = domain(tmp_path, "intel-rapl:2", "psys", 900)
    again = domain(tmp_path, "intel-rapl-mmio:0", "package-0", 100)
    gauge = open_counters(linux(tmp_path))
    gauge.start()
    for folder, joules in ((first, 107), (second, 54), (within, 16), (board, 990), (again, 107)):
        write(folder, energy_uj=int(joules * 1e6))
    assert gauge.joules() == pytest.approx(7 + 4)
    assert gauge.joules() == 0
    assert gauge.read_from == "the processors' own counters"


def test_a_counter_that_came_to_its_end_goes_on_from_zero(tmp_path: Path) -> None:
    package = domain(tmp_path, "intel-rapl:0", "package-0", 262_000, span=262_143)
    gauge = open_counters(linux(tmp_path))
    gauge.start()
    write(package, energy_uj=57_000_000)
    assert gauge.joules() == pytest.approx(143 + 57)


def test_a_counter_that_began_anew_is_no_measurement(tmp_path: Path) -> None:
    package = domain(tmp_path, "intel-rapl:0", "package-0", 100_000)
    gauge = open_counters(linux(tmp_path))
    gauge.start()
    write(package, energy_uj=5_000_000)  # 162 kJ in no time: it slept
    with pytest.raises(NotReadableError, match="began anew"):
        gauge.joules()
    write(package, energy_uj=8_000_000)
    assert gauge.joules() == pytest.approx(3)


def test_who_may_not_read_the_counter_hears_it(tmp_path: Path) -> None:
    package = domain(tmp_path, "intel-rapl:0", "package-0", 1)
    (package / "energy_uj").chmod(0)
    try:
        (package / "energy_uj").read_text()
    except PermissionError:
        pass
    else:
        pytest.skip("an administrator may read everything")
    with pytest.raises(NotReadableError, match="only an administrator"):
        open_counters(linux(tmp_path))


def test_a_counter_that_says_no_number_is_named(tmp_path: Path) -> None:
    write(domain(tmp_path, "intel-rapl:0", "package-0", 1), energy_uj="?")
    with pytest.raises(NotReadableError, match="no number"):
        open_counters(linux(tmp_path))


# Batteries


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def battery(root: Path, status: str = "Discharging", name: str = "BAT0", **files: object) -> Path:
    return write(root / "sys/class/power_supply" / name, type="Battery", status=status, present=1, **files)


def test_the_power_of_a_battery_is_added_up(tmp_path: Path) -> None:
    clock = Hands()
    folder = battery(tmp_path, power_now=10_000_000)
    write(tmp_path / "sys/class/power_supply/AC", type="Mains", online=0)
    battery(tmp_path, name="hidpp_battery_0", scope="Device", power_now=90_000_000)  # a mouse
    taken_out = battery(tmp_path, name="BAT1", power_now=70_000_000)
    write(taken_out, present=0)
    gauge = linux_battery.open_battery(linux(tmp_path), clock)
    gauge.start()
    clock.at = 10
    write(folder, power_now=20_000_000)
    assert gauge.joules() == pytest.approx(150)  # 10 s at 15 W
    assert gauge.shortest == 60


def test_current_and_voltage_tell_the_power_too(tmp_path: Path) -> None:
    battery(tmp_path, current_now=-1_500_000, voltage_now=12_000_000)
    battery(tmp_path, name="BAT1", power_now=2_000_000)
    assert linux_battery.watts_given(tmp_path / "sys/class/power_supply") == pytest.approx(18 + 2)


def test_what_was_drawn_while_the_charger_was_in_is_not_known(tmp_path: Path) -> None:
    clock = Hands()
    folder = battery(tmp_path, power_now=10_000_000)
    gauge = linux_battery.open_battery(linux(tmp_path), clock)
    gauge.start()
    clock.at, told = 10, []
    write(folder, status="Charging")
    for status in ("Discharging", "Discharging"):
        with pytest.raises(NotReadableError, match="charger") as found:
            gauge.joules()
        told.append(found.value.reason)
        clock.at += 10
        write(folder, status=status)
    assert gauge.joules() == pytest.approx(100)
    assert len(set(told)) == 1


def test_a_charger_that_helps_a_battery_counts_as_one(tmp_path: Path) -> None:
    battery(tmp_path, power_now=10_000_000)
    write(tmp_path / "sys/class/power_supply/ADP1", type="Mains", online=1)
    with pytest.raises(NotReadableError, match="charger"):
        linux_battery.watts_given(tmp_path / "sys/class/power_supply")


def test_a_battery_that_tells_no_power_is_told_of(tmp_path: Path) -> None:
    battery(tmp_path)
    with pytest.raises(NotReadableError, match="does not tell"):
        linux_battery.watts_given(tmp_path / "sys/class/power_supply")


def test_nobody_knows_what_a_sleeping_computer_drew() -> None:
    clock = Hands()
    gauge = PowerGauge(lambda: 10.0, "its battery", clock=clock)
    gauge.start()
    clock.at = 3600
    with pytest.raises(NotReadableError, match="3600 s"):
        gauge.joules()
    clock.at = 3610
    assert gauge.joules() == pytest.approx(100)


def test_what_macos_says_of_a_battery_is_understood() -> None:
    told: dict[str, Any] = {"BatteryInstalled": True, "ExternalConnected": False, "Voltage": 12_000}
    drawn = plistlib.dumps([told | {"Amperage": -1500}])
    assert mac_battery.watts_given(drawn) == pytest.approx(18)
    without_sign = plistlib.dumps([told | {"Amperage": 2**64 - 1500}])
    assert mac_battery.watts_given(without_sign) == pytest.approx(18)
    for said, why in (({"ExternalConnected": True, "Amperage": 5}, "charger"), ({"Amperage": 0}, "not tell")):
        with pytest.raises(NotReadableError, match=why):
            mac_battery.watts_given(plistlib.dumps([told | said]))
    with pytest.raises(NotReadableError, match="did not say"):
        mac_battery.watts_given(b"<plist><array>")


def test_what_windows_says_of_a_battery_is_understood() -> None:
    def state(*, mains: bool, gives: bool, milliwatts: int) -> bytes:
        return struct.pack(
            "<4?3xB2Ii3I", mains, True, not gives, gives, 1, 50_000, 40_000, milliwatts, 0, 0, 0
        )

    assert windows_battery.watts_given(state(mains=False, gives=True, milliwatts=-18_500)) == 18.5
    with pytest.raises(NotReadableError, match="charger"):
        windows_battery.watts_given(state(mains=True, gives=False, milliwatts=9_000))
    with pytest.raises(NotReadableError, match="not tell"):
        windows_battery.watts_given(state(mains=False, gives=True, milliwatts=-(2**31)))
    assert len(state(mains=True, gives=False, milliwatts=0)) == 32


# The graphics card


class FakeDriver:
    """NVIDIA's package as far as it is asked."""

    class NVMLError(Exception):
        """What it raises."""

    def __init__(self, *, counts: bool = True, tells_power: bool = True) -> None:
        self.millijoules, self.milliwatts = 5_000_000, 250_000
        self.counts, self.tells_power = counts, tells_power

    def nvmlInit(self) -> None:  # noqa: N802 (NVIDIA's name)
        pass

    def nvmlDeviceGetHandleByUUID(self, name: str) -> str:  # noqa: N802 (NVIDIA's name)
        if name != "GPU-1":
            raise self.NVMLError
        return name

    def nvmlDeviceGetTotalEnergyConsumption(self, _: str) -> int:  # noqa: N802 (NVIDIA's name)
        if not self.counts:
            raise self.NVMLError
        return self.millijoules

    def nvmlDeviceGetPowerUsage(self, _: str) -> int:  # noqa: N802 (NVIDIA's name)
        if not self.tells_power:
            raise self.NVMLError
        return self.milliwatts


def test_a_card_that_counts_is_read_as_a_counter() -> None:
    driver = FakeDriver()
    gauge = card_gauge(driver, "GPU-1")
    gauge.start()
    driver.millijoules += 12_500
    assert isinstance(gauge, CounterGauge)
    assert gauge.joules() == pytest.approx(12.5)


def test_an_older_card_is_asked_for_its_power_often() -> None:
    gauge = card_gauge(FakeDriver(counts=False), "GPU-1")
    assert isinstance(gauge, PowerGauge)
    assert gauge.every == 1


def test_a_card_that_says_nothing_has_a_reason() -> None:
    with pytest.raises(NotReadableError, match="does not tell"):
        card_gauge(FakeDriver(counts=False, tells_power=False), "GPU-1")
    with pytest.raises(NotReadableError, match="driver"):
        card_gauge(FakeDriver(), "GPU-2")
    with pytest.raises(NotHereError):
        open_card(Place(CPU))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no graphics card")
def test_this_computers_card_is_read() -> None:
    gauge = open_card(Place(torch.device("cuda:0")))
    gauge.start()
    matrix = torch.rand(4096, 4096, device="cuda:0")
    for _ in range(200):
        matrix = (matrix @ matrix).softmax(0)
    torch.cuda.synchronize()
    assert gauge.joules() > 0


# A source that breaks


def broken(error: Exception) -> Callable[[Place], Any]:
    def open_it(_: Place) -> Any:
        raise error

    return open_it


def test_a_source_that_breaks_is_a_gap_and_no_error(tmp_path: Path) -> None:
    source = EnergySource(covers=EnergyCovers.PROCESSOR, open=broken(OSError("gone")))
    readings = Readings(linux(tmp_path), [source])
    readings.start()
    readings.read()
    (gap,) = readings.energy().gaps
    assert gap.reason == "asking for the processor's energy failed (OSError)"
