"""Commands about taking a finished run away."""

from __future__ import annotations

import msgspec

from engine.protocol.command_header import CommandHeader as _Command
from engine.protocol.fields import SettingValue


class ListExports(_Command, frozen=True, kw_only=True, tag="ListExports"):
    """Say what can be written of a finished run. Answer: ``ExportsListed``.

    Small files are read; of a base model whose own weights were trained also those, once, for a checksum.

    Attributes:
        folder: The run's folder.
    """

    folder: str


class SaveComparison(_Command, frozen=True, kw_only=True, tag="SaveComparison"):
    """Write how finished runs compare as a report. Answers: stages, then ``ComparisonSaved``.

    A file that is there already is never written over.

    Attributes:
        folders: Of the runs, two or more.
        to: The folder to write into; made if missing.
        metric: Id of the measure; empty for the task's first.
        names: Folder → what the person calls the run; the report knows a name for a run that is missing here.
    """

    folders: tuple[str, ...]
    to: str
    metric: str = ""
    names: dict[str, str] = msgspec.field(default_factory=dict)


class ExportModel(_Command, frozen=True, kw_only=True, tag="ExportModel"):
    """Write a finished run in forms that need no Thaw.

    Answers: stages, ``ExportItemWritten`` for each form, then ``ModelExported``.

    All of it is written beside its place and moved there when it is whole; a file that is there already is
    never written over.

    Attributes:
        folder: The run's folder.
        kinds: Ids of the kinds.
        to: The folder to write into; made if missing.
        options: Name of a kind's field → value; what is missing takes its default.
        card: The model card's text where a person has edited it; empty for the one that Thaw writes.
    """

    folder: str
    kinds: tuple[str, ...]
    to: str
    options: dict[str, SettingValue] = msgspec.field(default_factory=dict)
    card: str = ""
