"""What the engine says a run can be written as, and a run that is being written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.protocol.events import Event, JobFailed, JobStopped, StageReached
from engine.protocol.export_commands import ExportModel, ListExports
from engine.protocol.export_events import ExportItemWritten, ExportsListed, ModelExported
from engine.protocol.fields import SettingValue
from gui.engine_client.engines import Engines
from gui.state.one_question import OneQuestion

EXPORTS_FOLDER = "exports"
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')


class ExportOffers(OneQuestion):
    """Asks what one run can be written as; of several questions the last counts.

    Signals:
        listed: The :class:`ExportsListed`.
        failed: The :class:`Problem` that was in the way.
    """

    listed = Signal(object)
    failed = Signal(object)

    def ask(self, folder: Path) -> None:
        """Asks about a run.

        Args:
            folder: Its folder.
        """
        self._put(lambda job_id: ListExports(job_id=job_id, folder=str(folder)))

    def _take_answer(self, event: Event) -> None:
        if isinstance(event, ExportsListed):
            self.listed.emit(event)
        elif isinstance(event, JobFailed):
            self.failed.emit(event.problem)


class RunExport(OneQuestion):
    """Has a run written, as long as nobody gives that up.

    Signals:
        progressed: Words on what is being done.
        item_written: An :class:`ExportedItem` that is whole and checked.
        exported: The :class:`ModelExported`.
        ended: The :class:`Problem` that was in the way, or ``None`` where it was given up.
    """

    progressed = Signal(str)
    item_written = Signal(object)
    exported = Signal(object)
    ended = Signal(object)

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        """Writes nothing yet."""
        super().__init__(engines, parent)
        self.is_writing = False

    def start(
        self, folder: Path, kinds: Sequence[str], to: Path, options: Mapping[str, SettingValue], card: str
    ) -> None:
        """Has a run written.

        Args:
            folder: The run's folder.
            kinds: Ids of the forms.
            to: Where to.
            options: Name of a form's field → value.
            card: The model card as the person has edited it; empty for Thaw's own.
        """
        self._put(
            lambda job_id: ExportModel(
                job_id=job_id,
                folder=str(folder),
                kinds=tuple(kinds),
                to=str(to),
                options=dict(options),
                card=card,
            )
        )
        self.is_writing = True
        self.progressed.emit("Starting")

    def cancel(self) -> None:
        """Gives it up; nothing half-written stays."""
        if self.give_up():
            self.is_writing = False
            self.ended.emit(None)

    def _take_answer(self, event: Event) -> None:
        if isinstance(event, StageReached):
            self.progressed.emit(event.label)
        elif isinstance(event, ExportItemWritten):
            self.item_written.emit(event.item)
        elif isinstance(event, ModelExported):
            self.is_writing = False
            self.exported.emit(event)
        elif isinstance(event, (JobFailed, JobStopped)):
            self.is_writing = False
            self.ended.emit(event.problem if isinstance(event, JobFailed) else None)


def free_place(project_folder: Path, run_name: str) -> Path:
    """Returns a folder for a run's exports that does not exist yet.

    Args:
        project_folder: The project's.
        run_name: What the run is called.
    """
    name = _NOT_IN_NAMES.sub(" ", run_name).strip(" .")[:80] or "run"
    place, number = project_folder / EXPORTS_FOLDER / name, 1
    while place.exists():
        number += 1
        place = place.with_name(f"{name} ({number})")
    return place
