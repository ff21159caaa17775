"""What a person has tried before: kept with the project, the newest first."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from engine.protocol.project_problems import project_not_saved

TRIED_FILE = "tried.json"
MOST = 50


class TriedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What one model said.

    Attributes:
        run: Name of the run's folder.
        version: Which version of its model.
        words: The answer, e.g. ``"spam 86 %"``.
    """

    run: str
    version: str
    words: str


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """A text that was tried.

    Attributes:
        row: Role → text, as it was typed.
        typos: Share of typos that the models read it with, in per cent.
        answers: What was said.
    """

    row: dict[str, str]
    typos: int = 0
    answers: tuple[TriedAnswer, ...] = ()

    def words_of(self, run: str, version: str) -> str:
        """Returns what a model said; empty where it was not asked."""
        return next((one.words for one in self.answers if (one.run, one.version) == (run, version)), "")


class TrialHistory(QObject):
    """The last texts that were tried; written down as they come.

    Args:
        folder: Of the project.

    Attributes:
        entries: The newest first.
    """

    changed = Signal()
    save_failed = Signal(object)
    """A ``Problem``: the file cannot be written."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = folder / TRIED_FILE
        self.entries: list[Tried] = self._read()

    def remember(self, tried: Tried) -> None:
        """Puts a text on top; the same text once only, with what was said to it before by others."""
        entries = self._with_written()
        same = [one for one in entries if (one.row, one.typos) == (tried.row, tried.typos)]
        known = {(one.run, one.version) for one in tried.answers}
        before = [one for old in same for one in old.answers if (one.run, one.version) not in known]
        tried = msgspec.structs.replace(tried, answers=(*tried.answers, *before))
        if self.entries[:1] == [tried]:
            return
        self.entries = [tried, *(one for one in entries if one not in same)][:MOST]
        self._write()
        self.changed.emit()

    def _with_written(self) -> list[Tried]:
        """Returns the entries with those that another window of the project has written meanwhile."""
        written = {_key(one): one for one in self._read()}
        own = [written.pop(_key(one), one) for one in self.entries]
        return [*own, *written.values()]

    def _read(self) -> list[Tried]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=list[Tried])[:MOST]
        except (OSError, msgspec.MsgspecError):
            return []

    def _write(self) -> None:
        unfinished = self._path.with_name(f".{self._path.name}.unfinished")
        try:
            unfinished.write_bytes(msgspec.json.encode(self.entries))
            os.replace(unfinished, self._path)  # noqa: PTH105 - the same as Path.replace, whole or not at all
        except OSError as error:
            with contextlib.suppress(OSError):
                unfinished.unlink(missing_ok=True)
            self.save_failed.emit(project_not_saved(str(self._path), error.strerror or str(error)))


def _key(tried: Tried) -> tuple[tuple[tuple[str, str], ...], int]:
    """Returns what makes a text the same one."""
    return tuple(sorted(tried.row.items())), tried.typos
