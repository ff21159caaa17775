"""What a laptop's battery gives, on Linux."""

from __future__ import annotations

import time
from pathlib import Path

from engine.protocol.energy import EnergyCovers
from engine.training.energy.batteries import battery_gauge, plugged_in, silent
from engine.training.energy.contract import EnergySource, Gauge, NotHereError, Place
from engine.training.energy.gauges import Clock

_FOLDER = "sys/class/power_supply"
_MICRO = 1e-6


def open_battery(place: Place, clock: Clock = time.perf_counter) -> Gauge:
    """Opens the battery, or batteries, of this computer; those of mice and keyboards are none."""
    supplies = place.root / _FOLDER
    if place.system != "linux" or not _batteries(supplies):
        raise NotHereError
    return battery_gauge(lambda: watts_given(supplies), clock)


def watts_given(supplies: Path) -> float:
    """Returns what the batteries give now.

    Args:
        supplies: Folder with a folder for each battery and each charger.

    Raises:
        NotReadableError: When a charger gives power, too, or no battery tells what it gives.
    """
    batteries = _batteries(supplies)
    giving = [battery for battery in batteries if _text(battery / "status") == "Discharging"]
    others = [folder for folder in _folders(supplies) if folder not in batteries]
    if not giving or any(_text(folder / "online") not in ("", "0") for folder in others):
        raise plugged_in()
    return sum(_watts(battery) for battery in giving)


def _watts(battery: Path) -> float:
    """Returns what one gives; some drivers write what is taken out with a sign, others without."""
    power = _number(battery / "power_now")
    if power:
        return abs(power) * _MICRO
    current, voltage = _number(battery / "current_now"), _number(battery / "voltage_now")
    if not current or not voltage:
        raise silent()
    return abs(current) * _MICRO * voltage * _MICRO


def _batteries(supplies: Path) -> list[Path]:
    return [
        folder
        for folder in _folders(supplies)
        if _text(folder / "type") == "Battery"
        and _text(folder / "scope") != "Device"
        and _text(folder / "present") != "0"
    ]


def _folders(supplies: Path) -> list[Path]:
    return sorted(folder for folder in supplies.glob("*") if _text(folder / "scope") != "Device")


def _number(path: Path) -> int:
    try:
        return int(_text(path))
    except ValueError:
        return 0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


SOURCE = EnergySource(covers=EnergyCovers.COMPUTER, open=open_battery)
