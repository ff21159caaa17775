"""The counters that processors keep of their own energy (RAPL), where Linux lets everyone read them.

Since 2020 most systems let only an administrator read them; some give them to a group. Whole packages are
read: what lies in them (cores, graphics) is counted in them. The domain "psys", a whole board, is left out:
how far it can be trusted is up to each maker, and memory chips tell of themselves on servers only.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from engine.protocol.energy import EnergyCovers
from engine.training.energy.contract import EnergySource, Gauge, NotHereError, NotReadableError, Place
from engine.training.energy.gauges import Counter, CounterGauge

_FOLDER = "sys/class/powercap"
_DOMAINS = "intel-rapl:[0-9]*"
"""Processors of AMD stand there under the same name; ``intel-rapl-mmio:0`` would count the first twice."""

_MICROJOULES = 1e-6


def open_counters(place: Place) -> Gauge:
    """Opens the counters of all processors of this computer."""
    packages = [
        folder
        for folder in sorted((place.root / _FOLDER).glob(_DOMAINS))
        if folder.name.count(":") == 1 and _name(folder).startswith("package")
    ]
    if place.system != "linux" or not packages:
        raise NotHereError
    counters = [Counter(partial(_joules, folder), _span(folder)) for folder in packages]
    for counter in counters:
        counter.joules()  # who may not read them hears so now
    whose = "the processor's own counter" if len(packages) == 1 else "the processors' own counters"
    return CounterGauge(counters, whose)


def _name(folder: Path) -> str:
    try:
        return (folder / "name").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _span(folder: Path) -> float:
    try:
        return _number(folder / "max_energy_range_uj")
    except (OSError, ValueError):
        return 0.0


def _joules(folder: Path) -> float:
    try:
        return _number(folder / "energy_uj")
    except PermissionError as error:
        raise NotReadableError(
            "only an administrator may read the processor's counter of energy here"
        ) from error
    except (OSError, ValueError) as error:
        raise NotReadableError("the processor's counter of energy gave no number") from error


def _number(path: Path) -> float:
    return int(path.read_text(encoding="ascii")) * _MICROJOULES


SOURCE = EnergySource(covers=EnergyCovers.PROCESSOR, open=open_counters)
