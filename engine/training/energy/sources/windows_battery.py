"""What a laptop's battery gives, on Windows.

The same figures stand in WMI (``BatteryStatus.DischargeRate``); this call needs no process of its own.
"""

from __future__ import annotations

import ctypes
import struct
import sys
import time

from engine.protocol.energy import EnergyCovers
from engine.training.energy.batteries import battery_gauge, plugged_in, silent
from engine.training.energy.contract import EnergySource, Gauge, NotHereError, NotReadableError, Place
from engine.training.energy.gauges import Clock

_STATE = struct.Struct("<4?3xB2Ii3I")
"""``SYSTEM_BATTERY_STATE``: on mains, present, charging, giving, tag, capacities, mW (below 0: given) …"""

_BATTERY_STATE = 5
"""``SystemBatteryState``, of ``POWER_INFORMATION_LEVEL``."""

_UNKNOWN = -(1 << 31)
_MILLI = 1e-3


def open_battery(place: Place, clock: Clock = time.perf_counter) -> Gauge:
    """Opens the batteries of this computer, which Windows tells as one."""
    if place.system != "win32" or not _STATE.unpack(_ask())[1]:
        raise NotHereError
    return battery_gauge(lambda: watts_given(_ask()), clock)


def watts_given(state: bytes) -> float:
    """Returns what the batteries give now.

    Args:
        state: A ``SYSTEM_BATTERY_STATE``.

    Raises:
        NotReadableError: When the charger gives power, too, or the batteries do not tell what they give.
    """
    on_mains, _, _, gives, _, _, _, rate, *_ = _STATE.unpack(state)
    milliwatts: int = rate
    if on_mains or not gives:
        raise plugged_in()
    if milliwatts in (0, _UNKNOWN):
        raise silent()
    return abs(milliwatts) * _MILLI


def _ask() -> bytes:
    state = ctypes.create_string_buffer(_STATE.size)
    status = -1
    if sys.platform == "win32":
        status = ctypes.windll.powrprof.CallNtPowerInformation(_BATTERY_STATE, None, 0, state, _STATE.size)
    if status:
        raise NotReadableError("the system did not say what the battery gives")
    return state.raw


SOURCE = EnergySource(covers=EnergyCovers.COMPUTER, open=open_battery)
