"""New projects: small files are there at once, large ones linked or copied; nothing half copied stays."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile
from pytestqt.qtbot import QtBot

from engine.protocol.problems import Problem
from gui.state import data_copy, new_project
from gui.state.project import Project
from gui.state.workspace import Workspace
from gui.window.copying import Copying
from tests.gui.new_projects import filled, made


@pytest.fixture
def workspace(project: Project, context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace in which a file of a few thousand bytes counts as large."""
    for module in (data_copy, new_project):
        monkeypatch.setattr(module, "LARGE", 1_000)
    monkeypatch.setattr(data_copy, "_BLOCK", 1_000)
    found = context.workspace
    assert isinstance(found, Workspace)
    return found


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A person's large file."""
    path = tmp_path / "own.csv"
    path.write_text("text,label\n" + "a,x\nb,y\n" * 500)
    os.utime(path, ns=(10**18, 10**18))
    return path


def no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets links be impossible, as on another disk."""

    def refused(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    for name in ("link", "symlink"):
        monkeypatch.setattr(os, name, refused)


def hidden(workspace: Workspace) -> list[str]:
    return [path.name for path in workspace.folder.iterdir() if path.name.endswith(".unfinished")]


def test_small_files_are_there_at_once_and_large_ones_are_linked(
    workspace: Workspace, own: Path, tmp_path: Path
) -> None:
    small = tmp_path / "small.csv"
    small.write_text("text,label\na,x\n")
    for path, is_linked in ((small, False), (own, True)):
        new = workspace.new_from_file(path)
        assert new.waiting == 0
        place = workspace.finish(new) / "data" / path.name
        assert place.read_bytes() == path.read_bytes()
        assert place.samefile(path) == is_linked


def test_where_no_link_is_possible_it_is_copied_in_the_background_with_its_time(
    workspace: Workspace, own: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_links(monkeypatch)
    new, opened = workspace.new_from_file(own), list[Path]()
    assert new.waiting == own.stat().st_size
    copying = Copying(workspace)
    told: list[tuple[str, object]] = []
    copying.progressed.connect(lambda title, percent: told.append((title, percent)))
    copying.start(new, "Copying", opened.append, opens=True)
    assert opened == []  # nobody waits for it
    qtbot.waitUntil(lambda: bool(opened))
    place = opened[0] / "data" / "own.csv"
    assert place.read_bytes() == own.read_bytes()
    assert place.stat().st_mtime_ns == own.stat().st_mtime_ns  # what was read of it is known by that
    assert not data_copy.is_linked(place)
    assert told[0] == ("Copying", 0)
    assert ("Copying", 100) in told
    assert told[-1] == ("", None)
    assert hidden(workspace) == []
    assert workspace.open(opened[0]).name == "own"


@pytest.mark.parametrize("how", ["cancel", "forget_opening", "close"])
def test_what_is_not_wanted_any_more_leaves_nothing_behind(
    workspace: Workspace, own: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    no_links(monkeypatch)
    before = sorted(workspace.folder.iterdir())
    copying, opened = Copying(workspace), list[Path]()
    for _ in range(2):
        copying.start(workspace.new_from_file(own), "Copying", opened.append, opens=True)
    assert len(hidden(workspace)) == 2
    getattr(copying, how)()
    if how == "cancel":  # the first; the second then gets its turn
        qtbot.waitUntil(lambda: len(opened) == 1)
        assert hidden(workspace) == []
        return
    qtbot.waitUntil(lambda: hidden(workspace) == [])
    assert opened == []
    assert sorted(workspace.folder.iterdir()) == before


def test_a_file_that_changes_meanwhile_is_told_and_makes_no_project(
    workspace: Workspace, own: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_links(monkeypatch)
    copying, opened, problems = Copying(workspace), list[Path](), list[Problem]()
    copying.failed.connect(problems.append)

    def changed(self: new_project.Filling, _done: int) -> bool:
        with own.open("a") as file:
            file.write("c,x\n")
        return True

    monkeypatch.setattr(new_project.Filling, "_go_on", changed)
    copying.start(workspace.new_from_file(own), "Copying", opened.append, opens=True)
    qtbot.waitUntil(lambda: bool(problems))
    assert problems[0].code == "project_not_made"
    assert "It was changed while it was copied" in problems[0].reason
    assert (opened, hidden(workspace)) == ([], [])


def test_a_saved_copy_of_large_data_is_its_own(workspace: Workspace, own: Path) -> None:
    project = made(workspace, own)
    new = workspace.copy_of(project)
    assert new.waiting == own.stat().st_size
    place = filled(workspace, new) / "data" / "own.csv"
    assert place.read_bytes() == own.read_bytes()
    assert not place.samefile(own)


def test_what_a_window_left_that_was_ended_is_removed(workspace: Workspace, own: Path) -> None:
    left, held = (workspace.folder / f".{name}.unfinished" for name in ("left", "held"))
    for folder in (left, held):
        folder.mkdir()
        (folder / "half.csv").write_text("half")
    lock = QLockFile(str(held / ".lock"))
    assert lock.tryLock(0)
    workspace.finish(workspace.new_from_file(own))
    assert (left.exists(), held.exists()) == (False, True)
