"""``thaw``: opens the window. Imports nothing heavy before it knows what is wanted."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

_NO_DISPLAY = (
    "There is no display here, so the window cannot open.\n"
    "Train in the terminal instead (thaw-engine train --help), or draw all pages into a folder\n"
    "(thaw --screenshots DIR)."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Opens the window, or draws all pages into a folder.

    Args:
        arguments: Without the program's name; by default those of the process.

    Returns:
        The exit status: 0 done, 2 a problem.
    """
    wish = _parser().parse_args(arguments)
    if wish.screenshots:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        from gui import screenshots

        return screenshots.main(wish.screenshots)
    if not _has_display():
        sys.stderr.write(f"{_NO_DISPLAY}\n")
        return 2
    from gui.app import StartWish
    from gui.app import main as run_app

    return run_app(StartWish(path=wish.path or "", sample=wish.sample or ""))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="thaw",
        description="Freeze what a language model already knows, thaw what it must learn, watch it happen.",
    )
    parser.add_argument("path", nargs="?", help="a project folder or a file of texts to open")
    parser.add_argument("--sample", metavar="ID", help="open a copy of a sample, e.g. posts")
    parser.add_argument(
        "--screenshots", metavar="DIR", help="draw every page into this folder, without a display, and end"
    )
    return parser


def _has_display() -> bool:
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    sys.exit(main())
