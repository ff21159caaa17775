"""Projects made from files, as the window makes them, but that it waits until they are there."""

from __future__ import annotations

from pathlib import Path

from gui.state.new_project import NewProject
from gui.state.project import Project
from gui.state.workspace import Workspace


def made(workspace: Workspace, path: Path) -> Project:
    """Makes a project from a file or a folder and opens it."""
    return workspace.open(filled(workspace, workspace.new_from_file(path)))


def filled(workspace: Workspace, new: NewProject) -> Path:
    """Fills a new project and returns its folder."""
    assert new.fill(lambda _: True)
    return workspace.finish(new)
