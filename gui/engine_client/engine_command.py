"""How an engine process is started: from a checkout, an installation, or a frozen app."""

from __future__ import annotations

import os
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

import engine.protocol


@dataclass(frozen=True)
class EngineCommand:
    """What to start.

    Attributes:
        arguments: The program and its arguments.
        environment: The whole environment of the process.
    """

    arguments: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))


def serve_command() -> EngineCommand:
    """Returns the command that starts an engine which serves this window."""
    environment = dict(os.environ)
    if getattr(sys, "frozen", False):
        launcher = Path(sys.executable).with_name("thaw-engine").with_suffix(Path(sys.executable).suffix)
        return EngineCommand((str(launcher), "serve"), environment)
    environment["PYTHONPATH"] = os.pathsep.join(_package_paths(environment.get("PYTHONPATH", "")))
    # -P: without it Python would look into the current folder first, and a folder of the person's
    # own that happens to be called "engine" would be started instead.
    return EngineCommand((sys.executable, "-P", "-m", "engine", "serve"), environment)


def _package_paths(inherited: str) -> list[str]:
    """Returns the search paths of the child: that of this engine package first.

    An installed package is found by itself. Its folder must not come first, where it would go before
    the standard library. Empty entries are left out; they would mean the current folder.
    """
    paths = [entry for entry in inherited.split(os.pathsep) if entry]
    home = str(Path(next(iter(engine.protocol.__path__))).resolve().parents[1])
    installed = {str(Path(sysconfig.get_path(name)).resolve()) for name in ("purelib", "platlib")}
    if home not in installed and home not in paths:
        paths.insert(0, home)
    return paths
