"""Tape archives: ``.tar`` of one file or of a folder, in ``.tar.gz`` too. Links and devices are no files."""

from __future__ import annotations

import io
import tarfile

from engine.data.archives import DAMAGED, as_files, bounded
from engine.data.file_format import FileFormat, Folder, Source
from engine.errors import EngineError
from engine.protocol import folder_problems, packed_problems
from engine.protocol.folder_files import MOST_FILES

_MARK, _PLACE = b"ustar", 257
_ENDING = ".tar"
_BLOCK = 512


def untaped(source: Source) -> Source | Folder:
    """Returns what is inside of an archive. Nothing is unpacked to the disk.

    Args:
        source: The archive.

    Raises:
        EngineError: When it is damaged, holds no file, or far too much.
    """
    try:
        archive = tarfile.open(fileobj=io.BytesIO(source.data), mode="r:")  # noqa: SIM115 - as long as the folder is
        members: list[tarfile.TarInfo] = []
        others: list[tarfile.TarInfo] = []
        while (member := archive.next()) is not None:
            (members if member.isfile() else others).append(member)
            if len(members) + len(others) > MOST_FILES:
                raise EngineError(folder_problems.too_many_files(source.path, MOST_FILES))
        # Where what comes next is damaged, tarfile ends in silence.
        end = source.data[archive.offset : archive.offset + _BLOCK]
        if not end or any(end):
            raise tarfile.ReadError("the archive ends too early")
    except DAMAGED as error:
        raise EngineError(packed_problems.damaged_archive(source.path, str(error))) from error

    def bytes_of(place: int) -> bytes:
        file = archive.extractfile(members[place])
        if file is None:
            raise tarfile.ReadError("there is no such file")
        return bounded(file, source.path)

    unopened = [member.name for member in others if not member.isdir()]
    return as_files(source, [(member.name, member.size) for member in members], bytes_of, unopened)


def _fits(source: Source) -> bool:
    return source.data[_PLACE : _PLACE + len(_MARK)] == _MARK or source.ending == _ENDING


FORMAT = FileFormat(
    id="tape",
    order=4,
    fits=_fits,
    read=untaped,
    endings=(_ENDING,),
    of_bytes=True,
)
