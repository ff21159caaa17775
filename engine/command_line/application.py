"""The program that all commands belong to."""

from __future__ import annotations

import typer

NAME = "thaw-engine"

app = typer.Typer(
    name=NAME,
    help="Fine-tune language models: the engine of Thaw without its window.",
    epilog="Begin with: thaw-engine inspect FILE, then: thaw-engine train --data FILE",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
