"""The command that writes a finished run in forms that need no Thaw."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from rich.markup import escape

from engine.command_line.terminal import JOB, console, problems_told
from engine.command_line.training import carry_out, one_run
from engine.errors import EngineError
from engine.export.contract import ExportKind
from engine.export.finding import chosen_kinds, fields_of
from engine.export.uploading import hub_kinds
from engine.protocol import settings_problems, upload_problems
from engine.protocol.events import Event, StageReached
from engine.protocol.export_commands import ExportModel
from engine.protocol.export_events import ExportItemWritten, ModelExported
from engine.protocol.exports import CheckOutcome
from engine.protocol.fields import SettingValue, parse_setting
from engine.protocol.hub_upload_commands import UploadModel
from engine.protocol.hub_upload_events import ModelUploaded, UploadProgressed
from engine.protocol.problem_words import size_words
from engine.registry import nearest

_MARKS = {CheckOutcome.PASSED: "✓", CheckOutcome.FAILED: "✗", CheckOutcome.TOLD: "–"}


class ExportTeller:
    """Tells what is written, and what was looked at."""

    def __init__(self) -> None:
        """Prints to the terminal."""
        self._console = console()
        self._tenth = 0

    def tell(self, event: Event) -> None:
        """Prints what an event says."""
        match event:
            case StageReached():
                self._console.print(escape(event.label))
            case ExportItemWritten(item=item):
                for check in item.checks:
                    self._console.print(
                        f"  {_MARKS[check.outcome]} {escape(check.title)}. {escape(check.detail)}"
                    )
            case ModelExported():
                for item in event.items:
                    self._console.print(f"[bold]{escape(item.name)}[/bold]  {size_words(item.size)}")
                    for file in item.files:
                        self._console.print(f"  {escape(file.path)}")
                self._console.print(f"\nWritten to {escape(event.folder)}", overflow="ignore")
            case UploadProgressed() if event.total:
                tenth = 10 * event.done // event.total
                if tenth > self._tenth:  # ten lines at most
                    self._tenth = tenth
                    self._console.print(f"  {size_words(event.done)} of {size_words(event.total)} sent")
            case ModelUploaded():
                seen = "everybody sees it" if event.is_public else "private"
                self._console.print(f"\nOn the hub ({seen}): {escape(event.page)}", overflow="ignore")
            case _:
                pass

    def close(self) -> None:
        """Nothing is open."""


def upload(run: Path, what: Sequence[str], name: str, *, is_public: bool, as_json: bool) -> NoReturn:
    """Puts a finished run on the hub and ends the process.

    Args:
        run: Its folder.
        what: Id of the one form.
        name: ``"owner/name"``.
        is_public: Whether everybody may see it.
        as_json: Whether to print events.
    """
    with problems_told(as_json=as_json):
        folder = one_run(run)
        kinds = _ids(what)
        if len(kinds) != 1:
            raise EngineError(upload_problems.not_for_the_hub(", ".join(kinds), hub_kinds()))
    command = UploadModel(job_id=JOB, folder=str(folder), kind=kinds[0], name=name, is_public=is_public)
    carry_out(command, ExportTeller, as_json=as_json)


def export(
    run: Path, what: Sequence[str], to: Path | None, options: Sequence[str], *, as_json: bool
) -> NoReturn:
    """Writes a finished run and ends the process.

    Args:
        run: Its folder.
        what: Ids of the forms; several may stand in one, with commas.
        to: Where to; by default a folder of the run's name in ``exports``.
        options: ``name=value`` of the forms' fields.
        as_json: Whether to print events.
    """
    with problems_told(as_json=as_json):
        folder = one_run(run)
        kinds = _ids(what)
        chosen = chosen_kinds(kinds)
        values = _values(options, chosen)
    command = ExportModel(
        job_id=JOB,
        folder=str(folder),
        kinds=kinds,
        to=str((to or Path("exports") / folder.absolute().name).expanduser().absolute()),
        options=values,
    )
    carry_out(command, ExportTeller, as_json=as_json)


def _ids(what: Sequence[str]) -> tuple[str, ...]:
    return tuple(one for word in what for one in word.replace(",", " ").split())


def _values(options: Sequence[str], chosen: Sequence[ExportKind]) -> dict[str, SettingValue]:
    """Returns what was said about the forms.

    Raises:
        EngineError: When there is no such field, or its value does not fit.
    """
    fields = {field.name: field for field in fields_of(chosen)}
    values: dict[str, SettingValue] = {}
    for option in options:
        name, _, text = option.partition("=")
        if name not in fields:
            near = nearest(name, fields)
            names = ", ".join(kind.name for kind in chosen)
            raise EngineError(settings_problems.unknown_setting(name, near, names, list(fields)))
        try:
            values[name] = parse_setting(fields[name], text)
        except ValueError as error:
            raise EngineError(settings_problems.setting_out_of_range(fields[name], text)) from error
    return values
