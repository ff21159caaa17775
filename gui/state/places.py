"""Where Thaw keeps a person's things on this computer."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

HOME_VARIABLE = "THAW_HOME"
"""Environment variable that puts everything into one folder (a workshop's stick, a test)."""


def projects_folder() -> Path:
    """Returns the folder that new projects are made in: ``Documents/Thaw`` or ``THAW_HOME``."""
    home = os.environ.get(HOME_VARIABLE)
    return Path(home) if home else Path(platformdirs.user_documents_dir()) / "Thaw"


def config_folder() -> Path:
    """Returns the folder of the person's preferences."""
    home = os.environ.get(HOME_VARIABLE)
    return Path(home) / ".thaw" if home else Path(platformdirs.user_config_dir("thaw", appauthor=False))
