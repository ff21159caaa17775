"""The contracts of the house hold, and each of them bites."""

from __future__ import annotations

import pkgutil
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

VIOLATIONS = {
    "The window never loads a model": ("gui/look/intruder.py", "import torch"),
    "Of the engine the window knows the protocol only": ("gui/look/intruder.py", "import engine.errors"),
    "The engine has no window": ("engine/data/intruder.py", "import PySide6.QtCore"),
    "The protocol needs nothing but msgspec": ("engine/protocol/intruder.py", "import numpy"),
    "Floors of the engine": ("engine/data/intruder.py", "import engine.session"),
    "Methods do not know each other": ("engine/methods/intruder.py", "import engine.methods.lora"),
    "Tasks do not know each other": ("engine/tasks/intruder.py", "import engine.tasks.text_classification"),
    "Floors of the window": ("gui/widgets/intruder.py", "import gui.pages.setup"),
    "Pages do not know each other": ("gui/pages/intruder.py", "import gui.pages.setup"),
}


def lint_imports(folder: Path) -> str:
    """Returns what import-linter says of the tree in a folder."""
    code = "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources that a test may spoil."""
    folder = tmp_path_factory.mktemp("tree")
    for package in ("engine", "gui"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_every_contract_is_kept_by_the_code_as_it_stands(tree: Path) -> None:
    said = lint_imports(tree)
    assert f"{len(VIOLATIONS)} kept, 0 broken" in said, said


def test_the_wall_names_every_room_of_the_engine_but_one() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {contract["name"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}
    walled = contracts["Of the engine the window knows the protocol only"]["forbidden_modules"]
    rooms = {f"engine.{module.name}" for module in pkgutil.iter_modules([str(ROOT / "engine")])}
    assert set(walled) == rooms - {"engine.protocol"}


def test_every_contract_has_a_violation_here() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = [contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]]
    assert sorted(names) == sorted(VIOLATIONS)


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_contract_bites(tree: Path, name: str) -> None:
    path, line = VIOLATIONS[name]
    (tree / path).write_text(line + "\n", encoding="utf-8")
    try:
        said = lint_imports(tree)
    finally:
        (tree / path).unlink()
    assert f"{name} BROKEN" in said, said


@pytest.mark.parametrize("module", ["gui.app", "gui.main_window"])
def test_the_window_leaves_the_heavy_libraries_out(module: str) -> None:
    code = (
        f"import sys, {module}; "
        "print([name for name in ('torch', 'transformers', 'datasets', 'peft') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_engine_leaves_qt_out() -> None:
    code = "import sys, engine.server; print([name for name in sys.modules if name.startswith('PySide6')])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
