"""The engine's command line: ``thaw-engine``, or ``python -P -m engine``."""

from __future__ import annotations

from engine.environment import prepare_environment


def main() -> None:
    """Runs a command; without one it says which there are."""
    prepare_environment()
    from engine.command_line.commands import app  # only after the environment is prepared

    app(prog_name="thaw-engine")


if __name__ == "__main__":
    main()
