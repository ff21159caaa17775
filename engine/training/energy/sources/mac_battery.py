"""What a laptop's battery gives, on macOS."""

from __future__ import annotations

import plistlib
import subprocess
import time
from typing import Any
from xml.parsers.expat import ExpatError

from engine.protocol.energy import EnergyCovers
from engine.training.energy.batteries import battery_gauge, plugged_in, silent
from engine.training.energy.contract import EnergySource, Gauge, NotHereError, NotReadableError, Place
from engine.training.energy.gauges import Clock

_ASK = ("/usr/sbin/ioreg", "-a", "-r", "-n", "AppleSmartBattery")
_PATIENCE = 5.0
_UNKNOWN = "the system did not say what the battery gives"
_MILLI = 1e-3
_SIGN, _WRAP = 1 << 63, 1 << 64


def open_battery(place: Place, clock: Clock = time.perf_counter) -> Gauge:
    """Opens the battery of this computer."""
    if place.system != "darwin" or not _batteries(_ask()):
        raise NotHereError
    return battery_gauge(lambda: watts_given(_ask()), clock)


def watts_given(listed: bytes) -> float:
    """Returns what the batteries give now.

    Args:
        listed: What ``ioreg -a`` says of them, a property list.

    Raises:
        NotReadableError: When the charger gives power, too, or no battery tells what it gives.
    """
    batteries = _batteries(listed)
    if any(battery.get("ExternalConnected") for battery in batteries):
        raise plugged_in()
    watts: float = sum(
        abs(_signed(battery.get("Amperage", 0)) * _MILLI) * battery.get("Voltage", 0) * _MILLI
        for battery in batteries
    )
    if not watts:
        raise silent()
    return watts


def _signed(number: int) -> int:
    """Returns a number that ioreg may have written without its sign, as 2⁶⁴ less."""
    return number - _WRAP if number >= _SIGN else number


def _batteries(listed: bytes) -> list[dict[str, Any]]:
    try:
        found = plistlib.loads(listed) if listed.strip() else []
    except (ExpatError, ValueError) as error:
        raise NotReadableError(_UNKNOWN) from error
    return [battery for battery in found if battery.get("BatteryInstalled", True)]


def _ask() -> bytes:
    try:
        return subprocess.run(_ASK, capture_output=True, check=True, timeout=_PATIENCE).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise NotReadableError(_UNKNOWN) from error


SOURCE = EnergySource(covers=EnergyCovers.COMPUTER, open=open_battery)
