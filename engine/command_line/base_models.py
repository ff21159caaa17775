"""Base models in the terminal: those of this computer, those of the hub, and a download as a progress bar."""

from __future__ import annotations

from typing import NoReturn

from rich.markup import escape
from rich.table import Table

from engine.command_line.downloading import DownloadBar
from engine.command_line.terminal import JOB, console
from engine.command_line.training import carry_out
from engine.protocol.catalog import ModelEntry
from engine.protocol.commands import Command, DownloadModel, ListModels, SearchModels
from engine.protocol.events import Event, JobSucceeded
from engine.protocol.model_events import DownloadProgressed, ModelsFound, ModelsListed
from engine.protocol.problem_words import size_words


def models(*, search: str, download: str, as_json: bool) -> NoReturn:
    """Lists, searches or downloads, and ends the process.

    Args:
        search: Words to search the hub for; empty for none.
        download: Name of a model to fetch; goes before a search.
        as_json: Whether to print the events as JSON.
    """
    command: Command = ListModels(job_id=JOB)
    if download:
        command = DownloadModel(job_id=JOB, model=download)
    elif search:
        command = SearchModels(job_id=JOB, query=search)
    carry_out(command, ModelTeller, as_json=as_json)


class ModelTeller:
    """Prints models as a table, and a download as a progress bar."""

    def __init__(self) -> None:
        """Starts with an empty screen."""
        self._console = console()
        self._bar = DownloadBar(self._console)
        self._is_download = True

    def tell(self, event: Event) -> None:
        """Tells an event."""
        match event:
            case ModelsListed():
                self._show(event.models, "No models are here.")
            case ModelsFound():
                self._show(event.models, f'The hub has no safetensors model for "{event.query}".')
            case DownloadProgressed():
                self._bar.show(event)
            case JobSucceeded() if self._is_download:
                self._bar.end()
            case _:
                pass

    def close(self) -> None:
        """Takes the bar away."""
        self._bar.close()

    def _show(self, found: tuple[ModelEntry, ...], nothing: str) -> None:
        self._is_download = False
        if not found:
            self._console.print(escape(nothing))
            return
        table = Table(box=None)
        for title in ("model", "size", "parameters", "language", "licence", "what it is"):
            table.add_column(title, justify="right" if title in {"size", "parameters"} else "left")
        for entry in found:
            cells = (_size(entry), _millions(entry), entry.language, entry.licence, _about(entry))
            style = "dim" if entry.reason else ""
            table.add_row(
                f"[bold]{escape(entry.id)}[/bold]", *(escape(cell) or "–" for cell in cells), style=style
            )
        self._console.print(table)


def _size(entry: ModelEntry) -> str:
    return size_words(entry.size) if entry.size else ""


def _millions(entry: ModelEntry) -> str:
    return f"{entry.parameters / 1e6:,.1f} M" if entry.parameters else ""


def _about(entry: ModelEntry) -> str:
    """Returns why a model cannot be used, or what it was trained for and what else is to be known."""
    if entry.reason:
        return f"{entry.reason}."
    learned = f"It learned {entry.learned}." if entry.learned else ""
    gated = "Its licence is to be accepted on its page first." if entry.gated else ""
    here = f"{size_words(entry.held)} of it have arrived." if entry.held else ""
    note = "" if entry.available else entry.note
    return " ".join(part for part in (learned, gated, here, note) if part)
