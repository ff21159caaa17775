"""Downloads in the terminal: a progress bar, and what is said before and after it."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from engine.protocol.model_events import DownloadProgressed
from engine.protocol.problem_words import size_words


class DownloadBar:
    """Shows how far a download is.

    Attributes:
        last: What was told last; ``None`` when nothing had to be fetched.
    """

    def __init__(self, console: Console) -> None:
        """Shows nothing yet.

        Args:
            console: Where to print.
        """
        self._console = console
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TextColumn("from {task.fields[host]}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._bar = self._progress.add_task("", host="", visible=False)
        self.last: DownloadProgressed | None = None

    def show(self, event: DownloadProgressed) -> None:
        """Shows how far it is; the size is said first."""
        if self.last is None:
            self._progress.start()
            name, size = escape(event.name), size_words(event.total)
            self._console.print(f"{name}: {size} from {escape(event.host)}")
        self.last = event
        self._progress.update(
            self._bar,
            description=escape(event.file),
            completed=event.done,
            total=event.total,
            host=event.host,
            visible=True,
        )

    def end(self) -> None:
        """Takes the bar away and says that it is here."""
        self.close()
        self._console.print(
            "It is on this computer now." if self.last else "It was on this computer already."
        )

    def close(self) -> None:
        """Takes the bar away."""
        self._progress.stop()
