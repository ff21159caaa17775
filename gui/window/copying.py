"""New projects whose files are large: they are copied in the background, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from engine.protocol.problems import Problem
from engine.protocol.project_problems import project_not_made
from gui.state.new_project import Filling, NewProject
from gui.state.workspace import ProjectError, Workspace


@dataclass(frozen=True)
class _Wanted:
    """A project that is to be filled, what is said of it, and what comes then."""

    new: NewProject
    title: str
    done: Callable[[Path], object]
    opens: bool


class Copying(QObject):
    """Fills new projects and finishes them; the window stays free meanwhile.

    Args:
        workspace: Where they are made.
    """

    progressed = Signal(str, object)
    """What is copied, and how much of it in per cent; ``None`` when nothing is any more."""

    failed = Signal(object)
    """The :class:`Problem` that was in the way; nothing half copied stays."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._line: list[_Wanted] = []
        self._filling: Filling | None = None
        self._is_unwanted = False

    def start(self, new: NewProject, title: str, done: Callable[[Path], object], *, opens: bool) -> None:
        """Finishes a project, at once where nothing waits to be copied.

        Args:
            new: The project.
            title: What is copied, in a few words.
            done: Called with its folder when it is there.
            opens: Whether it will be opened then; so that it is not any more where another one was.
        """
        wanted = _Wanted(new, title, done, opens)
        if new.waiting:
            self._line.append(wanted)
            self._next()
        else:
            self._finish(wanted)

    def cancel(self) -> None:
        """Copies what is being copied no further; nothing of it stays."""
        if self._filling is not None:
            self._is_unwanted = True  # a thread that has ended does not know any more that it was to end
            self._filling.requestInterruption()

    def forget_opening(self) -> None:
        """Opens nothing any more, because something else was opened."""
        for wanted in [one for one in self._line if one.opens]:
            if self._filling is not None and self._filling.new is wanted.new:
                self.cancel()
            else:
                self._line.remove(wanted)
                wanted.new.give_up()

    def close(self) -> None:
        """Ends; nothing half copied stays."""
        filling, self._filling = self._filling, None
        if filling is not None:
            filling.requestInterruption()
            filling.wait()
        for wanted in self._line:
            wanted.new.give_up()
        self._line.clear()

    def _next(self) -> None:
        if self._filling is not None or not self._line:
            return
        wanted, self._is_unwanted = self._line[0], False
        filling = self._filling = Filling(wanted.new, self)
        filling.progressed.connect(self._tell)  # no function without an object: it would run in the thread
        filling.finished.connect(self._take_end)
        self.progressed.emit(wanted.title, 0)
        filling.start(QThread.Priority.LowPriority)

    def _tell(self, percent: int) -> None:
        if self._filling is not None:
            self.progressed.emit(self._line[0].title, percent)

    def _take_end(self) -> None:
        filling, self._filling = self._filling, None
        if filling is None:
            return
        wanted = self._line.pop(0)
        filling.wait()  # it says that it has ended a moment before it has
        filling.deleteLater()
        self.progressed.emit("", None)
        if filling.is_whole and not self._is_unwanted:
            self._finish(wanted)
        else:
            wanted.new.give_up()
            if filling.error and not self._is_unwanted:
                self.failed.emit(self._problem(wanted, filling.error))
        self._next()

    def _finish(self, wanted: _Wanted) -> None:
        try:
            folder = self._workspace.finish(wanted.new)
        except ProjectError as error:
            self.failed.emit(error.problem)
            return
        wanted.done(folder)

    def _problem(self, wanted: _Wanted, reason: str) -> Problem:
        return project_not_made(str(self._workspace.folder / wanted.new.name), reason)
