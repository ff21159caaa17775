"""What is known of a run should its process die: how far it came, what is saved, what it read its rows in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.protocol.devices import DeviceFacts
from engine.protocol.engine_problems import engine_died
from engine.protocol.events import Event, StepsEnded
from engine.protocol.interrupted_runs import LastWords, run_interrupted
from engine.protocol.memory_problems import killed_for_memory
from engine.protocol.problems import Problem
from engine.protocol.run_files import read_events
from gui.engine_client.memory_deaths import died_of_memory, kills_for_memory


class RunSoFar:
    """Follows a run's events, and says what its process died of.

    Args:
        folder: The run's folder; empty for a job that trains nothing.
        devices: Where engines can compute, with what was free when the process started.
    """

    def __init__(self, folder: str = "", devices: Sequence[DeviceFacts] = ()) -> None:
        self.folder = folder
        self._devices = tuple(devices)
        self._kills = kills_for_memory()
        self._words = LastWords()
        if folder:
            for event in read_events(Path(folder)):  # of processes before this one
                self._words.take(event)
            self._words.held = 0

    def note(self, event: Event) -> None:
        """Remembers how far the run has come."""
        self._words.take(event)
        if isinstance(event, StepsEnded):
            self._kills = kills_for_memory()  # whatever was ended before, this process is well

    def death(self, exit_code: int | None, last_lines: Sequence[str] = ()) -> Problem:
        """Says why the process is gone, and how the run goes on.

        Args:
            exit_code: How it ended.
            last_lines: What it wrote to its error stream last.
        """
        if self.folder and self._died_of_memory(exit_code, last_lines):
            return self._killed(exit_code, last_lines)
        return engine_died(
            exit_code,
            folder=self.folder,
            epoch=self._words.epoch,
            saved_epoch=self._words.saved_epoch,
            details=last_lines,
        )

    def interruption(self) -> Problem:
        """Says that a process is gone which nobody here had started, so that its exit code is not known."""
        if self._died_of_memory(None, ()):
            return self._killed(None, ())
        return run_interrupted(self.folder, self._words)

    def _killed(self, exit_code: int | None, last_lines: Sequence[str]) -> Problem:
        return killed_for_memory(
            exit_code,
            folder=self.folder,
            epoch=self._words.epoch,
            saved_epoch=self._words.saved_epoch,
            batches=self._words.batches,
            held=self._held_in_main_memory(),
            max_length=self._words.max_length,
            details=last_lines,
        )

    def _died_of_memory(self, exit_code: int | None, last_lines: Sequence[str]) -> bool:
        main = next((one for one in self._devices if one.id == "cpu"), None)
        return died_of_memory(
            exit_code,
            kills_before=self._kills,
            kills_now=kills_for_memory(),
            held=self._held_in_main_memory(),
            free=main.memory_free if main is not None else 0,
            last_lines=last_lines,
        )

    def _held_in_main_memory(self) -> int:
        """Returns what the process held; of one that trains on a graphics card only the card's is told."""
        cards = {one.label for one in self._devices if one.id.startswith("cuda")}
        return 0 if self._words.device in cards else self._words.held
