"""Fetching a data set of the hub into a folder that is opened like any other."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from engine.data.file_format import SIZE_LIMIT
from engine.data_sets.hub_data import DataSet, look_up, name_and_config
from engine.data_sets.portions import WHOLE, Portion
from engine.disk import free_space, replace_folder
from engine.errors import EngineError
from engine.models import hub, hub_cache
from engine.models.transfer import PAUSES, Transfer, Wanted
from engine.protocol import data_set_problems, hub_problems
from engine.protocol.hub_kinds import HubKind
from engine.protocol.hub_origin import HubOrigin, read_origin, write_origin
from engine.protocol.model_events import DownloadProgressed

_FOLDER = "thaw"
"""Beside ``snapshots`` in the cache: it goes with the data set when that is removed."""


class DataSetDownload:
    """Fetches one configuration of a data set, or goes on with that."""

    def __init__(
        self,
        data_set: str,
        config: str,
        tell: Callable[[DownloadProgressed], None],
        check: hub.Check,
        *,
        free: Callable[[Path], int] = free_space,
        pauses: Sequence[float] = PAUSES,
        limit: int = SIZE_LIMIT,
    ) -> None:
        """Does nothing yet.

        Args:
            data_set: Its name on the hub, with or without a configuration.
            config: The configuration; goes before one in the name.
            tell: Takes how far it is.
            check: Asked ten times a second whether it is still wanted; raises when not. What has
                arrived stays.
            free: Says how many bytes are free where a folder is.
            pauses: Seconds before each new try after a broken connection.
            limit: Bytes that are fetched at most.
        """
        self._name, said = name_and_config(data_set)
        self._config = config or said
        self._tell = tell
        self._check = check
        self._free = free
        self._pauses = pauses
        self._limit = limit

    def run(self) -> tuple[Path, HubOrigin]:
        """Fetches what is not here yet.

        Returns:
            The folder with the files, and where they come from.

        Raises:
            EngineError: When it is not to be had, is to be chosen from, is too large, or breaks off.
        """
        if not hub_cache.is_name(self._name):
            host, has_token = hub.host(), hub.has_token()
            problem = hub_problems.not_on_hub(
                name=self._name, host=host, has_token=has_token, kind=HubKind.DATA_SET
            )
            raise EngineError(problem)
        folder = self._folder(self._name)
        if (origin := read_origin(folder)) is not None:
            return folder, origin
        found = look_up(self._name, self._check)
        portion = self._chosen(found)
        folder = self._folder(found.name)
        snapshot = self._fetch(found, portion)
        origin = HubOrigin(
            name=found.name,
            config="" if portion.id == WHOLE else portion.id,
            commit=found.commit,
            licence=found.licence,
            page=hub.page_of(found.name, HubKind.DATA_SET),
            left_out=portion.left_out,
        )
        try:
            _put_together(folder, snapshot, portion, origin)
        except OSError as error:
            problem = hub_problems.cache_not_writable(
                name=found.name,
                folder=str(folder),
                reason=error.strerror or "",
                details=str(error),
                kind=HubKind.DATA_SET,
            )
            raise EngineError(problem) from error
        return folder, origin

    def _chosen(self, found: DataSet) -> Portion:
        """Returns what is to be fetched.

        Raises:
            EngineError: When there is no such configuration, several to choose from, or it is too large.
        """
        sizes = {portion.id: portion.size for portion in found.portions}
        if self._config and self._config not in sizes:
            raise EngineError(
                data_set_problems.no_such_config(name=found.name, config=self._config, sizes=sizes)
            )
        if not self._config and len(sizes) > 1:
            raise EngineError(data_set_problems.choose_config(name=found.name, sizes=sizes))
        portion = next(one for one in found.portions if self._config in ("", one.id))
        if portion.size > self._limit:
            fitting = {config: size for config, size in sizes.items() if size <= self._limit}
            raise EngineError(
                data_set_problems.data_set_too_large(
                    name=found.name, size=portion.size, limit=self._limit, fitting=fitting
                )
            )
        return portion

    def _fetch(self, found: DataSet, portion: Portion) -> Path:
        wanted = Wanted(
            name=found.name,
            commit=found.commit,
            files=tuple(portion.files.values()),
            kind=HubKind.DATA_SET,
            title=f"{found.name}/{self._config}" if self._config else found.name,
            is_current=found.is_current,
        )
        return Transfer(wanted, self._tell, self._check, free=self._free, pauses=self._pauses).run()

    def _folder(self, name: str) -> Path:
        """Returns the folder that a person sees: called as the data set is, with what was chosen of it."""
        words = f"{name.split('/')[-1]} {self._config}".strip()
        called = re.sub(r'[\x00-\x1f<>:"/\\|?*]', " ", words).strip(" .")
        return hub_cache.folder_of(name, HubKind.DATA_SET) / _FOLDER / called


def _put_together(folder: Path, snapshot: Path, portion: Portion, origin: HubOrigin) -> None:
    """Fills the folder with the files, as links where the disk has them: it is there whole or not at all."""
    new = folder.with_name(f"{folder.name}.new")
    with suppress(FileNotFoundError):
        shutil.rmtree(new)
    for place, file in portion.files.items():
        target = new / place
        target.parent.mkdir(parents=True, exist_ok=True)
        source = (snapshot / file.name).resolve()
        try:
            os.link(source, target)
        except OSError:  # this disk has no hard links
            shutil.copyfile(source, target)
    write_origin(new, origin)
    replace_folder(new, folder)
