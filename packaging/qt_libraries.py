"""Which system libraries Qt's window needs on Linux, and whether a window can open here.

Standard library only; used by bootstrap.py before anything is installed.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

DEBIAN_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
}


def missing_libraries() -> list[str]:
    """Returns the libraries that Qt needs and this Linux does not have; empty elsewhere."""
    if not sys.platform.startswith("linux"):
        return []
    missing = []
    for library in DEBIAN_PACKAGES:
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(library)
    return missing


def ensure_qt_libraries(say: Callable[[str], None]) -> str:
    """Installs what Qt lacks where that is allowed.

    Args:
        say: Prints a line.

    Returns:
        ``""`` when nothing is missing any more, else what a person has to do.
    """
    missing = missing_libraries()
    if not missing:
        return ""
    packages = sorted({DEBIAN_PACKAGES[library] for library in missing})
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if shutil.which("apt-get") and os.geteuid() == 0:
        say(f"Installing {len(packages)} system libraries that the window needs: {', '.join(packages)}")
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "--quiet"], capture_output=True, check=False)
        subprocess.run(command, capture_output=True, check=False, env=environment)
        missing = missing_libraries()
        if not missing:
            return ""
    head = f"The window needs system libraries that are not here: {', '.join(missing)}."
    if shutil.which("apt-get"):
        return f"{head}\nInstall them with: sudo {' '.join(command)}"
    return f"{head}\nInstall them with your system's package tool (the names above are the files)."


def why_no_display() -> str:
    """Returns why there is no display to open a window on, or ``""`` when there is one."""
    if not sys.platform.startswith("linux"):
        return ""
    if os.environ.get("QT_QPA_PLATFORM") or os.environ.get("WAYLAND_DISPLAY"):
        return ""
    display = os.environ.get("DISPLAY", "")
    if not display:
        return "This machine has no display (DISPLAY is not set)."
    host, _, number = display.rpartition(":")
    socket = Path(f"/tmp/.X11-unix/X{number.partition('.')[0]}")  # noqa: S108  (where X keeps its sockets)
    if not host and not socket.exists():
        return f"No display answers at DISPLAY={display}."
    return ""
