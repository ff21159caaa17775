"""Several files brought at once: they lie together without being copied, wherever links are possible."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from engine.protocol.folder_files import files_in
from gui.window.gathering import Gathering


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets only some people make symbolic links.")
def test_files_of_another_disk_are_linked_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    files = [tmp_path / name for name in ("train.csv", "test.csv")]
    for file in files:
        file.write_text("text,label\na,x\n")
    monkeypatch.setattr(os, "link", refused)
    opened: list[str] = []
    gathering = Gathering(opened.append, lambda problem: pytest.fail(problem.title))
    gathering.open([str(file) for file in files])
    (folder,) = map(Path, opened)
    assert sorted(files_in(folder).names) == ["test.csv", "train.csv"]
    assert all((folder / file.name).samefile(file) for file in files)
