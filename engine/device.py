"""Where a run computes: the processor or a graphics card, and how much memory there is."""

from __future__ import annotations

import os
import platform

import psutil
import torch

from engine.protocol.devices import DeviceFacts


def thread_count() -> int:
    """Returns how many logical processors this process may use (a container may allow fewer)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def devices() -> tuple[DeviceFacts, ...]:
    """Returns where training can run, the fastest first."""
    found = [_cuda(number) for number in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        memory = psutil.virtual_memory()
        label = f"{platform.processor() or 'Apple'} graphics"
        found.append(DeviceFacts(id="mps", label=label, memory=memory.total, memory_free=memory.available))
    return (*found, _cpu())


def is_here(device_id: str) -> bool:
    """Returns whether training can run on a device; for the empty id, which means the fastest, always."""
    return not device_id or any(device.id == device_id for device in devices())


def choose(device_id: str = "") -> torch.device:
    """Returns the device that a run uses.

    Args:
        device_id: E.g. ``"cpu"`` or ``"cuda:0"``; empty, or one that is not there: the fastest.
    """
    known = [device.id for device in devices()]
    return torch.device(device_id if device_id in known else known[0])


def facts(device: torch.device) -> DeviceFacts:
    """Returns what is known of a device, with the memory that is free now."""
    if device.type == "cuda":
        return _cuda(device.index or 0)
    return next((found for found in devices() if found.id == device.type), _cpu())


def memory_used(device: torch.device | None = None) -> int:
    """Returns the bytes that this process holds: on a graphics card there, else in main memory."""
    if device is not None and device.type == "cuda":
        return int(torch.cuda.memory_reserved(device))
    return int(psutil.Process().memory_info().rss)


def _cpu() -> DeviceFacts:
    memory = psutil.virtual_memory()
    threads = thread_count()
    label = f"CPU · {threads} {'thread' if threads == 1 else 'threads'}"
    return DeviceFacts(id="cpu", label=label, memory=memory.total, memory_free=memory.available)


def _cuda(number: int) -> DeviceFacts:
    free, total = torch.cuda.mem_get_info(number)
    return DeviceFacts(
        id=f"cuda:{number}", label=torch.cuda.get_device_name(number), memory=total, memory_free=free
    )
