"""The disk: places that are not there, folders that are swapped whole."""

from __future__ import annotations

import errno
from pathlib import Path, PureWindowsPath

import pytest

from engine.disk import disk_problem, free_space, replace_folder


class NoDrive(PureWindowsPath):
    """A path on a drive that does not exist."""

    def absolute(self):
        return self

    def exists(self):
        return False


def test_a_drive_that_is_not_there_has_no_room():
    assert free_space(NoDrive("Z:/runs/one")) == 0


def _folder(path: Path, word: str) -> Path:
    path.mkdir()
    (path / "word").write_text(word)
    return path


def test_a_folder_takes_the_place_of_another(tmp_path):
    place = _folder(tmp_path / "last", "old")
    replace_folder(_folder(tmp_path / "new", "new"), place)

    assert [path.name for path in tmp_path.iterdir()] == ["last"]
    assert (place / "word").read_text() == "new"


def test_a_folder_that_cannot_be_replaced_stands_where_it_stood(tmp_path):
    place = _folder(tmp_path / "last", "old")
    with pytest.raises(OSError, match="nothing-here"):
        replace_folder(tmp_path / "nothing-here", place)

    assert [path.name for path in tmp_path.iterdir()] == ["last"]
    assert (place / "word").read_text() == "old"


def test_a_full_disk_is_told_from_a_place_where_one_may_not_write(tmp_path):
    full = disk_problem(OSError(errno.ENOSPC, "No space left on device"), tmp_path, saved_epoch=1.5)
    said = disk_problem(ValueError("I/O error: No space left on device (os error 28)"), tmp_path)
    locked = disk_problem(PermissionError(errno.EACCES, "Permission denied"), tmp_path)

    assert (full.code, said.code, locked.code) == ("no_disk_space", "no_disk_space", "cannot_write")
    assert "epoch 1.5" in full.safe
    assert "needs about" not in full.reason  # nobody knows how much
    assert "permission denied" in locked.reason
    assert "needs about 7 MB" in disk_problem(OSError(errno.EDQUOT, ""), tmp_path, needed=7_000_000).reason
