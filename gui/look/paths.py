"""Where the files are that come with the app: themes, fonts, icons, samples."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def resource(*parts: str) -> Path:
    """Returns the path of a file or folder in ``resources``.

    Args:
        parts: Path below ``resources``, e.g. ``("samples", "samples.toml")``.
    """
    return Path(str(files("resources").joinpath(*parts)))
