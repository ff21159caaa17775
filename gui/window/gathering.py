"""Several files that a person brings at once: they are opened as a folder of them."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.protocol.problems import Problem
from engine.protocol.project_problems import cannot_use_file
from gui.state.data_copy import linked

_SHORTEST_NAME = 3


class Gathering:
    """Opens one file as it is, and several as a folder: train and test, two languages, several texts.

    It keeps the last folder until the window is gone; a project has a copy of its own by then.
    """

    def __init__(self, open_path: Callable[[str], object], tell: Callable[[Problem], object]) -> None:
        """Takes what it calls.

        Args:
            open_path: Opens a file or a folder.
            tell: Shows a problem.
        """
        self._open_path, self._tell = open_path, tell
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def open(self, paths: Sequence[str]) -> None:
        """Opens what was chosen or dropped.

        Args:
            paths: Files; or one folder.
        """
        if len(paths) == 1:
            self._open_path(paths[0])
        elif paths:
            self._open_together([Path(path) for path in paths])

    def _open_together(self, files: Sequence[Path]) -> None:
        other = next((file for file in files if not file.is_file()), None)
        if other is not None:
            self._tell(cannot_use_file(str(other), "beside other files a folder cannot be opened"))
            return
        holder = tempfile.TemporaryDirectory(prefix="thaw-gathered-", ignore_cleanup_errors=True)
        folder = Path(holder.name) / name_of(files)
        try:
            folder.mkdir()
            for file in files:
                place = _free(folder, file)
                if not linked(file.resolve(), place):
                    shutil.copyfile(file, place)
        except OSError as error:
            self._tell(cannot_use_file(str(files[0]), error.strerror or str(error)))
            return
        self._folder = holder  # the one before is removed by this
        self._open_path(str(folder))


def name_of(files: Sequence[Path]) -> str:
    """Returns what files are called together: how their names begin, else the folder that they are in.

    Args:
        files: Two at least.
    """
    first, last = min(file.stem for file in files), max(file.stem for file in files)
    length = next(
        (place for place, pair in enumerate(zip(first, last, strict=False)) if len({*pair}) > 1), None
    )
    start = first[:length]
    if last[len(start) :][:1].isalpha():  # the word behind the last sign is cut short: "reviews-t"
        start = re.sub(r"[\W_]+[^\W_]*$", "", start)
    start = start.strip(" -_.0123456789")
    if len(start) >= _SHORTEST_NAME:
        return start
    return files[0].parent.name or "Files"


def _free(folder: Path, file: Path) -> Path:
    """Returns a place for a file; of two with the same name the second one's folder is told, too."""
    place = folder / file.name
    return place if not place.exists() else folder / f"{file.parent.name} {file.name}"
