"""Data sets of the hub in the terminal: what a search finds, and a download with the command that follows."""

from __future__ import annotations

import shlex
from typing import NoReturn

from rich.markup import escape
from rich.table import Table

from engine.command_line.downloading import DownloadBar
from engine.command_line.terminal import JOB, console, end_with
from engine.command_line.training import carry_out
from engine.protocol import command_line_problems
from engine.protocol.commands import Command, DownloadDataSet, SearchDataSets
from engine.protocol.data_set_events import DataSetEntry, DataSetFetched, DataSetsFound
from engine.protocol.events import Event
from engine.protocol.model_events import DownloadProgressed
from engine.protocol.problem_words import size_words


def data_sets(*, search: str, download: str, config: str, as_json: bool) -> NoReturn:
    """Searches or downloads, and ends the process.

    Args:
        search: Words to search the hub for; empty for none.
        download: Name of a data set to fetch; goes before a search.
        config: What is chosen of it.
        as_json: Whether to print the events as JSON.
    """
    if not search and not download:
        said = "Say --search WORDS or --download NAME."
        end_with(command_line_problems.usage(said=said, command="thaw-engine data"), as_json=as_json)
    command: Command = SearchDataSets(job_id=JOB, query=search)
    if download:
        command = DownloadDataSet(job_id=JOB, data_set=download, config=config)
    carry_out(command, DataSetTeller, as_json=as_json)


class DataSetTeller:
    """Prints data sets as a table, and a download as a progress bar with the next command."""

    def __init__(self) -> None:
        """Starts with an empty screen."""
        self._console = console()
        self._bar = DownloadBar(self._console)

    def tell(self, event: Event) -> None:
        """Tells an event."""
        match event:
            case DataSetsFound():
                self._show(event)
            case DownloadProgressed():
                self._bar.show(event)
            case DataSetFetched():
                self._show_folder(event)
            case _:
                pass

    def close(self) -> None:
        """Takes the bar away."""
        self._bar.close()

    def _show(self, event: DataSetsFound) -> None:
        if not event.data_sets:
            self._console.print(escape(f'The hub has no data set for "{event.query}".'))
            return
        table = Table(box=None)
        for title in ("data set", "size", "downloads", "language", "licence", "note"):
            table.add_column(title, justify="right" if title in {"size", "downloads"} else "left")
        for entry in event.data_sets:
            size = size_words(entry.size) if entry.size else ""
            cells = (size, f"{entry.downloads:,}", entry.language, entry.licence, _note(entry))
            style = "dim" if entry.reason else ""
            table.add_row(
                f"[bold]{escape(entry.id)}[/bold]", *(escape(cell) or "–" for cell in cells), style=style
            )
        self._console.print(table)

    def _show_folder(self, event: DataSetFetched) -> None:
        self._bar.end()
        licence = event.origin.licence or "none named"
        for line in (
            f"Licence: {licence}. The card: {event.origin.page}",
            f"Folder: {event.path}",
            f"Next: thaw-engine inspect {shlex.quote(event.path)}",
        ):
            self._console.print(escape(line), overflow="ignore", soft_wrap=True)


def _note(entry: DataSetEntry) -> str:
    if entry.reason:
        return f"{entry.reason}."
    return "Its licence is to be accepted on its page first." if entry.gated else ""
