"""Each side works in a fresh process, so that its time and its memory are its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import psutil

from tests.benchmarks.speed.plan import ROOT


class Ended(NamedTuple):
    """A process that came to its end.

    Attributes:
        said: What it wrote on its standard output.
        peak: Most memory that it had, in megabytes.
        seconds: From its start to its end.
    """

    said: bytes
    peak: float
    seconds: float


class SideError(Exception):
    """A side could not do its work; the message has the last lines that it wrote."""


def run_fresh(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> Ended:
    """Runs a command in the project's folder.

    Args:
        command: The program and its arguments.
        environment: What is set besides.

    Raises:
        SideError: When it failed.
    """
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    own = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "PYTHONPATH": paths}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **own, **(environment or {})}, stdout=out, stderr=errors
        )
        peak, status = _waited(process)
        seconds = time.perf_counter() - began
        out.seek(0)
        errors.seek(0)
        said = out.read()
        if status:
            last = errors.read().decode(errors="replace").strip().splitlines()[-12:]
            raise SideError("\n".join(last) or f"It ended with status {status}.")
    return Ended(said, peak, seconds)


def _waited(process: subprocess.Popen[bytes]) -> tuple[float, int]:
    """Waits for a process; returns the most memory that it had, in megabytes, and its exit status."""
    if os.name != "nt":
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        unit = 1 if sys.platform == "darwin" else 1024
        return used.ru_maxrss * unit / 1e6, process.returncode
    peak = 0
    while process.poll() is None:
        try:
            peak = max(peak, getattr(psutil.Process(process.pid).memory_info(), "peak_wset", 0))
        except psutil.Error:
            continue
        time.sleep(0.05)
    return peak / 1e6, process.returncode
