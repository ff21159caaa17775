"""Whose access token there is, and a run that is on its way to the Hugging Face hub."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.protocol.events import Event, JobFailed, JobStopped, StageReached
from engine.protocol.hub_upload_commands import AskHubAccount, ForgetHubToken, KeepHubToken, UploadModel
from engine.protocol.hub_upload_events import HubAccountTold, ModelUploaded, UploadProgressed
from gui.engine_client.engines import Engines
from gui.state.one_question import OneQuestion

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")


class HubAccount(OneQuestion):
    """Asks whose token there is, and has one kept or forgotten. The token is not remembered here.

    Signals:
        told: The :class:`HubAccountTold`.
        failed: The :class:`Problem` that was in the way.
    """

    told = Signal(object)
    failed = Signal(object)

    def ask(self, run: Path) -> None:
        """Asks.

        Args:
            run: Folder of the run that is to be given away.
        """
        self._put(lambda job_id: AskHubAccount(job_id=job_id, run=str(run)))

    def keep(self, token: str, run: Path) -> None:
        """Has a token kept in the system's keyring, once the hub knows it."""
        self._put(lambda job_id: KeepHubToken(job_id=job_id, token=token, run=str(run)))

    def forget(self, run: Path) -> None:
        """Has it taken out of the keyring."""
        self._put(lambda job_id: ForgetHubToken(job_id=job_id, run=str(run)))

    def _take_answer(self, event: Event) -> None:
        if isinstance(event, HubAccountTold):
            self.told.emit(event)
        elif isinstance(event, JobFailed):
            self.failed.emit(event.problem)


class HubUpload(OneQuestion):
    """Has a run put on the hub, as long as nobody gives that up.

    Signals:
        staged: Words on what is being done.
        progressed: An :class:`UploadProgressed`.
        uploaded: The :class:`ModelUploaded`.
        ended: The :class:`Problem` that was in the way, or ``None`` where it was given up.
    """

    staged = Signal(str)
    progressed = Signal(object)
    uploaded = Signal(object)
    ended = Signal(object)

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        """Sends nothing yet."""
        super().__init__(engines, parent)
        self.is_sending = False
        self._is_given_up = False

    def start(self, folder: Path, kind: str, name: str, card: str, *, is_public: bool) -> None:
        """Sends a run.

        Args:
            folder: Its folder.
            kind: Id of the form.
            name: ``"owner/name"``.
            card: The model card as the person has edited it; empty for Thaw's own.
            is_public: Whether everybody may see it.
        """
        self._put(
            lambda job_id: UploadModel(
                job_id=job_id, folder=str(folder), kind=kind, name=name, card=card, is_public=is_public
            )
        )
        self.is_sending, self._is_given_up = True, False
        self.staged.emit("Starting")

    def cancel(self) -> None:
        """Gives it up; it has ended when the engine says what became of it."""
        if self.is_sending and not self._is_given_up:
            self._is_given_up = True
            self._engines.cancel(self._job_id)
            self.staged.emit("Giving it up")

    def _take_answer(self, event: Event) -> None:
        if isinstance(event, StageReached) and not self._is_given_up:
            self.staged.emit(event.label)
        elif isinstance(event, UploadProgressed):
            self.progressed.emit(event)
        elif isinstance(event, ModelUploaded):
            self.is_sending = False
            self.uploaded.emit(event)
        elif isinstance(event, (JobFailed, JobStopped)):
            self.is_sending = False
            self.ended.emit(event.problem if isinstance(event, JobFailed) else None)


def hub_name(owner: str, run_name: str) -> str:
    """Returns a name for a run on the hub, as the hub allows it.

    Args:
        owner: Under whose name; may be empty.
        run_name: What the run is called.
    """
    name = _NOT_IN_NAMES.sub("-", run_name).strip("-._")
    name = re.sub(r"-{2,}|\.{2,}", "-", name)[:96].strip("-._") or "model"
    return f"{owner}/{name.lower()}" if owner else name.lower()
