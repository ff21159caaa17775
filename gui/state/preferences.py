"""What a person prefers on this computer, whatever the project."""

from __future__ import annotations

import contextlib
import logging
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal

from gui.state.places import config_folder
from gui.state.toml_file import read_toml, write_toml

PREFERENCES_FILE = "preferences.toml"
TEXT_SIZES = (0.9, 1.0, 1.1, 1.25, 1.5)

_log = logging.getLogger(__name__)


class ThemeChoice(StrEnum):
    """Dark, light, or as the system is."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class MotionChoice(StrEnum):
    """Whether things move, or as the system says."""

    SYSTEM = "system"
    FULL = "full"
    REDUCED = "reduced"


class PreferenceValues(msgspec.Struct, frozen=True, kw_only=True):
    """The file.

    Attributes:
        text_size: 0.9 to 1.5, multiplies every length.
        projector: Whether projector mode was on.
        geometry: Window: x, y, width, height in logical pixels; empty before the first close.
        maximized: Whether it filled the screen.
        recent: Folders of projects, last opened first.
        device: Id of the device that runs train on; empty for the best there is.
        model_folders: Folders of base models, last chosen first.
        left_training: Folder of the project whose run went on when the window was closed; else empty.
    """

    theme: ThemeChoice = ThemeChoice.SYSTEM
    text_size: float = 1.0
    motion: MotionChoice = MotionChoice.SYSTEM
    projector: bool = False
    geometry: tuple[int, ...] = ()
    maximized: bool = False
    recent: tuple[str, ...] = ()
    device: str = ""
    model_folders: tuple[str, ...] = ()
    left_training: str = ""


class Preferences(QObject):
    """Reads and writes them; a file that cannot be read or written costs the preferences, not the app.

    Args:
        folder: Where the file is; by default the person's configuration folder.
    """

    changed = Signal()

    def __init__(self, folder: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = (folder or config_folder()) / PREFERENCES_FILE
        self.values = PreferenceValues()
        with contextlib.suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
            self.values = read_toml(self._path, PreferenceValues)

    def change(self, **values: Any) -> None:
        """Changes some of them, e.g. ``change(theme=ThemeChoice.DARK)``."""
        wanted = msgspec.structs.replace(self.values, **values)
        if wanted == self.values:
            return
        self.values = wanted
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_toml(self._path, wanted)
        except OSError as error:
            _log.warning("Preferences were not saved: %s", error)
        self.changed.emit()

    @property
    def theme(self) -> ThemeChoice:
        """Dark, light, or as the system is."""
        return self.values.theme

    @property
    def text_size(self) -> float:
        """Multiplies every length, 0.9 to 1.5."""
        return min(max(self.values.text_size, TEXT_SIZES[0]), TEXT_SIZES[-1])

    @property
    def motion(self) -> MotionChoice:
        """Whether things move."""
        return self.values.motion

    def step_text_size(self, steps: int) -> None:
        """Makes text larger or smaller by so many steps; 0 for the usual size."""
        nearest = min(range(len(TEXT_SIZES)), key=lambda index: abs(TEXT_SIZES[index] - self.text_size))
        index = TEXT_SIZES.index(1.0) if steps == 0 else nearest + steps
        self.change(text_size=TEXT_SIZES[min(max(index, 0), len(TEXT_SIZES) - 1)])
