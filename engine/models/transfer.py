"""Fetching files of the Hugging Face hub into its cache: never twice, and from where it stopped.

huggingface_hub 2 begins a file again after an interruption (what has arrived of it is thrown away, also
with xet) and cannot be stopped within a file. So the bytes are fetched here, over the hub's plain HTTPS,
which takes up at any byte; places and names in the cache are huggingface_hub's.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from filelock import FileLock, Timeout
from huggingface_hub import constants, hf_hub_url
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.file_download import are_symlinks_supported
from huggingface_hub.hf_api import RepoSibling

from engine.disk import free_space, is_full
from engine.errors import EngineError
from engine.models import hub, hub_cache
from engine.models.fetch import Fetch
from engine.protocol import hub_problems
from engine.protocol.hub_kinds import HubKind
from engine.protocol.model_events import DownloadProgressed
from engine.protocol.problems import Problem

PAUSES = (0.5, 1.0, 2.0)
"""Seconds before each new try after a broken connection; a try that brings something begins anew."""

_SPARE_ROOM = 50_000_000
"""Bytes that stay free on the disk."""

_TELL_EVERY = 0.2
_SPEED_OVER = 3.0
"""Seconds."""


@dataclass(frozen=True)
class WantedFile:
    """A file that is needed.

    Attributes:
        name: Path inside the repository.
        size: Bytes.
        checksum: SHA-256 of its bytes for a large file, that of Git for a small one; also its name
            among the cache's blobs.
    """

    name: str
    size: int
    checksum: str

    @classmethod
    def of(cls, sibling: RepoSibling) -> WantedFile:
        """Returns what the hub says of a file."""
        checksum = sibling.lfs.sha256 if sibling.lfs is not None else sibling.blob_id or ""
        return cls(sibling.rfilename, sibling.size or 0, checksum)


@dataclass(frozen=True)
class Wanted:
    """What is to be fetched.

    Attributes:
        name: Of the repository on the hub.
        commit: Of the files.
        files: In the order in which they are fetched.
        kind: What the repository is.
        title: What it is called in what is told; the name where empty.
        is_current: Whether the commit is that of the main revision, to be noted in the cache.
        why_not: Looks at a file that has arrived, before it counts; what it says ends everything.
    """

    name: str
    commit: str
    files: Sequence[WantedFile]
    kind: HubKind = HubKind.MODEL
    title: str = ""
    is_current: bool = False
    why_not: Callable[[WantedFile, Path], Problem | None] = field(default=lambda _file, _part: None)


class Transfer:
    """Fetches files of one repository, or goes on with that."""

    def __init__(
        self,
        wanted: Wanted,
        tell: Callable[[DownloadProgressed], None],
        check: hub.Check,
        *,
        free: Callable[[Path], int] = free_space,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        """Does nothing yet.

        Args:
            wanted: What.
            tell: Takes how far it is.
            check: Asked ten times a second whether it is still wanted; raises when not. What has
                arrived stays.
            free: Says how many bytes are free where a folder is.
            pauses: Seconds before each new try after a broken connection.
        """
        self._wanted = wanted
        self._name = wanted.title or wanted.name
        self._kind = wanted.kind
        self._tell = tell
        self._check = check
        self._free = free
        self._pauses = tuple(pauses)
        self._folder = hub_cache.folder_of(wanted.name, wanted.kind)
        self._total = 0
        self._done = 0
        self._told = 0.0
        self._arrived: deque[tuple[float, int]] = deque()

    def run(self) -> Path:
        """Fetches what is not here yet.

        Returns:
            The folder of the snapshot.

        Raises:
            EngineError: When a file is not to be had, cannot be used here, has no room, or breaks off.
        """
        wanted = self._wanted
        try:
            with self._alone():
                self._total = sum(file.size for file in wanted.files)
                self._done = sum(self._held(file) for file in wanted.files)
                self._look_for_room()
                for file in wanted.files:
                    self._get(file)
                if wanted.is_current:
                    self._note_commit()
        except OSError as error:
            raise EngineError(self._disk_problem(error)) from error
        return self._folder / "snapshots" / wanted.commit

    def _note_commit(self) -> None:
        path = self._folder / "refs" / constants.DEFAULT_REVISION
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self._wanted.commit, encoding="utf-8")

    # --- one file ---------------------------------------------------------------------------------

    def _get(self, file: WantedFile) -> None:
        place = self._place(file)
        if _is_whole(place, file):
            return
        blob = self._blob(file)
        if not _is_whole(blob, file):
            self._fetch(file)
            part = self._part(file)
            if _checksum(part, file, self._check) != file.checksum:
                part.unlink()
                raise EngineError(self._damaged(file))
            self._look_at(file, part)
            part.replace(blob)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        if are_symlinks_supported(hub_cache.cache_folder()):
            place.symlink_to(os.path.relpath(blob, place.parent))
        else:
            blob.replace(place)

    def _fetch(self, file: WantedFile) -> None:
        """Fetches the rest of a file; a broken connection is taken up again."""
        part = self._part(file)
        part.parent.mkdir(parents=True, exist_ok=True)
        if part.exists() and part.stat().st_size > file.size:
            part.unlink()
        part.touch()
        pauses = list(self._pauses)
        while (before := part.stat().st_size) < file.size:
            try:
                self._fetch_from(file, before)
                details = "The connection was closed early."
            except HfHubHTTPError as error:
                if error.response.status_code < 500:
                    with hub.problems_told(self._wanted.name, self._kind):
                        raise
                details = str(error)
            except (httpx2.HTTPError, ConnectionError) as error:
                details = str(error)
            if part.stat().st_size >= file.size:
                return
            pauses = list(self._pauses) if part.stat().st_size > before else pauses
            if not pauses:
                raise EngineError(self._broken(details))
            self._wait(pauses.pop(0))

    def _fetch_from(self, file: WantedFile, start: int) -> None:
        wanted = self._wanted
        url = hf_hub_url(
            wanted.name,
            file.name,
            repo_type=hub_cache.REPO_TYPES[wanted.kind],
            revision=wanted.commit,
            endpoint=constants.ENDPOINT,
        )
        with Fetch(url, start, self._check) as arriving, self._part(file).open("ab", buffering=0) as part:
            begins = arriving.begin()
            part.truncate(begins)
            self._done -= start - begins
            self._say(file, now=True)
            for piece in arriving.pieces():
                part.write(piece)
                self._done += len(piece)
                self._arrived.append((time.monotonic(), len(piece)))
                self._say(file)
        self._say(file, now=True)

    def _look_at(self, file: WantedFile, part: Path) -> None:
        """Refuses what cannot be used here, before the rest is fetched."""
        if problem := self._wanted.why_not(file, part):
            part.unlink()
            raise EngineError(problem)

    # --- places -----------------------------------------------------------------------------------

    def _place(self, file: WantedFile) -> Path:
        return self._folder / "snapshots" / self._wanted.commit / file.name

    def _blob(self, file: WantedFile) -> Path:
        return self._folder / "blobs" / file.checksum

    def _part(self, file: WantedFile) -> Path:
        return self._folder / "blobs" / f"{file.checksum}{hub_cache.PARTIAL}"

    def _held(self, file: WantedFile) -> int:
        """Returns how many bytes of a file are here."""
        if _is_whole(self._place(file), file) or _is_whole(self._blob(file), file):
            return file.size
        part = self._part(file)
        return min(part.stat().st_size, file.size) if part.exists() else 0

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Waits until no other process fetches from the same repository."""
        path = hub_cache.cache_folder() / ".locks" / self._folder.name / "thaw.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path)
        while not lock.is_locked:
            self._check()
            try:
                lock.acquire(timeout=0.2)
            except Timeout:
                continue
        try:
            yield
        finally:
            lock.release()

    # --- what is told -----------------------------------------------------------------------------

    def _say(self, file: WantedFile, *, now: bool = False) -> None:
        moment = time.monotonic()
        if not now and moment - self._told < _TELL_EVERY:
            return
        self._told = moment
        while self._arrived and moment - self._arrived[0][0] > _SPEED_OVER:
            self._arrived.popleft()
        lasted = max(moment - self._arrived[0][0], _TELL_EVERY) if self._arrived else 1.0
        self._tell(
            DownloadProgressed(
                name=self._name,
                kind=self._kind,
                file=file.name,
                host=hub.host(),
                done=self._done,
                total=self._total,
                bytes_per_second=sum(size for _, size in self._arrived) / lasted,
            )
        )

    def _wait(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            self._check()
            time.sleep(min(0.1, left))

    def _look_for_room(self) -> None:
        needed, free = self._total - self._done, self._free(self._folder)
        if needed and needed + _SPARE_ROOM > free:
            raise EngineError(self._no_room(needed, free))

    def _no_room(self, needed: int, free: int) -> Problem:
        folder = str(hub_cache.cache_folder())
        return hub_problems.no_room_to_fetch(
            name=self._name, needed=needed, free=free, folder=folder, kind=self._kind
        )

    def _disk_problem(self, error: OSError) -> Problem:
        if is_full(error):
            return self._no_room(self._total - self._done, self._free(self._folder))
        folder = str(hub_cache.cache_folder())
        reason = error.strerror or ""
        return hub_problems.cache_not_writable(
            name=self._name, folder=folder, reason=reason, details=str(error), kind=self._kind
        )

    def _broken(self, details: str) -> Problem:
        return hub_problems.download_broken(
            name=self._name,
            done=self._done,
            total=self._total,
            host=hub.host(),
            details=details,
            kind=self._kind,
        )

    def _damaged(self, file: WantedFile) -> Problem:
        return hub_problems.download_damaged(name=self._name, file=file.name, kind=self._kind)


def _is_whole(path: Path, file: WantedFile) -> bool:
    return path.is_file() and path.stat().st_size == file.size


def _checksum(path: Path, file: WantedFile, check: hub.Check) -> str:
    """Returns a file's checksum, of the kind that the hub gives for it."""
    is_large = len(file.checksum) == hashlib.sha256().digest_size * 2
    whole = hashlib.sha256() if is_large else hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)
    with path.open("rb") as opened:
        while piece := opened.read(1 << 22):
            check()
            whole.update(piece)
    return whole.hexdigest()
