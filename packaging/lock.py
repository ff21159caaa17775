"""Writes the lock files anew: exact versions of everything that Thaw needs.

Run it with the project's own Python after a change of the dependencies in pyproject.toml:

    .venv/bin/python packaging/lock.py

It asks pip for a solution without installing anything. ``torch`` is written without the suffix that
some builds carry (``+cpu``), so that each machine takes the build that fits it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TORCH = "torch==2.13.0"


def solve(requirements: list[str]) -> dict[str, str]:
    """Returns name → version of everything that pip would install.

    Args:
        requirements: What is asked for, as in pyproject.toml.
    """
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
    report = subprocess.run([*command, "--report", "-", *requirements], check=True, capture_output=True)
    items = [item["metadata"] for item in json.loads(report.stdout)["install"]]
    return {item["name"].lower().replace("_", "-"): item["version"].partition("+")[0] for item in items}


def write(name: str, note: str, versions: dict[str, str]) -> None:
    """Writes one lock file.

    Args:
        name: File name in this folder.
        note: First line, after the comment sign.
        versions: Package → version.
    """
    lines = [
        f"# {note} Written by packaging/lock.py.",
        *(f"{key}=={versions[key]}" for key in sorted(versions)),
    ]
    (ROOT / "packaging" / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"packaging/{name}: {len(versions)} packages")


def main() -> None:
    """Solves for the app, then for the app with its tests, and writes both."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [TORCH, "setuptools>=77", *project["project"]["dependencies"]]
    app = solve(wanted)
    pinned = [f"{name}=={version}" for name, version in app.items()]
    everything = solve([*pinned, *project["dependency-groups"]["dev"]])
    write("requirements.lock", "What the app needs.", app)
    tests = {name: version for name, version in everything.items() if name not in app}
    write("requirements-test.lock", "What the tests need besides.", tests)


if __name__ == "__main__":
    main()
