"""Fetching a model of the hub into the Hugging Face cache: only what is needed, and never twice.

huggingface_hub 2 begins a file again after an interruption (what has arrived of it is thrown away, also
with xet) and cannot be stopped within a file. So the bytes are fetched here, over the hub's plain HTTPS,
which takes up at any byte; places and names in the cache are huggingface_hub's.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
from filelock import FileLock, Timeout
from huggingface_hub import ModelInfo, constants, hf_hub_url
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.file_download import are_symlinks_supported

from engine.disk import free_space, is_full
from engine.errors import EngineError
from engine.models import hub, hub_cache
from engine.models.checkpoint import WEIGHTS
from engine.models.config import CONFIG_FILE, not_of_texts, read_config
from engine.models.fetch import Fetch
from engine.protocol import hub_problems
from engine.protocol.model_events import DownloadProgressed
from engine.protocol.problems import Problem

PAUSES = (0.5, 1.0, 2.0)
"""Seconds before each new try after a broken connection; a try that brings something begins anew."""

_SPARE_ROOM = 50_000_000
"""Bytes that stay free on the disk."""

_TELL_EVERY = 0.2
_SPEED_OVER = 3.0
"""Seconds."""

_NEEDED = re.compile(
    r"[^/]+\.(json|txt|model|spm|jinja|tiktoken|codes)|README\.md|LICEN[CS]E[^/]*|1_Pooling/config\.json"
)
_NOT_NEEDED = re.compile(r".*\.(bin|h5|msgpack|onnx|pt)\.(index\.)?json|(pytorch|tf|flax)_.*|training_args.*")
_PARTS = re.compile(r"model-\d+-of-\d+\.safetensors")


@dataclass(frozen=True)
class WantedFile:
    """A file that a model needs.

    Attributes:
        name: Path inside the model.
        size: Bytes.
        checksum: SHA-256 of its bytes for a large file, that of Git for a small one; also its name
            among the cache's blobs.
    """

    name: str
    size: int
    checksum: str


def wanted_files(info: ModelInfo) -> list[WantedFile]:
    """Chooses what is fetched of a model: configuration, tokenizer, card, and safetensors.

    Never a pickle, weights in another form, or a program.

    Args:
        info: What the hub says, with files, sizes and checksums.

    Returns:
        The configuration first, then the small files, then the weights.
    """
    siblings = info.siblings or []
    names = {sibling.rfilename for sibling in siblings}
    found = []
    for sibling in siblings:
        name = sibling.rfilename
        is_weight = name == WEIGHTS if WEIGHTS in names else bool(_PARTS.fullmatch(name))
        if not is_weight and not (_NEEDED.fullmatch(name) and not _NOT_NEEDED.fullmatch(name)):
            continue
        checksum = sibling.lfs.sha256 if sibling.lfs is not None else sibling.blob_id or ""
        found.append(WantedFile(name, sibling.size or 0, checksum))
    return sorted(found, key=lambda file: (file.name != CONFIG_FILE, file.size, file.name))


class Download:
    """Fetches one model, or goes on with that."""

    def __init__(
        self,
        name: str,
        tell: Callable[[DownloadProgressed], None],
        check: hub.Check,
        *,
        free: Callable[[Path], int] = free_space,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        """Does nothing yet.

        Args:
            name: Name of the model on the hub.
            tell: Takes how far it is.
            check: Asked ten times a second whether it is still wanted; raises when not. What has
                arrived stays.
            free: Says how many bytes are free where a folder is.
            pauses: Seconds before each new try after a broken connection.
        """
        self._name = name
        self._tell = tell
        self._check = check
        self._free = free
        self._pauses = tuple(pauses)
        self._folder = Path()
        self._commit = ""
        self._total = 0
        self._done = 0
        self._told = 0.0
        self._arrived: deque[tuple[float, int]] = deque()

    def run(self) -> Path:
        """Fetches what is not here yet.

        Returns:
            The folder of the whole model.

        Raises:
            EngineError: When it is not to be had, cannot be used here, has no room, or breaks off.
        """
        if not hub_cache.is_name(self._name):
            host, has_token = hub.host(), hub.has_token()
            raise EngineError(hub_problems.not_on_hub(name=self._name, host=host, has_token=has_token))
        self._folder = hub_cache.folder_of(self._name)
        if hub_cache.is_whole(self._name) and (whole := hub_cache.find(self._name)):
            return whole
        info = hub.look_up(self._name, self._check)
        if problem := hub.why_not(info):
            raise EngineError(problem)
        self._commit = info.sha or constants.DEFAULT_REVISION
        files = wanted_files(info)
        try:
            with self._alone():
                self._total = sum(file.size for file in files)
                self._done = sum(self._held(file) for file in files)
                self._look_for_room()
                for file in files:
                    self._get(file)
                _write(self._folder / "refs" / constants.DEFAULT_REVISION, self._commit)
        except OSError as error:
            raise EngineError(self._disk_problem(error)) from error
        return self._folder / "snapshots" / self._commit

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
                raise EngineError(hub_problems.download_damaged(name=self._name, file=file.name))
            if file.name == CONFIG_FILE:
                self._look_at_config(part)
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
                    with hub.problems_told(self._name):
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
        url = hf_hub_url(self._name, file.name, revision=self._commit, endpoint=constants.ENDPOINT)
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

    def _look_at_config(self, part: Path) -> None:
        """Refuses a model that cannot be run here, before its weights are fetched."""
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / CONFIG_FILE).write_bytes(part.read_bytes())
            try:
                config = read_config(Path(folder), self._name)
                problem = not_of_texts(config, self._name)
            except EngineError as error:
                problem = error.problem
        if problem is not None:
            part.unlink()
            raise EngineError(problem)

    # --- places -----------------------------------------------------------------------------------

    def _place(self, file: WantedFile) -> Path:
        return self._folder / "snapshots" / self._commit / file.name

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
        """Waits until no other process fetches the same model."""
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
                model=self._name,
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
        return hub_problems.no_room_for_model(name=self._name, needed=needed, free=free, folder=folder)

    def _disk_problem(self, error: OSError) -> Problem:
        if is_full(error):
            return self._no_room(self._total - self._done, self._free(self._folder))
        folder = str(hub_cache.cache_folder())
        reason = error.strerror or ""
        return hub_problems.cache_not_writable(
            name=self._name, folder=folder, reason=reason, details=str(error)
        )

    def _broken(self, details: str) -> Problem:
        return hub_problems.download_broken(
            name=self._name, done=self._done, total=self._total, host=hub.host(), details=details
        )


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


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
