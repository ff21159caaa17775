"""Where it is kept what can be made again: what this machine is measured to do, rows of large files."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

CACHE_VARIABLE = "THAW_CACHE"


def cache_folder() -> Path:
    """Returns the person's cache folder for Thaw, or ``THAW_CACHE``; it need not be there yet."""
    return Path(os.environ.get(CACHE_VARIABLE) or platformdirs.user_cache_dir("Thaw", appauthor=False))
