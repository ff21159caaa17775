"""What an NVIDIA graphics card draws, asked of its driver (NVML) through NVIDIA's own Python package.

torch's ``torch.cuda.power_draw`` asks the same package, and only for the power now. Cards since 2017 (Volta)
count their energy, so that nothing is lost between two readings; older ones tell their power.
"""

from __future__ import annotations

import importlib
from typing import Any

import torch

from engine.protocol.energy import EnergyCovers
from engine.training.energy.contract import EnergySource, Gauge, NotHereError, NotReadableError, Place
from engine.training.energy.gauges import Counter, CounterGauge, PowerGauge

_MILLI = 1e-3
_OFTEN = 1.0
"""Seconds between two looks at the power, which changes from one step to the next."""


def open_card(place: Place) -> Gauge:
    """Opens the card that trains; what others draw is no matter of the run."""
    if place.device.type != "cuda":
        raise NotHereError
    if torch.version.hip:
        raise NotReadableError("Thaw can ask graphics cards by NVIDIA only what they draw")
    try:
        nvml = importlib.import_module("pynvml")
    except ImportError as error:
        raise NotReadableError(
            "the package nvidia-ml-py, which asks a graphics card, is not installed"
        ) from error
    return card_gauge(nvml, f"GPU-{torch.cuda.get_device_properties(place.device).uuid}")


def card_gauge(nvml: Any, card: str) -> Gauge:
    """Returns a gauge of one card.

    Args:
        nvml: NVIDIA's package.
        card: What the driver calls the card; by number CUDA may call another one so.

    Raises:
        NotReadableError: When the driver says nothing of it.
    """
    try:
        nvml.nvmlInit()
        handle = nvml.nvmlDeviceGetHandleByUUID(card)
    except nvml.NVMLError as error:
        raise NotReadableError("the driver of the graphics card did not answer") from error

    def asked(ask: Any) -> float:
        try:
            return float(ask(handle)) * _MILLI
        except nvml.NVMLError as error:
            raise NotReadableError("this graphics card does not tell what it draws") from error

    def joules() -> float:
        return asked(nvml.nvmlDeviceGetTotalEnergyConsumption)

    def watts() -> float:
        return asked(nvml.nvmlDeviceGetPowerUsage)

    try:
        joules()
    except NotReadableError:
        watts()
        told = "its power, looked at every second"
        return PowerGauge(watts, told, every=_OFTEN, shortest=2 * _OFTEN)
    return CounterGauge([Counter(joules)], "the graphics card's own counter")


SOURCE = EnergySource(covers=EnergyCovers.CARD, open=open_card)
