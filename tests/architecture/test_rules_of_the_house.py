"""Rules that no linter knows: where ids may stand, how long a file may be, where all is caught."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted([*ROOT.glob("engine/**/*.py"), *ROOT.glob("gui/**/*.py"), *ROOT.glob("packaging/*.py")])
CATCHERS = {"engine/session.py", "gui/window/failures.py"}


def relative(path: Path) -> str:
    """Returns a path as it is written in the house's papers."""
    return path.relative_to(ROOT).as_posix()


def strings(path: Path) -> set[str]:
    """Returns every string constant of a source file, docstrings left out by their length."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {value for value in found if isinstance(value, str)}


@pytest.mark.parametrize("room", ["methods", "tasks"])
def test_an_id_stands_in_its_own_file_only(room: str) -> None:
    ids = {path.stem for path in (ROOT / "engine" / room).glob("*.py")} - {"__init__"}
    assert ids
    strangers = {
        (relative(path), name) for path in SOURCES if path.parent.name != room for name in ids & strings(path)
    }
    assert strangers == set()


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_a_file_is_not_longer_than_a_person_can_hold(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350


def test_everything_is_caught_in_two_places_only() -> None:
    broad = re.compile(r"except\s+(BaseException|Exception)\b|except\s*:")
    places = {relative(path) for path in SOURCES if broad.search(path.read_text(encoding="utf-8"))}
    assert places <= CATCHERS


def test_no_room_is_a_drawer_for_odds_and_ends() -> None:
    forbidden = re.compile(r"(^|_)(utils?|helpers?|managers?|misc)(_|$)")
    assert [relative(path) for path in SOURCES if forbidden.search(path.stem)] == []


def test_each_direct_dependency_is_named_with_its_licence() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = re.search(r"^dependencies = \[(.*?)^\]", text, re.DOTALL | re.MULTILINE)
    assert block is not None
    wanted = {name.lower() for name in re.findall(r'"([A-Za-z0-9_-]+)', block[1])}
    listed = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8").lower()
    assert {name for name in wanted if f"| {name} |" not in listed} == set()


def test_each_sample_has_its_licence_beside_it() -> None:
    folder = ROOT / "resources" / "samples"
    others = (".toml", ".LICENCE.txt")
    samples = [path for path in folder.iterdir() if not path.name.endswith(others)]
    assert len(samples) >= 8
    assert [path.name for path in samples if not path.with_suffix(".LICENCE.txt").exists()] == []
