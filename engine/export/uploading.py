"""Puts a finished run on the Hugging Face hub: written and checked as any export, then sent in one step.

The files are handed to huggingface_hub as open files, not as paths: so it can be seen how much of them was
sent, and sending can be given up within a file (with paths, Xet sends them on threads of its own). The
hub shows nothing before the commit at the end; a model that was made for one which then never came is
taken away again.
"""

from __future__ import annotations

import io
import logging
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

import httpx2
from huggingface_hub import CommitOperationAdd, HfApi, constants, is_offline_mode
from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled
from huggingface_hub.utils import disable_progress_bars

from engine.errors import EngineError
from engine.export.contract import ExportKind
from engine.export.finding import all_kinds, chosen_kinds
from engine.export.writing import export_run
from engine.models import hub, hub_cache, hub_token
from engine.protocol import upload_problems
from engine.protocol.events import Event, StageReached
from engine.protocol.exports import CheckOutcome
from engine.protocol.hub_upload_commands import UploadModel
from engine.protocol.hub_upload_events import ModelUploaded, UploadProgressed
from engine.protocol.problems import Problem
from engine.training.control import JobCancelledError
from engine.training.workbench import Workbench

_LARGEST = 50_000_000_000
"""Bytes of a file that the hub takes."""
_TELL_EVERY = 0.2
_PATIENCE = 10.0
"""Seconds that sending has to end after it was given up."""

_SENT_BADLY = (httpx2.HTTPError, OSError, ValueError, TypeError, KeyError, AttributeError, RuntimeError)
"""What comes of a network, of the hub, and of an answer that is no hub's."""


class _Left(Enum):
    """What is on the hub after sending has ended badly."""

    NOTHING = "nothing"
    WHOLE = "whole"
    STAYS = "stays"
    """The new, empty model, which could not be taken away."""


class _GivenUpError(Exception):
    """Nobody wants what is being sent."""


class _Sending(io.BufferedReader):
    """A file that knows how much of it was read, and cannot be read on when sending was given up.

    It is read through once for its checksum; what is read after that is sent.
    """

    def __init__(self, path: Path, given_up: threading.Event) -> None:
        super().__init__(io.FileIO(path))
        self.size = path.stat().st_size
        self.sent = 0
        self._given_up = given_up
        self._is_known = False

    def read(self, size: int | None = -1, /) -> bytes:
        """Reads, and counts."""
        if self._given_up.is_set():
            raise _GivenUpError
        piece = super().read(size)
        if self._is_known:
            self.sent = min(self.tell(), self.size)
        elif not piece:
            self._is_known = True
        return piece


def upload_run(
    command: UploadModel,
    bench: Workbench,
    send: Callable[[Event], None],
    check: Callable[[], None],
) -> ModelUploaded:
    """Writes a run in one form and puts it on the hub.

    Args:
        command: What goes where.
        bench: Reads rows.
        send: Told what is being done.
        check: Asked again and again; raises when it is not wanted any more.

    Returns:
        What is on the hub.

    Raises:
        EngineError: When it cannot be written or put there. Nothing of it is on the hub then.
    """
    kind, name = _form(command.kind), command.name.strip()
    if name.count("/") != 1 or not hub_cache.is_name(name):
        raise EngineError(upload_problems.not_a_name(name))
    hub_token.look_again()
    token, _ = hub_token.find_token()
    if is_offline_mode():
        problem = upload_problems.upload_broken(name=name, host=hub.host(), offline=True, stays=False)
        raise EngineError(problem)
    if token is None:
        raise EngineError(upload_problems.no_token(hub.host()))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "out"
        exported = export_run(
            Path(command.folder).expanduser().absolute(), [kind.id], place, bench, send, card=command.card
        )
        for looked_at in exported.items[0].checks:
            if looked_at.outcome is CheckOutcome.FAILED:
                raise EngineError(upload_problems.check_failed(looked_at.title, looked_at.detail))
        files = sorted(path for path in (place / kind.id).rglob("*") if path.is_file())
        upload = _Upload(name, token, place / kind.id, files, send, check)
        upload.run(is_public=command.is_public)
        return ModelUploaded(
            name=name,
            page=hub.page_of(name),
            is_public=command.is_public,
            files=tuple(path.relative_to(place / kind.id).as_posix() for path in files),
            size=upload.size,
        )


def hub_kinds() -> list[str]:
    """Returns the ids of the forms that may be put on the hub."""
    return [kind.id for kind in all_kinds().values() if kind.for_hub]


def _form(kind_id: str) -> ExportKind:
    (kind,) = chosen_kinds([kind_id])
    if not kind.for_hub:
        raise EngineError(upload_problems.not_for_the_hub(kind.name, hub_kinds()))
    return kind


class _Upload:
    """One model on its way."""

    def __init__(
        self,
        name: str,
        token: str,
        folder: Path,
        files: Sequence[Path],
        send: Callable[[Event], None],
        check: Callable[[], None],
    ) -> None:
        self.size = sum(path.stat().st_size for path in files)
        self._name, self._folder, self._files = name, folder, files
        self._send, self._check = send, check
        self._api = HfApi(endpoint=constants.ENDPOINT, token=token)
        self._given_up = threading.Event()
        self._sending: list[_Sending] = []
        self._is_whole = False
        self._error: Exception = RuntimeError("Sending has ended without a word.")

    def run(self, *, is_public: bool) -> None:
        """Makes the model and fills it."""
        if any(path.stat().st_size > _LARGEST for path in self._files):
            raise EngineError(upload_problems.too_large(self._name, self.size))
        self._check()
        self._send(StageReached(stage="uploading", label=f"Making {self._name} on {hub.host()}"))
        try:
            hub.beside(lambda: self._api.create_repo(self._name, private=not is_public), self._check)
        except _SENT_BADLY as error:
            raise self._told(error, stays=False) from error
        thread = threading.Thread(target=self._commit, name="upload", daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                self._check()
                self._tell()
                thread.join(_TELL_EVERY)
        except JobCancelledError:
            self._given_up.set()
            thread.join(_PATIENCE)
            if not self._is_whole and self._left() is not _Left.WHOLE:
                raise
            return
        if not self._is_whole and (left := self._left()) is not _Left.WHOLE:
            raise self._told(self._error, stays=left is _Left.STAYS) from self._error

    def _commit(self) -> None:
        # Xet takes paths only, which is why they are not given; nor is a bar drawn beside Thaw's own.
        logging.getLogger("huggingface_hub._commit_api").setLevel(logging.ERROR)
        disable_progress_bars()
        try:
            operations = []
            for path in self._files:
                self._sending.append(_Sending(path, self._given_up))
                place = path.relative_to(self._folder).as_posix()
                operations.append(CommitOperationAdd(place, self._sending[-1]))
            self._api.create_commit(self._name, operations, commit_message="Put here by Thaw")
            self._is_whole = True
        except (*_SENT_BADLY, _GivenUpError) as error:
            self._error = error
        finally:
            for file in self._sending:
                file.close()

    def _tell(self) -> None:
        done = sum(file.sent for file in tuple(self._sending))
        self._send(UploadProgressed(name=self._name, host=hub.host(), done=done, total=self.size))

    def _left(self) -> _Left:
        """Takes the new model away again where it holds nothing, and returns what is on the hub then."""
        for pause in (0.0, 0.5, 1.0):
            time.sleep(pause)
            try:
                info = self._api.model_info(self._name, timeout=hub.PATIENCE)
                if any(one.rfilename != ".gitattributes" for one in info.siblings or ()):
                    return _Left.WHOLE  # only the hub's last word was lost
                self._api.delete_repo(self._name)
            except _SENT_BADLY:
                continue
            return _Left.NOTHING
        return _Left.STAYS

    def _told(self, error: Exception, *, stays: bool) -> EngineError:
        """Returns what the hub or the network said as a problem."""
        wraps = isinstance(error, RuntimeError) and error.__cause__ is not None  # "Error while uploading"
        return EngineError(self._problem(error.__cause__ if wraps else error, stays=stays))

    def _problem(self, error: BaseException | None, *, stays: bool) -> Problem:
        details, host = f"{type(error).__name__}: {error}", hub.host()
        if isinstance(error, HfHubHTTPError):
            status = error.response.status_code
            if status == httpx2.codes.UNAUTHORIZED:
                return upload_problems.token_refused(host)
            if status == httpx2.codes.CONFLICT:
                return upload_problems.name_taken(self._name)
            if status in {httpx2.codes.PAYMENT_REQUIRED, httpx2.codes.CONTENT_TOO_LARGE}:
                return upload_problems.too_large(self._name, self.size, details)
            if status == httpx2.codes.FORBIDDEN:
                if "storage" in details.lower():
                    return upload_problems.too_large(self._name, self.size, details)
                return upload_problems.no_right(self._name, host, details)
        if isinstance(error, ValueError) and "metadata" in str(error):
            return upload_problems.card_refused(str(error))
        offline = isinstance(error, OfflineModeIsEnabled)
        return upload_problems.upload_broken(
            name=self._name, host=host, offline=offline, stays=stays, details=details
        )


def account(token: str, check: Callable[[], None]) -> dict[str, Any]:
    """Asks the hub whose a token is.

    Args:
        token: The token.
        check: Asked whether the answer is still wanted.

    Raises:
        EngineError: When the hub does not know it, or cannot be reached.
    """
    api = HfApi(endpoint=constants.ENDPOINT)
    with hub.problems_told():
        try:
            said: dict[str, Any] = hub.beside(lambda: api.whoami(token=token), check)
        except HfHubHTTPError as error:
            if error.response.status_code in {httpx2.codes.UNAUTHORIZED, httpx2.codes.FORBIDDEN}:
                raise EngineError(upload_problems.token_refused(hub.host())) from None
            raise
    return said
