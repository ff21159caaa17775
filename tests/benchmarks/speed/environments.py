"""Environments for libraries that Thaw does not have: their own few packages, and beside them Thaw's.

torch and all that is large come from the environment that runs the benchmark, so that both sides multiply
with the same torch. What stands in the lock file goes before it.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.benchmarks.speed.plan import ADAPTERS, FEATURES, ROOT
from tests.benchmarks.speed.processes import SideError

LOCKS = {ADAPTERS: "requirements-adapters.lock", FEATURES: "requirements-bench.lock"}
"""Rival → lock file in packaging/; their environments are ``.venv-adapters`` and ``.venv-bench``."""


def environment(rival: str) -> Path:
    """Returns the Python of a rival's environment, which is made first where it is missing.

    Args:
        rival: A key of :data:`LOCKS`.

    Raises:
        SideError: When it cannot be made, as without a network.
    """
    lock = ROOT / "packaging" / LOCKS[rival]
    folder = ROOT / f".venv-{lock.stem.removeprefix('requirements-')}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / "made.stamp"
    wanted = hashlib.sha256(lock.read_bytes() + sys.executable.encode()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return python
    print(f"Making the environment {folder.name}", file=sys.stderr, flush=True)
    _run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder)])
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--disable-pip-version-check"]
    _run([*pip, "--no-deps", "-r", str(lock)])
    own = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    Path(own, "beside.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    stamp.write_text(wanted)
    return python


def _run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise SideError("The environment could not be made. " + " ".join(last))
