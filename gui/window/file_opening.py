"""A data file on its way to being a project: it is read first, and one that cannot be read makes none."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal

from engine.protocol.commands import InspectData
from engine.protocol.config import Reading
from engine.protocol.data_events import DataInspected, DataPreviewed
from engine.protocol.events import Event, JobFailed, JobStopped
from engine.protocol.folder_problems import LEFT_ASIDE
from engine.protocol.problems import Problem
from gui.engine_client.engines import Engines
from gui.widgets.banner import Banner
from gui.widgets.format_menu import encoding_menu

_PATIENCE = 300
"""Milliseconds before it is said that a file is being read."""


class FileOpening(QObject):
    """Has the engine read a file; what was open stays until that has worked.

    Args:
        engines: Who reads.
        banner: Says that a file is being read, and why it cannot be.
    """

    was_read = Signal(Path, str)
    """A file can be read; carries it and the encoding that the person chose for it, empty for none."""

    left_aside = Signal(object)
    """Files of a folder are not read, and so not copied into the project; carries the :class:`Problem`."""

    def __init__(self, engines: Engines, banner: Banner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engines = engines
        self._banner = banner
        self._path = Path()
        self._encoding = ""
        self._job_id = ""
        self._says = False
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE)
        self._patience.timeout.connect(self._say_reading)
        engines.event_arrived.connect(self._take_event)

    def open(self, path: Path, encoding: str = "") -> None:
        """Reads a file; one that was asked for before and is not read yet is forgotten.

        Args:
            path: The file.
            encoding: Its text encoding; empty to find out.
        """
        self.forget()
        self._path, self._encoding = path, encoding
        self._job_id = self._engines.new_job_id()
        self._patience.start()
        self._engines.ask(
            InspectData(job_id=self._job_id, path=str(path), reading=Reading(encoding=encoding))
        )

    def forget(self) -> None:
        """Waits for no file any more, because something else was opened."""
        if self._job_id:
            job_id = self._job_id
            self._end()
            self._engines.cancel(job_id)

    def choose_encoding(self) -> None:
        """Lets the person choose how the letters of the last file are to be read, and reads it again."""
        menu = encoding_menu(self._banner, lambda encoding: self.open(self._path, encoding), self._encoding)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._banner.mapToGlobal(QPoint(0, self._banner.height())))

    def _take_event(self, event: Event) -> None:
        if not self._job_id or event.job_id != self._job_id:
            return
        if isinstance(event, DataPreviewed):  # large: the project reads on, and shows how far it is
            self.forget()
            self.was_read.emit(self._path, self._encoding)
        elif isinstance(event, DataInspected):
            self._end()
            self.was_read.emit(self._path, self._encoding)
            for told in event.problems if self._path.is_dir() else ():
                if told.code in LEFT_ASIDE:
                    self.left_aside.emit(told)
        elif isinstance(event, JobFailed):
            self._fail(event.problem)
        elif isinstance(event, JobStopped):
            self._end()

    def _fail(self, problem: Problem) -> None:
        self._end()
        self._banner.show_problem(problem)

    def _say_reading(self) -> None:
        self._says = True
        self._banner.show_message(
            "info", f"Reading {self._path.name}", "It opens as a project as soon as its rows are there."
        )

    def _end(self) -> None:
        self._job_id = ""
        self._patience.stop()
        if self._says and self._banner.problem is None:  # else something more urgent took its place
            self._banner.clear()
        self._says = False
