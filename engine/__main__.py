"""The engine's command line: ``thaw-engine``, or ``python -P -m engine``."""

from __future__ import annotations

import sys

from engine.environment import prepare_environment


def main() -> None:
    """Runs a command; without one it says which there are."""
    prepare_environment()
    from engine.command_line import process

    process.prepare()
    from engine.command_line import commands  # only after all that

    process.leave(commands.run(sys.argv[1:]))


if __name__ == "__main__":
    main()
